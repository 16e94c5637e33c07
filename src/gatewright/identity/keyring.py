"""The key ring: the published credentials in the memory of a worker. A secret is opened when its key is first used.

What cannot be opened or compiled is a key that nobody has: a policy that is left out could be one that denies.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gatewright.aws.holder import Decider, Holder
from gatewright.identity.vault import Vault, VaultError
from gatewright.language.policy.base import PolicyError, PolicyKind, Principal
from gatewright.language.policy.document import compile_policy

log = logging.getLogger("gatewright.identity")

Credential = Mapping[str, Any]  # as `registry` stores it


class KeyRing:
    """A `gateway.base.KeySource` that answers at once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._sealed: dict[str, Credential] = {}
        self._opened: dict[str, Holder] = {}
        self._told: set[str] = set()  # keys whose failure is in the log

    def load(self, credentials: Sequence[Credential]) -> None:
        """These are all the credentials from now on."""
        before, self._sealed = self._sealed, {each["accessKeyId"]: each for each in credentials}
        self._told.clear()
        self._opened = {
            name: holder for name, holder in self._opened.items() if self._sealed.get(name) == before.get(name)
        }

    def find(self, access_key: str) -> Holder | None:
        """The holder of an active key."""
        holder = self._opened.get(access_key)
        if holder is None:
            credential = self._sealed.get(access_key)
            if credential is not None and credential["status"] == "Active":
                holder = self._open(access_key, credential)
        return holder

    def _open(self, access_key: str, credential: Credential) -> Holder | None:
        try:
            secret = self._vault.open(access_key, credential["_secret"])
            policies = compiled(each["document"] for each in credential["policies"])
        except (VaultError, PolicyError) as error:
            if access_key not in self._told:
                self._told.add(access_key)
                log.error("the credential %s of %s cannot be used: %s", access_key, credential["arn"], error)
            return None
        holder = self._opened[access_key] = Holder(secret, _principal(credential), policies=policies)
        return holder


def compiled(documents: Iterable[str]) -> tuple[Decider, ...]:
    """Identity policies from their texts. Raises PolicyError."""
    return tuple(compile_policy(document, PolicyKind.IDENTITY) for document in documents)


def _principal(credential: Credential) -> Principal:
    arn: str = credential["arn"]
    return Principal(
        "User",
        account=arn.split(":")[4],
        arn=arn,
        user_id=credential["userId"],
        user_name=credential["userName"],
        tags=credential["tags"],
    )
