"""What one worker of this node has served, on the node's own disk: it outlives the worker and the store.

    slots     worker, quota, day → place in the worker's tally
    periods   worker, quota, first day of the period → 0, once something of it was granted

Numbers in a tally only grow. So whoever comes after a worker knows what it served of a period, and that it holds no
more: what had been granted to it and was not served is free again once the store is told so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from gatewright.state.machine.environment import NUMBER, Environment, below, join
from gatewright.state.machine.tally import Tally

KEPT = 121  # days: what GetUsage shows, and the longest period before that
NAMES = ("slots", "periods")


def open_books(folder: Path) -> Environment:
    """The books of a node's workers. Raises OSError or lmdb.Error."""
    return Environment(folder, names=NAMES)


def tallies(folder: Path) -> list[int]:
    """The numbers of all workers that have ever counted on this node."""
    return sorted(int(file.name.removeprefix("tally-")) for file in folder.glob("tally-*"))


class Ledger:
    """`writing`: the worker's own; what others have left is read. Raises OSError, lmdb.Error."""

    def __init__(self, environment: Environment, worker: int, today: date, *, writing: bool) -> None:
        self.worker = worker
        self._environment = environment
        self._own = str(worker)
        self._places: dict[str, dict[date, int]] = {}
        self.periods: dict[str, set[str]] = {}  # by name, their first days
        self._read(today)
        used = {place for days in self._places.values() for place in days.values()}
        self._end = max(used, default=-1) + 1
        self._free = sorted(set(range(self._end)) - used) if writing else []
        self.tally = Tally(environment.folder / f"tally-{worker}", writing=writing)

    def open(self, name: str, period: str, day: date) -> int:
        """The place of a day, which is one of this period's. Raises lmdb.Error, OSError."""
        if period not in self.periods.get(name, ()):
            with self._environment.writing("periods") as transaction:
                transaction.put(join(self._own, name, period), NUMBER.pack(0))
            self.periods.setdefault(name, set()).add(period)
        days = self._places.setdefault(name, {})
        if day not in days:
            self._forget(name, day - timedelta(days=KEPT))
            place = self._free[0] if self._free else self._end
            self.tally.clear(place)
            with self._environment.writing("slots") as transaction:
                transaction.put(join(self._own, name, day.isoformat()), NUMBER.pack(place))
            days[day] = place
            if self._free:
                del self._free[0]
            else:
                self._end += 1
        return days[day]

    def served(self, name: str, period: str) -> int:
        """Requests served of a period: up to the next one that is known."""
        end = min((start for start in self.periods.get(name, ()) if start > period), default="~")
        days = self._places.get(name, {})
        return sum(self.tally.read(place) for day, place in days.items() if period <= day.isoformat() < end)

    def counts(self) -> Iterator[tuple[str, date, int]]:
        """Everything that was counted."""
        for name, days in self._places.items():
            for day, place in days.items():
                yield name, day, self.tally.read(place)

    def close(self) -> None:
        self.tally.close()

    def _forget(self, name: str, oldest: date) -> None:
        """What nobody asks for any more is dropped while the worker runs, too. Raises lmdb.Error."""
        days = [day for day in self._places[name] if day < oldest]
        starts = [start for start in self.periods[name] if start < oldest.isoformat()]
        if not days and not starts:
            return
        slots, periods = map(self._environment.database, NAMES)
        with self._environment.writing("slots") as transaction:
            for day in days:
                transaction.delete(join(self._own, name, day.isoformat()), db=slots)
            for start in starts:
                transaction.delete(join(self._own, name, start), db=periods)
        self._free += [self._places[name].pop(day) for day in days]
        self.periods[name].difference_update(starts)

    def _read(self, today: date) -> None:
        """What is there; what nobody asks for any more is dropped."""
        oldest = today - timedelta(days=KEPT)
        slots, periods = map(self._environment.database, NAMES)
        with self._environment.writing("slots") as transaction:
            for (name, day), place in below(transaction, slots, self._own):
                if date.fromisoformat(day) < oldest:
                    transaction.delete(join(self._own, name, day), db=slots)
                else:
                    self._places.setdefault(name, {})[date.fromisoformat(day)] = place
            for (name, start), _ in below(transaction, periods, self._own):
                if date.fromisoformat(start) < oldest:
                    transaction.delete(join(self._own, name, start), db=periods)
                else:
                    self.periods.setdefault(name, set()).add(start)
