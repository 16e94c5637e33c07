"""What has been used of quotas on this machine, by day: for the control plane, and for who takes over from a worker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import lmdb

from gatewright.catalog import quotas
from gatewright.clock import Clock, SystemClock
from gatewright.state.base import Period
from gatewright.state.machine import buckets
from gatewright.state.machine.environment import NUMBER, Environment, below, join, number, split
from gatewright.state.machine.tally import Tally

_CLOCK = SystemClock()
_SWEEP = 3600.0  # seconds
_KEPT = timedelta(days=quotas.USAGE_DAYS + 31)  # the longest period of a quota is a month


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Who asks need not know what the books are kept in. Raises OSError."""
    try:
        yield
    except lmdb.Error as error:
        raise OSError(f"the machine's state: {error}") from error


def settle(environment: Environment, worker: str) -> None:
    """Enter into the books what a worker has left that is gone: what it served, and what it had not served yet.

    In one transaction: whoever is killed meanwhile leaves it to be done again, not twice. Raises lmdb.Error, OSError.
    """
    slots, grants, periods, days = map(environment.database, ("slots", "grants", "periods", "days"))
    file = environment.folder / f"tally-{worker}"
    with environment.writing("slots") as transaction:
        served: dict[str, dict[date, int]] = {}
        with contextlib.closing(Tally(file, writing=False)) if file.exists() else contextlib.nullcontext() as tally:
            for (name, day), place in below(transaction, slots, worker):
                count = 0 if tally is None else tally.read(place)
                served.setdefault(name, {})[date.fromisoformat(day)] = count
                _add(transaction, days, count, name, day)
                transaction.delete(join(worker, name, day), db=slots)
        left = below(transaction, grants, worker)
        for (name, period), granted in left:
            starts = [date.fromisoformat(other) for (of, other), _ in left if of == name]
            used = sum(_within(served.get(name, {}), date.fromisoformat(period), starts))
            if tally is not None:  # else nobody knows what was served of it: it stays granted
                _add(transaction, periods, -max(0, granted - used), name, period)
            transaction.delete(join(worker, name, period), db=grants)


def _within(served: Mapping[date, int], start: date, starts: Iterable[date]) -> Iterable[int]:
    """What was served in the period that begins on a day, and before the next one."""
    following = min((other for other in starts if other > start), default=date.max)
    return (count for day, count in served.items() if start <= day < following)


def _add(transaction: lmdb.Transaction, database: lmdb._Database, count: int, *parts: str) -> None:
    if count:
        key = join(*parts)
        transaction.put(key, NUMBER.pack(number(transaction, key, database) + count), db=database)


def enter(
    environment: Environment, transaction: lmdb.Transaction, worker: str, name: str, day: str, count: int
) -> None:
    """Enter into the books what a worker served on a day that is over: as `settle`, but the worker goes on."""
    slots, grants, days = map(environment.database, ("slots", "grants", "days"))
    _add(transaction, days, count, name, day)
    transaction.delete(join(worker, name, day), db=slots)
    begun = [(start, granted) for (start,), granted in below(transaction, grants, worker, name) if start <= day]
    if begun:
        start, granted = max(begun)
        if granted > count:
            transaction.put(join(worker, name, start), NUMBER.pack(granted - count), db=grants)
        else:
            transaction.delete(join(worker, name, start), db=grants)


class MachineUsage:
    """See `state.base.Usage`. `workers`: how many there are; what more have left is settled at once."""

    def __init__(self, environment: Environment, workers: int, clock: Clock = _CLOCK) -> None:
        self._environment = environment
        self._clock = clock
        self._sweep_at = float("-inf")
        for file in environment.folder.glob("tally-*"):
            worker = file.name.removeprefix("tally-")
            if int(worker) >= workers:
                settle(environment, worker)
                file.unlink()
        self._workers = [str(worker) for worker in range(workers)]
        self._tallies: dict[str, Tally] = {}
        self._seen: dict[tuple[str, str, str], int] = {}

    def used(self, name: str) -> Mapping[date, int]:
        """See `state.base.Usage.used`. Raises OSError."""
        with _readable():
            return self._used(name)

    def _used(self, name: str) -> Mapping[date, int]:
        counted: dict[date, int] = {}
        with self._environment.reading("days") as transaction:
            for (day,), count in below(transaction, self._environment.database("days"), name):
                counted[date.fromisoformat(day)] = count
            for worker in self._workers:
                for (day,), place in below(transaction, self._environment.database("slots"), worker, name):
                    count = self._tally(worker).read(place)
                    counted[date.fromisoformat(day)] = counted.get(date.fromisoformat(day), 0) + count
        return counted

    def restore(self, name: str, days: Mapping[date, int], period: Period) -> None:
        """See `state.base.Usage.restore`. Raises OSError."""
        with _readable():
            self._restore(name, days, period)

    def _restore(self, name: str, days: Mapping[date, int], period: Period) -> None:
        here = self._used(name)
        database, periods = self._environment.database("days"), self._environment.database("periods")
        with self._environment.writing("days") as transaction:
            for day, count in days.items():
                missing = count - here.get(day, 0)
                if missing > 0:
                    _add(transaction, database, missing, name, day.isoformat())
                    _add(transaction, periods, missing, name, period(day)[0])

    def changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        """See `state.base.Usage.changed`. Now and then it clears away what nobody needs. Raises OSError."""
        with _readable():
            now = self._clock.monotonic()
            if now >= self._sweep_at:
                self._sweep_at = now + _SWEEP
                self.forget(datetime.fromtimestamp(self._clock.now(), UTC).date() - _KEPT)
            yield from self._changed()

    def _changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        with self._environment.reading("slots") as transaction:
            slots = self._environment.database("slots")
            places = [(worker, *each) for worker in self._workers for each in below(transaction, slots, worker)]
        now = {(worker, name, day): self._tally(worker).read(place) for worker, (name, day), place in places}
        names = {name for (worker, name, day), count in now.items() if self._seen.get((worker, name, day)) != count}
        self._seen = now
        for name in sorted(names):
            yield name, self._used(name)

    def again(self) -> None:
        """See `state.base.Usage.again`."""
        self._seen = {}

    def lost(self) -> bool:
        """Never: what is lost with the machine's folder is restored when the node starts."""
        return False

    def forget(self, before: date) -> None:
        """Drop days and periods that nobody asks for any more, and buckets that are full. Raises lmdb.Error."""
        limit = before.isoformat()
        for which in ("days", "periods"):
            self._environment.sweep(which, lambda key, _: split(key)[1] < limit)
        buckets.sweep(self._environment, self._clock.monotonic())

    def close(self) -> None:
        for tally in self._tallies.values():
            tally.close()

    def _tally(self, worker: str) -> Tally:
        found = self._tallies.get(worker)
        if found is None:
            found = self._tallies[worker] = Tally(self._environment.folder / f"tally-{worker}", writing=False)
        return found
