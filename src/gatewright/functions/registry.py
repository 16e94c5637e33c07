"""The functions as they run: what is stored, in memory, with the pools of processes that belong to each.

An invocation never asks the store: it finds here the function, the version behind an alias, the policy, the pool.
`install` is called on the event loop after each committed change; what has changed for a pool replaces its processes.
"""

from __future__ import annotations

import asyncio
import logging
import random
from pathlib import Path

from gatewright.functions.code import CodeStore
from gatewright.functions.documents import Function
from gatewright.functions.environment import Release, Surroundings
from gatewright.functions.names import LATEST, FunctionKey, FunctionName
from gatewright.functions.outcomes import Refusal
from gatewright.functions.policy import Attempt, allows, compiled
from gatewright.functions.pool import Concurrency, Pool
from gatewright.language.policy.base import PolicyError
from gatewright.language.policy.document import Policy
from gatewright.store.base import Body

log = logging.getLogger("gatewright.functions")

_VERDICTS_KEPT = 4096


class Live:
    """One function with its pools (made when first needed) and the verdicts of its policies."""

    __slots__ = ("_policies", "_verdicts", "books", "function", "pools")

    def __init__(self, function: Function) -> None:
        self.books = Concurrency()
        self.pools: dict[str, Pool] = {}
        self.set(function)

    def set(self, function: Function) -> None:
        self.function = function
        self.books.reserved = function.latest.get("_reserved")
        self._policies: dict[str | None, Policy | None] = {}
        self._verdicts: dict[tuple[str | None, Attempt], bool] = {}

    def version(self, qualifier: str | None) -> str | None:
        """The version to run for a qualifier; an alias with weights is drawn by lot. None: no such qualifier."""
        if qualifier is None or qualifier == LATEST:
            return LATEST
        if qualifier in self.function.versions:
            return qualifier
        alias = self.function.aliases.get(qualifier)
        return _drawn(alias) if alias is not None else None

    def allows(self, qualifier: str | None, attempt: Attempt) -> bool:
        """What the policy of this qualifier says, each question answered once."""
        question = (qualifier, attempt)
        verdict = self._verdicts.get(question)
        if verdict is None:
            if len(self._verdicts) >= _VERDICTS_KEPT:
                self._verdicts.clear()
            verdict = self._verdicts[question] = allows(self._policy(qualifier), attempt)
        return verdict

    def _policy(self, qualifier: str | None) -> Policy | None:
        """The policy of a qualifier. One with a statement that cannot be understood lets nobody in."""
        if qualifier not in self._policies:
            statements = self.function.statements(qualifier)
            try:
                self._policies[qualifier] = compiled(statements) if statements else None
            except PolicyError as error:
                log.error("The resource policy of %s (%s) is void: %s", self.function.key.arn, qualifier, error)
                self._policies[qualifier] = None
        return self._policies[qualifier]


def _drawn(alias: Body) -> str:
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    left = random.random() if weights else 1.0  # noqa: S311 - spreads load, keeps no secret
    for version, weight in weights.items():
        left -= weight
        if left < 0:
            return str(version)
    return str(alias["FunctionVersion"])


class Registry:
    """All functions of this host. Everything happens on the event loop."""

    def __init__(self, shared: Surroundings, code: CodeStore, *, most: int, idle_seconds: float) -> None:
        self._shared = shared
        self._code = code
        self._most = most
        self._idle_seconds = idle_seconds
        self._live: dict[FunctionKey, Live] = {}
        self._dismissed: set[Pool] = set()

    def find(self, key: FunctionKey) -> Live | None:
        return self._live.get(key)

    def functions(self) -> list[Function]:
        return [live.function for live in self._live.values()]

    def pool(self, live: Live, version: str) -> Pool:
        """The pool of a version that exists."""
        pool = live.pools.get(version)
        if pool is None:
            release = self._release(live.function, version)
            assert release is not None
            pool = live.pools[version] = Pool(
                release, self._shared, live.books, most=self._most, idle_seconds=self._idle_seconds
            )
        return pool

    def install(self, key: FunctionKey, function: Function | None) -> None:
        """This is what is stored now (None: it was deleted)."""
        live = self._live.get(key)
        if function is None:
            if live is not None:
                del self._live[key]
                for version in list(live.pools):
                    self._dismiss(live, version)
            return
        if live is None:
            self._live[key] = Live(function)
            return
        live.set(function)
        for version, pool in list(live.pools.items()):
            release = self._release(function, version)
            if release is None:
                self._dismiss(live, version)
            elif _differs(pool.release.config, release.config):
                pool.replace(release)

    def reload(self, key: FunctionKey) -> None:
        """The folder of a function has changed on disk."""
        live = self._live.get(key)
        if live is not None and LATEST in live.pools:
            pool = live.pools[LATEST]
            pool.replace(pool.release)

    def _release(self, function: Function, version: str) -> Release | None:
        config = function.configuration(version)
        if config is None:
            return None
        folder = config.get("_folder")
        root = Path(folder) if folder else self._code.task_root(function.key, config["_zip"])
        return Release(function.key, config, root)

    def _dismiss(self, live: Live, version: str) -> None:
        pool = live.pools.pop(version)
        arn = FunctionName(live.function.key, None if version == LATEST else version).arn
        pool.dismiss(Refusal(404, "ResourceNotFoundException", f"Function not found: {arn}"))
        self._dismissed = {p for p in self._dismissed if p.processes} | {pool}

    def packages(self, key: FunctionKey) -> set[str]:
        """The packages from which processes of a function may be started now."""
        live = self._live.get(key)
        return live.function.packages if live is not None else set()

    async def retired(self, key: FunctionKey) -> None:
        """Wait until no process is left that ran an earlier release of this function."""
        live = self._live.get(key)
        pools = list(live.pools.values()) if live is not None else []
        await asyncio.gather(*(pool.retired() for pool in (*pools, *self._dismissed)))

    @property
    def busy(self) -> bool:
        pools = [pool for live in self._live.values() for pool in live.pools.values()]
        return any(pool.busy for pool in (*pools, *self._dismissed))

    async def close(self) -> None:
        """End every process."""
        pools = [pool for live in self._live.values() for pool in live.pools.values()]
        await asyncio.gather(*(pool.close() for pool in (*pools, *self._dismissed)))


def _differs(old: Body, new: Body) -> bool:
    """Whether a process of the old configuration is not one of the new."""
    return any(old.get(member) != new.get(member) for member in ("RevisionId", "_zip", "_folder"))
