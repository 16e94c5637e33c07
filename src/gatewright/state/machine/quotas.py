"""Quotas of a machine, exact over its workers.

Of each period it is known how many requests have been granted (`periods`). A worker has some granted to it at once and
serves them by itself; each that it serves it counts in its tally, which survives it. The fewer remain, the fewer are
granted at once, down to one. What a worker has not served for a second it gives back; what a dead worker had not served
its successor gives back, since grants less tally is exactly that. So never one request more is served than the limit,
and none less as long as somebody asks.

Days are what GetUsage shows: the tallies of all workers, and what those have left that are gone.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from weakref import WeakValueDictionary

import lmdb

from gatewright.clock import Clock
from gatewright.state.base import Period
from gatewright.state.machine.environment import NUMBER, Environment, below, join, number
from gatewright.state.machine.tally import Tally
from gatewright.state.machine.usage import enter, settle

logger = logging.getLogger("gatewright.state")

_MOST = 64  # requests granted at once
_PART = 16  # … and at most such a part of what remains
_KEPT = 1.0  # seconds that grants may lie unused
_LOOK = 0.1  # seconds until somebody who found nothing left looks again: others may have given back
_LATE = 3600.0  # seconds after its end that a day goes into the books: clocks are set back
_ENTERED = 100  # days of quotas that are entered in one transaction
_QUIET = 60.0  # seconds between two complaints


class MachineQuotas:
    """See `state.base.Quotas`. `worker`: the number of this worker; its predecessor of that number is gone.

    The owner calls `rest` every half second or so.
    """

    def __init__(self, environment: Environment, clock: Clock, worker: int) -> None:
        self._environment = environment
        self._clock = clock
        self._worker = str(worker)
        self._quotas: WeakValueDictionary[str, MachineQuota] = WeakValueDictionary()
        self._complained = float("-inf")
        settle(environment, self._worker)
        self.tally = Tally(environment.folder / f"tally-{worker}", writing=True)
        self._places = 0
        self._entered = date.min  # days before this one are, or will soon be, in the books
        self._ended: list[tuple[str, str]] = []  # quotas and their days that are to be entered

    def quota(self, name: str, period: Period) -> MachineQuota:
        found = self._quotas.get(name)
        if found is None:
            found = self._quotas[name] = MachineQuota(name, period, self, self._clock)
        else:
            found.adjust(period)
        return found

    def rest(self) -> None:
        """Give back what was granted and not used; enter days that are over, a few at a time."""
        now = self._clock.monotonic()
        for each in list(self._quotas.values()):
            if each.held and now >= each.kept_until:
                self.give_back(each)
        try:
            self._enter()
        except lmdb.Error as error:
            self.complain(error)

    def close(self) -> None:
        """Give everything back."""
        for each in list(self._quotas.values()):
            if each.held:
                self.give_back(each)
        self.tally.close()

    # --- for its quotas ---

    def grant(self, name: str, period: str, limit: int) -> tuple[int, int]:
        """How many requests this worker may serve more (0: the limit is reached), and how many nobody has been granted.

        Raises lmdb.Error.
        """
        periods, grants = self._environment.database("periods"), self._environment.database("grants")
        key, own = join(name, period), join(self._worker, name, period)
        with self._environment.writing("periods") as transaction:
            granted = number(transaction, key, periods)
            count = min(limit - granted, max(1, min(_MOST, (limit - granted) // _PART)))
            if count <= 0:
                return 0, 0
            transaction.put(key, NUMBER.pack(granted + count), db=periods)
            transaction.put(own, NUMBER.pack(number(transaction, own, grants) + count), db=grants)
        return count, limit - granted - count

    def give_back(self, quota: MachineQuota) -> None:
        count, quota.held = quota.held, 0
        quota.rest = None if quota.rest is None else quota.rest + count
        periods, grants = self._environment.database("periods"), self._environment.database("grants")
        try:
            with self._environment.writing("periods") as transaction:
                for key, database in (
                    (join(quota.name, quota.period), periods),
                    (join(self._worker, quota.name, quota.period), grants),
                ):
                    transaction.put(key, NUMBER.pack(number(transaction, key, database) - count), db=database)
        except lmdb.Error as error:
            self.complain(error)

    def place(self, name: str, day: date) -> int:
        """Where to count the requests of a day. Raises lmdb.Error, OSError."""
        key = join(self._worker, name, day.isoformat())
        with self._environment.writing("slots") as transaction:
            found = transaction.get(key)
            if found is not None:
                return int(NUMBER.unpack(found)[0])
            place = self._places
            self.tally.clear(place)
            transaction.put(key, NUMBER.pack(place))
        self._places += 1
        return place

    def _enter(self) -> None:
        """Else what a worker keeps would grow by every key that has called, day by day. Raises lmdb.Error."""
        today = datetime.fromtimestamp(self._clock.now() - _LATE, UTC).date()
        slots = self._environment.database("slots")
        if today > self._entered:
            with self._environment.reading("slots") as transaction:
                own = below(transaction, slots, self._worker)
            self._ended = [(name, day) for (name, day), _ in own if day < today.isoformat()]
            self._entered = today
        if not self._ended:
            return
        now, self._ended = self._ended[:_ENTERED], self._ended[_ENTERED:]
        with self._environment.writing("slots") as transaction:
            for name, day in now:
                place = number(transaction, join(self._worker, name, day), slots)
                enter(self._environment, transaction, self._worker, name, day, self.tally.read(place))

    def complain(self, error: Exception) -> None:
        now = self._clock.monotonic()
        if now - self._complained > _QUIET:
            self._complained = now
            logger.error("shared state cannot be used, quotas are not counted: %s", error)


class MachineQuota:
    """See `state.base.Quota`."""

    __slots__ = (
        "__weakref__",
        "_clock",
        "_day_ends",
        "_limit",
        "_look_at",
        "_period_of",
        "_place",
        "_quotas",
        "held",
        "kept_until",
        "name",
        "period",
        "rest",
    )

    def __init__(self, name: str, period: Period, quotas: MachineQuotas, clock: Clock) -> None:
        self.name = name
        self.period = ""
        self.held = 0  # granted to this worker and not served yet
        self.kept_until = 0.0
        self._quotas = quotas
        self._clock = clock
        self._period_of = period
        self._limit = 0
        self._place = 0
        self.rest: int | None = None  # that nobody had been granted when this worker last asked
        self._day_ends = self._look_at = float("-inf")

    def __del__(self) -> None:
        """Its key has left the plan: what was granted goes back."""
        if self.held:
            self._quotas.give_back(self)

    def adjust(self, period: Period) -> None:
        """Another limit, or another kind of period, from the next request on."""
        if self.held:
            self._quotas.give_back(self)
        self._period_of = period
        self.rest = None
        self._day_ends = self._look_at = float("-inf")

    def take(self) -> bool:
        """Fails open: a machine whose shared state is broken serves on, and says so."""
        if self._clock.now() >= self._day_ends:
            try:
                self._turn()
            except (lmdb.Error, OSError) as error:
                self._quotas.complain(error)
                return True
        if not self.held and not self._ask():
            return False
        self.held -= 1
        self._quotas.tally.add(self._place)
        return True

    def left(self) -> int | None:
        """Less what other workers hold, which they may give back."""
        return None if self.rest is None else self.rest + self.held

    def _ask(self) -> bool:
        now = self._clock.monotonic()
        if now < self._look_at:
            return False
        try:
            self.held, self.rest = self._quotas.grant(self.name, self.period, self._limit)
        except lmdb.Error as error:
            self._quotas.complain(error)
            self.held, self.rest = 1, None
        if not self.held:
            self._look_at = now + _LOOK
            return False
        self.kept_until = now + _KEPT
        return True

    def _turn(self) -> None:
        """Another day, perhaps another period. Raises lmdb.Error, OSError."""
        today = datetime.fromtimestamp(self._clock.now(), UTC).date()
        period, limit = self._period_of(today)
        if self.held and period != self.period:
            self._quotas.give_back(self)
        if period != self.period:
            self.rest = None
        self.period, self._limit = period, limit
        self._look_at = float("-inf")
        self._place = self._quotas.place(self.name, today)
        self._day_ends = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC).timestamp()
