"""What has been used of quotas on all nodes, for the control plane of one.

Workers tell the store twice a second what they have counted. One node at a time, whichever comes first, enters it into
the durable store. While the store is away the last figures that this process saw are shown.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import redis
from redis.exceptions import NoScriptError, RedisError

from gatewright.clock import Clock
from gatewright.state.base import Period
from gatewright.state.valkey import scripts
from gatewright.state.valkey.address import client, shown
from gatewright.state.valkey.link import SETTLE, run_of
from gatewright.state.valkey.quotas import DAYS, PERIOD, day_of
from gatewright.state.valkey.scripts import Script

logger = logging.getLogger("gatewright.state")

_TIMEOUT = 1.0  # seconds for an answer
_TURN = 8.0  # seconds that a node remains the bookkeeper without saying so
_OVERLAP = 1.0  # seconds; what was counted while the last look was going on is looked at again
_REMEMBERED = 100_000  # names


class ValkeyUsage:
    """See `state.base.Usage`. Blocks: for worker threads."""

    def __init__(self, url: str, clock: Clock, node: str) -> None:
        self._url = url
        self._clock = clock
        self._node = node
        self._client = client(url, _TIMEOUT)
        self._since = 0.0
        self._epoch: bytes | None = None
        self._seen: dict[str, dict[date, int]] = {}
        self._away = False

    def used(self, name: str) -> Mapping[date, int]:
        """See `state.base.Usage.used`."""
        try:
            self._keep(name, self._used(name))
        except (RedisError, OSError) as error:
            self._missing(error)
        return self._seen.get(name, {})

    def changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        """See `state.base.Usage.changed`: nothing where another node keeps the books."""
        try:
            yield from self._changed()
        except (RedisError, OSError) as error:
            self._missing(error)
            self._since = 0.0

    def again(self) -> None:
        """See `state.base.Usage.again`."""
        self._since = 0.0

    def lost(self) -> bool:
        """See `state.base.Usage.lost`."""
        try:
            info = run_of(self._info())
            keys = (scripts.EPOCH, scripts.SETTLING)
            epoch = self._run(scripts.ARRIVE, keys, (info, int(SETTLE * 1000)))
        except (RedisError, OSError) as error:
            self._missing(error)
            return False
        if self._away:
            self._away = False
            logger.warning("the shared state at %s is back", shown(self._url))
        before, self._epoch = self._epoch, epoch
        if before == epoch:
            return False
        self._since = 0.0
        return True

    def restore(self, name: str, days: Mapping[date, int], period: Period) -> None:
        """See `state.base.Usage.restore`. While the store is away it waits until `lost` says so."""
        self._keep(name, {day: max(count, self._seen.get(name, {}).get(day, 0)) for day, count in days.items()})
        recent = day_of(self._clock) - timedelta(days=62)
        granted: dict[str, int] = {}
        told: list[object] = [DAYS]
        for day, count in days.items():
            told += (day.isoformat(), count)
            if day >= recent:
                start = period(day)[0]
                granted[start] = granted.get(start, 0) + count
        if self._away:
            return
        try:
            self._run(scripts.RESTORE_DAYS, (scripts.days(name),), told)
            for start, count in granted.items():
                self._run(scripts.RESTORE_PERIOD, (scripts.period(name, start),), (count, PERIOD))
        except (RedisError, OSError) as error:
            self._missing(error)
            self._epoch = None

    def close(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            if self._client.get(scripts.BOOKKEEPER) == self._node.encode():
                self._client.delete(scripts.BOOKKEEPER)
        self._client.close()

    def _changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        if not self._run(scripts.KEEP_BOOKS, (scripts.BOOKKEEPER,), (self._node, int(_TURN * 1000))):
            self._since = 0.0  # whoever takes over begins with everything
            return
        names: list[tuple[bytes, float]] = self._client.zrangebyscore(  # type: ignore[assignment] # the stub joins both clients
            scripts.NAMES, f"({self._since}", "+inf", withscores=True
        )
        for each, _ in names:
            name = each.decode()
            self._keep(name, self._used(name))
            yield name, self._seen[name]
        if names:
            self._since = max(score for _, score in names) - _OVERLAP

    def _used(self, name: str) -> dict[date, int]:
        found: dict[bytes, bytes] = self._client.hgetall(scripts.days(name))  # type: ignore[assignment] # as above
        counted: dict[date, int] = {}
        for field, count in found.items():
            day = date.fromisoformat(field[:10].decode())
            counted[day] = counted.get(day, 0) + int(count)
        return counted

    def _keep(self, name: str, days: dict[date, int]) -> None:
        if name not in self._seen and len(self._seen) >= _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[name] = days

    def _info(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.info("server")
        except redis.exceptions.ResponseError:  # not allowed to this user
            return None
        return found

    def _run(self, script: Script, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return self._client.evalsha(script.sha, len(keys), *keys, *args)
        except NoScriptError:
            return self._client.eval(script.text, len(keys), *keys, *args)

    def _missing(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            why = str(error) or type(error).__name__
            logger.error(
                "the shared state at %s cannot be used (%s): the use of quotas is not current", shown(self._url), why
            )
