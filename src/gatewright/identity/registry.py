"""The registry: access keys of this node's own users, as documents in the store.

One document for each key, under (account, "", "credential", "", access key id):

    {accessKeyId, userName, userId, arn, status, createDate, tags, policies: [{name, document}], _secret}

`document` is the policy's text as it was given, `_secret` what the vault has sealed. Keys of one user name share its
user id, each has policies of its own. Ids and secrets look like AWS's ("IAM identifiers" in the IAM user guide; quotas
of names and policies: "IAM and AWS STS quotas").
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from gatewright.clock import Clock
from gatewright.identity.vault import Vault
from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.document import compile_policy
from gatewright.store.base import Body, Document, Key, Store, Transaction

KIND = "credential"
ANNOUNCED = "credentials"  # what other nodes publish anew when there is another one
MOST_POLICIES = 20  # of one key: AWS's highest quota on managed policies of a user
MOST_TAGS = 50
_POLICY_SIZE = 6144  # characters that are no white space
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_USER_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_POLICY_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_SPACE = re.compile(r"\s")


class RegistryError(Exception):
    """A credential that cannot be made or found; the message says why."""


class Registry:
    """The credentials of a node. Calls block; threads may share it."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def create(
        self,
        account: str,
        user_name: str,
        policies: Sequence[Mapping[str, str]] = (),
        tags: Mapping[str, str] | None = None,
    ) -> tuple[Body, str]:
        """A new key of a user: its document, and the secret, which nobody tells again.

        `policies`: `name` and `document`, the text. Raises RegistryError, VaultError, StoreError.
        """
        kept = _policies(policies)
        body: Body = {"userName": _user(account, user_name), "tags": _tags(tags or {}), "policies": kept}
        secret = base64.b64encode(secrets.token_bytes(30)).decode()  # 40 characters
        with self._store.transaction() as tx:
            self._prepare_vault(tx)
            access_key = _new_id(tx)
            body |= {
                "accessKeyId": access_key,
                "userId": _user_id(tx, account, user_name),
                "arn": f"arn:aws:iam::{account}:user/{user_name}",
                "status": "Active",
                "createDate": int(self._clock.now()),
                "_secret": self._vault.seal(access_key, secret),
            }
            tx.insert(Key(account, "", KIND, "", access_key), body)
            tx.announce([ANNOUNCED])
        return body, secret

    def list(self) -> list[Body]:
        """Every credential of every account, sealed as it is stored."""
        with self._store.transaction(write=False) as tx:
            return [each.body for each in tx.scan(KIND)]

    def delete(self, access_key: str) -> None:
        """Raises RegistryError when there is no such key."""
        with self._store.transaction() as tx:
            found = tx.find(KIND, access_key)
            if not found:
                raise RegistryError(f"there is no credential {access_key}")
            for each in found:
                tx.delete(each.key)
            tx.announce([ANNOUNCED])

    def _prepare_vault(self, tx: Transaction) -> None:
        """A new key to the vault only for a first credential: no other would open those that are there."""
        present = tx.scan(KIND)
        if not present:
            self._vault.create()
            return
        first = present[0].body
        self._vault.open(first["accessKeyId"], first["_secret"])


def _new_id(tx: Transaction) -> str:
    while True:
        fresh = "AKIA" + _random(16)
        if not tx.find(KIND, fresh):
            return fresh


def _user_id(tx: Transaction, account: str, user_name: str) -> str:
    users: list[Document] = tx.list(account, "", KIND)
    known = (each.body["userId"] for each in users if each.body["userName"] == user_name)
    return next(known, None) or "AIDA" + _random(17)


def _random(length: int) -> str:
    return "".join(secrets.choice(_BASE32) for _ in range(length))


def _user(account: str, name: str) -> str:
    if not _ACCOUNT.fullmatch(account):
        raise RegistryError(f"account {account}: an account has 12 digits")
    if not _USER_NAME.fullmatch(name):
        raise RegistryError(f"user {name}: a name has 1 to 64 characters of A-Z a-z 0-9 + = , . @ _ -")
    return name


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    if len(tags) > MOST_TAGS:
        raise RegistryError(f"a user has at most {MOST_TAGS} tags")
    for name, value in tags.items():
        if not 1 <= len(name) <= 128 or len(value) > 256:
            raise RegistryError(f"tag {name}: a tag's name has 1 to 128 characters, its value at most 256")
    return dict(tags)


def _policies(policies: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    if len(policies) > MOST_POLICIES:
        raise RegistryError(f"a credential has at most {MOST_POLICIES} policies")
    kept: dict[str, dict[str, Any]] = {}
    for each in policies:
        name, text = each["name"], each["document"]
        if not _POLICY_NAME.fullmatch(name):
            raise RegistryError(f"policy {name}: a name has 1 to 128 characters of A-Z a-z 0-9 + = , . @ _ -")
        if name in kept:
            raise RegistryError(f"policy {name} is given twice")
        if len(_SPACE.sub("", text)) > _POLICY_SIZE:
            raise RegistryError(f"policy {name} has more than {_POLICY_SIZE} characters, white space not counted")
        try:
            compile_policy(text, PolicyKind.IDENTITY)
        except PolicyError as error:
            raise RegistryError(f"policy {name}: {error}") from None
        kept[name] = {"name": name, "document": text}
    return list(kept.values())
