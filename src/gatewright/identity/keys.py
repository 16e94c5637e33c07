"""Who holds an access key: one source after the other is asked, the nearest first.

the settings' key pair       both profiles: the account's root
the registry's keys          both profiles: keyring.py
test/test, 12 digits/test    local profile: the root of the settings' account, of the account with that number
the companions' keys         local profile: companion_keys.py
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from gatewright.aws.holder import Holder
from gatewright.language.policy.base import Principal

Found = Holder | Awaitable[Holder | None] | None
Find = Callable[[str], Found]

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_TEST = "test"
_KEPT = 1024


class Keys:
    """A `gateway.base.KeySource` of several. A source that must wait stands last: whoever it asks decides."""

    def __init__(self, *sources: Find) -> None:
        self._sources = sources

    def find(self, access_key: str) -> Found:
        """See `KeySource.find`."""
        for source in self._sources:
            found = source(access_key)
            if found is not None:
                return found
        return None


class KnownPairs:
    """The pairs that everybody uses against a local node: `test`/`test`, and an account's number with `test`.

    Functions get them with the session token `test`, since on AWS they always have one (`functions.variables`).
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._made: dict[str, Holder] = {}

    def find(self, access_key: str) -> Holder | None:
        """The root of the account that a key stands for."""
        if access_key != _TEST and not _ACCOUNT.fullmatch(access_key):
            return None
        holder = self._made.get(access_key)
        if holder is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            made = root(self._account if access_key == _TEST else access_key, _TEST)
            holder = self._made[access_key] = replace(made, token=_TEST, token_optional=True)
        return holder


def root(account: str, secret: str) -> Holder:
    """An account's root: no policy binds it."""
    arn = f"arn:aws:iam::{account}:root"
    return Holder(secret, Principal("Account", account=account, arn=arn, user_id=account), policies=None)
