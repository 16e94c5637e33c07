"""Quotas of many nodes, exact over all their workers.

The store knows of each period how many requests have been granted, and to whom. A worker has some granted to it ahead
and serves them by itself; each that it serves it counts in its ledger, on its own disk. The fewer remain, the fewer are
granted at once, down to one. It asks for more when half of its grant is spent, so that few requests wait for a round
trip; what it has not served for some time it gives back, soon if little remains.

A worker does not say "I took five" but "of this period I have served and hold 117 in all" (a claim), which may be lost
or repeated. Thus a worker's successor frees what it had not served, by claiming what the ledger says; and a store that
has forgotten everything knows it again when all have claimed and the durable store's books have been read: until then,
for two seconds and a half, nothing is granted and requests wait.

While the store is away, a worker serves what it holds and its share of what remained when it last knew. So all workers
together may then exceed the limit by what others had taken since; it is counted, and taken off as soon as the store is
back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import lmdb

from gatewright.clock import Clock
from gatewright.state.base import Decision, Period
from gatewright.state.machine.environment import Environment
from gatewright.state.valkey import scripts
from gatewright.state.valkey.ledger import KEPT, Ledger, tallies
from gatewright.state.valkey.link import Link, answer

logger = logging.getLogger("gatewright.state")

_MOST = 64  # requests granted at once …
_BUSY = 1024  # … or to who spends that within a tenth of a second
_QUICK = 0.1  # seconds
_PART = 16  # … and at most such a part of what remains
_KEPT, _KEPT_LONG = 1.0, 10.0  # seconds that grants may lie unused: when little remains, and else
_LITTLE = 10  # such a part of the limit is little
_LOOK = 0.1  # seconds until somebody who found nothing left looks again: others may have given back
_QUIET = 60.0  # seconds between two complaints
PERIOD = 40 * 86_400  # seconds that the store keeps a period after it was last used
DAYS = KEPT * 86_400
_BOUNDLESS = 1 << 52  # limits are exact up to here: numbers of the store's scripts are floating


class ValkeyQuotas:
    """See `state.base.Quotas`. `worker`: the number of this worker among `workers` of the node `node`.

    Worker 0 also speaks for numbers that are no longer in use. The owner calls `rest` every half second or so, and
    `repeat` when the store may have forgotten. Raises OSError, lmdb.Error.
    """

    def __init__(
        self, environment: Environment, link: Link, clock: Clock, node: str, worker: int, workers: int
    ) -> None:
        self.link = link
        self.clock = clock
        self._node = node
        self._quotas: WeakValueDictionary[str, ValkeyQuota] = WeakValueDictionary()
        self.active: set[ValkeyQuota] = set()  # that have asked, and may hold or have served something
        self._complained = float("-inf")
        self._sequence = time.time_ns() // 1000
        self._freed: set[tuple[str, str]] = set()  # periods of which this worker holds less than the store knows
        today = day_of(clock)
        self.ledger = Ledger(environment, worker, today, writing=True)
        left = [number for number in tallies(environment.folder) if number >= workers] if not worker else []
        self._left = [Ledger(environment, number, today, writing=False) for number in left]

    def quota(self, name: str, period: Period) -> ValkeyQuota:
        found = self._quotas.get(name)
        if found is None:
            found = self._quotas[name] = ValkeyQuota(name, period, self, self.clock)
        else:
            found.adjust(period)
        return found

    def repeat(self) -> None:
        """Say anew what this worker, and those before it, have served and hold."""
        if not self.link.up:
            return
        recent = (day_of(self.clock) - timedelta(days=31)).isoformat()
        for ledger in (self.ledger, *self._left):
            for name, periods in ledger.periods.items():
                for period in periods:
                    if period >= recent and ledger is self.ledger:
                        self._freed.add((name, period))
                    elif period >= recent:
                        self.claim(ledger, name, period, 0)
            for name, day, count in ledger.counts():
                self._report(ledger, name, day, count)
        self._claim_all()

    def rest(self) -> None:
        """Give back what was granted and not used, and tell what was."""
        now = self.clock.monotonic()
        for each in list(self.active):
            if each.held and now >= each.kept_until and each.asking is None:
                each.release()
            self.tell(each)
            if not each.held and each.asking is None:
                self.active.discard(each)
        if self.link.up:
            self._claim_all()

    def close(self) -> None:
        """Give everything back; the link sends it before it closes."""
        for each in list(self._quotas.values()):
            each.release()
        self.rest()

    def shut(self) -> None:
        for each in (self.ledger, *self._left):
            each.close()

    # --- for its quotas ---

    def claim(
        self, ledger: Ledger, name: str, period: str, held: int, limit: int = 0, most: int = 0
    ) -> asyncio.Future[Any]:
        """Say what is served and held of a period, and ask for `most` more."""
        self._sequence += 1
        keys = (scripts.period(name, period), scripts.SETTLING, scripts.EPOCH)
        claimed = ledger.served(name, period) + held
        args = (self._field(ledger), self._sequence, claimed, limit, most, _PART, PERIOD)
        asked = self.link.call(scripts.CLAIM, keys, args)
        asked.add_done_callback(self._overtaken)
        return asked

    def free(self, name: str, period: str) -> None:
        """Less is held of this period than the store knows."""
        self._freed.add((name, period))

    def complain(self, error: Exception) -> None:
        now = self.clock.monotonic()
        if now - self._complained > _QUIET:
            self._complained = now
            logger.error("the node's books cannot be used, quotas are not counted: %s", error)

    def tell(self, quota: ValkeyQuota) -> None:
        """How many requests it has counted today, where the store does not know it."""
        counted = quota.counted()
        if counted is not None and self.link.up and counted != quota.reported:

            def heard(asked: asyncio.Future[Any]) -> None:
                if not asked.cancelled() and asked.result() is not None:
                    quota.reported = counted

            self._report(self.ledger, quota.name, *counted).add_done_callback(heard)

    def _claim_all(self) -> None:
        """What is held of periods that have changed. While a quota asks, nobody knows what it holds: that waits."""
        freed, self._freed = self._freed, set()
        for name, period in freed:
            quota = self._quotas.get(name)
            if quota is None or quota.period != period:
                self.claim(self.ledger, name, period, 0)
            elif quota.asking is None:
                self.claim(self.ledger, name, period, quota.held)
            else:
                self._freed.add((name, period))

    def _overtaken(self, asked: asyncio.Future[Any]) -> None:
        """The store has heard later claims of this worker: of before a clock was set back."""
        if not asked.cancelled() and asked.result() is not None:
            self._sequence = max(self._sequence, int(asked.result()[3]))

    def _report(self, ledger: Ledger, name: str, day: date, count: int) -> asyncio.Future[Any]:
        args = (name, day.isoformat(), self._field(ledger), count, DAYS)
        return self.link.call(scripts.REPORT, (scripts.days(name), scripts.NAMES), args)

    def _field(self, ledger: Ledger) -> str:
        return f"{self._node}/{ledger.worker}"


class ValkeyQuota:
    """See `state.base.Quota`."""

    __slots__ = (
        "__weakref__",
        "_clock",
        "_day",
        "_day_ends",
        "_granted",
        "_granted_at",
        "_left",
        "_limit",
        "_look_at",
        "_most",
        "_outage",
        "_period_of",
        "_place",
        "_quotas",
        "_settled_at",
        "_share",
        "_waiting",
        "asking",
        "held",
        "kept_until",
        "name",
        "period",
        "reported",
    )

    def __init__(self, name: str, period: Period, quotas: ValkeyQuotas, clock: Clock) -> None:
        self.name = name
        self.period = ""
        self.held = 0  # granted to this worker and not served yet
        self.kept_until = 0.0
        self.asking: asyncio.Future[Any] | None = None
        self._quotas = quotas
        self._clock = clock
        self._period_of = period
        self._limit = self._place = self._granted = self._waiting = 0
        self._day: date | None = None
        self._left: int | None = None  # not granted to anybody, when this worker last knew
        self._day_ends = self._look_at = self._settled_at = self._granted_at = float("-inf")
        self._outage = self._share = 0
        self.reported: tuple[date, int] | None = None  # what the store knows of a day

    def __del__(self) -> None:
        """Its key has left the plan: what was granted goes back."""
        if self.held:
            self._quotas.free(self.name, self.period)

    def adjust(self, period: Period) -> None:
        """Another limit, or another kind of period, from the next request on."""
        self.release()
        self._period_of = period
        self._day_ends = self._look_at = float("-inf")
        self._left = None

    def release(self) -> None:
        """Give back what is held."""
        if self.held or self.asking is not None:
            self.held = 0
            self._quotas.free(self.name, self.period)

    def take(self) -> Decision:
        """Fails open: a node whose own disk is broken serves on, and says so."""
        if self._clock.now() >= self._day_ends and not self._turned():
            return True
        if self.held:
            self._serve()
            if self.held <= self._granted >> 1 and self.asking is None:
                self._ask_ahead()
            return True
        if not self._quotas.link.up:
            return self._alone()
        if self._clock.monotonic() < self._look_at:
            return False
        return self._wait()

    def left(self) -> int | None:
        return None if self._left is None else max(0, self._left + self.held)

    def counted(self) -> tuple[date, int] | None:
        """The current day and its requests here."""
        return None if self._day is None else (self._day, self._quotas.ledger.tally.read(self._place))

    async def _wait(self) -> bool:
        self._waiting += 1
        try:
            while True:
                if self.held:
                    self._serve()
                    return True
                now = self._clock.monotonic()
                if not self._quotas.link.up:
                    return self._alone()
                if now < self._look_at:
                    return False
                if now < self._settled_at:
                    await asyncio.sleep(self._settled_at - now)
                elif await answer(self.asking or self._ask()) is None:
                    return self._alone()
        finally:
            self._waiting -= 1

    def _serve(self) -> None:
        self.held -= 1
        self._quotas.ledger.tally.add(self._place)

    def _ask_ahead(self) -> None:
        if self._quotas.link.up and self._clock.monotonic() >= max(self._look_at, self._settled_at):
            self._ask()

    def _ask(self) -> asyncio.Future[Any]:
        period = self.period
        quick = self._clock.monotonic() - self._granted_at < _QUICK
        most = max(_MOST, self._waiting, min(_BUSY, 2 * self._granted) if quick else 0)
        self._quotas.active.add(self)
        asking = self.asking = self._quotas.claim(self._quotas.ledger, self.name, period, self.held, self._limit, most)
        limit = self._limit
        asking.add_done_callback(lambda asked: self._answered(asked, period, limit))
        return asking

    def _answered(self, asked: asyncio.Future[Any], period: str, limit: int) -> None:
        self.asking = None
        if asked.cancelled() or asked.result() is None:
            return
        granted, total, wait, overtaken = asked.result()
        if period != self.period or limit != self._limit:
            self._quotas.free(self.name, period)  # it has turned meanwhile
            return
        now = self._clock.monotonic()
        self.held += granted
        self._left = max(0, limit - total)
        if granted:
            self._granted, self._granted_at = granted, now
            self.kept_until = now + (_KEPT if self._left < limit // _LITTLE else _KEPT_LONG)
        elif wait:
            self._settled_at = now + wait / 1000 + 0.01
        elif not overtaken:
            self._look_at = now + _LOOK

    def _alone(self) -> bool:
        """While the store is away: this worker's share of what remained."""
        link = self._quotas.link
        if self._outage != link.outages:
            self._outage = link.outages
            left = self._left
            if left is None:
                left = max(0, self._limit - self._quotas.ledger.served(self.name, self.period))
            self._share = -(-left // link.participants)
        if self._share <= 0:
            return False
        self._share -= 1
        self._quotas.active.add(self)
        self._quotas.free(self.name, self.period)  # to be claimed when it is back
        self._quotas.ledger.tally.add(self._place)
        return True

    def _turned(self) -> bool:
        """Another day, perhaps another period. Whether it can be counted."""
        today = day_of(self._clock)
        period, limit = self._period_of(today)
        try:
            place = self._quotas.ledger.open(self.name, period, today)
        except (lmdb.Error, OSError) as error:
            self._quotas.complain(error)
            return False
        if self._day != today:
            self._quotas.tell(self)  # of yesterday
        if period != self.period:
            self.release()
            self._left, self._outage = None, 0
        self.period, self._limit, self._day, self._place = period, min(limit, _BOUNDLESS), today, place
        self._look_at = self._settled_at = float("-inf")
        self._day_ends = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC).timestamp()
        return True


def day_of(clock: Clock) -> date:
    """Today, UTC."""
    return datetime.fromtimestamp(clock.now(), UTC).date()
