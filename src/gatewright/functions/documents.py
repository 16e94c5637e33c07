"""The documents of functions in the store, and the same in memory.

    function            parent ""      id <name>       the configuration of $LATEST (FunctionConfiguration) and
                                                       _zip (hash of the package) or _folder, _tags, _reserved, _next
    function_version    parent <name>  id <number>     the frozen configuration of a version, with _zip
    function_alias      parent <name>  id <alias>      AliasConfiguration
    function_policy     parent <name>  id <qualifier>  a policy with _revision ("$UNQUALIFIED": the function's own)
    function_event      parent <name>  id <request id> an asynchronous invocation that has been accepted and not ended
    function_package    parent <name>  id <hash>       a package, in base64, where several nodes share the store

The processes that host functions are the only writers of these documents. Each tells the others, in the commit, which
function it has changed; so what they hold in memory is what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gatewright.functions.names import LATEST, FunctionKey
from gatewright.store.base import Body, Key, Transaction

FUNCTION = "function"
VERSION = "function_version"
ALIAS = "function_alias"
POLICY = "function_policy"
EVENT = "function_event"
PACKAGE = "function_package"
UNQUALIFIED = "$UNQUALIFIED"


@dataclass(frozen=True, slots=True)
class Function:
    """Everything about one function, as stored."""

    key: FunctionKey
    latest: Body
    versions: dict[str, Body]  # "1", "2", … in ascending order
    aliases: dict[str, Body]
    policies: dict[str, Body]

    def configuration(self, version: str) -> Body | None:
        return self.latest if version == LATEST else self.versions.get(version)

    def statements(self, qualifier: str | None) -> list[dict[str, Any]]:
        """The statements of the policy of the function itself (None), a version or an alias.

        unverified: AWS keeps the policy of `$LATEST` and of the unqualified function apart; so do we.
        """
        policy = self.policies.get(qualifier or UNQUALIFIED)
        return policy["Statement"] if policy else []

    @property
    def packages(self) -> set[str]:
        """The hashes of all packages that are still needed."""
        return {c["_zip"] for c in (self.latest, *self.versions.values()) if c.get("_zip")}


_ANNOUNCED = "function:"


def announcement(key: FunctionKey) -> str:
    """The name under which nodes hear of a changed function."""
    return f"{_ANNOUNCED}{key.account}/{key.region}/{key.name}"


def announced(name: str) -> FunctionKey | None:
    """The function that an announcement names; None: it is of something else."""
    if not name.startswith(_ANNOUNCED):
        return None
    return FunctionKey(*name.removeprefix(_ANNOUNCED).split("/", 2))


def function_key(key: FunctionKey) -> Key:
    return Key(key.account, key.region, FUNCTION, "", key.name)


def child_key(key: FunctionKey, kind: str, id: str) -> Key:
    return Key(key.account, key.region, kind, key.name, id)


def load(tx: Transaction, key: FunctionKey) -> Function | None:
    """One function with all that belongs to it; None when there is none."""
    document = tx.get(function_key(key))
    if document is None:
        return None

    def children(kind: str) -> dict[str, Body]:
        return {d.key.id: d.body for d in tx.list(key.account, key.region, kind, key.name)}

    versions = children(VERSION)
    ordered = {number: versions[number] for number in sorted(versions, key=int)}
    return Function(key, document.body, ordered, children(ALIAS), children(POLICY))


def load_all(tx: Transaction) -> list[Function]:
    """Every function of every account and Region."""
    keys = [FunctionKey(d.key.account, d.key.region, d.key.id) for d in tx.scan(FUNCTION)]
    return [f for f in (load(tx, k) for k in keys) if f is not None]


def delete_all(tx: Transaction, key: FunctionKey) -> None:
    """Remove a function and all that belongs to it."""
    for kind in (VERSION, ALIAS, POLICY, EVENT, PACKAGE):
        tx.delete_children(key.account, key.region, key.name, kind)
    tx.delete(function_key(key))
