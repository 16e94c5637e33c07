"""Takes in what the workers have left in their spools: counters go to the ledger, all else to whom it concerns.

What the ledger is given says from where to where files were read, in the same transaction: whatever ends this process,
nothing is lost and nothing counted twice. Other records are handed on when that is done, each at most once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gatewright.clock import Clock
from gatewright.metering import ledger as metering
from gatewright.store.base import EVER, Changed, Entries, Ledger, SeriesKey, StoreError, UseKey
from gatewright.telemetry.spool import COUNTERS, Portion, Record, SpoolReader
from gatewright.telemetry.sums import Sums, merge

log = logging.getLogger(__name__)

Take = Callable[[Record], None]


class Intake:
    """Blocks: for one thread at a time. `takers`: who gets the other records, by their kind."""

    def __init__(
        self, ledger: Ledger, folder: Path, node: str, clock: Clock, takers: Mapping[str, Take] | None = None
    ) -> None:
        self._ledger = ledger
        self._reader = SpoolReader(folder)
        self._node = node
        self._clock = clock
        self._takers = dict(takers or {})
        self._positions: dict[str, int] | None = None
        self._troubled = False

    def look(self) -> bool:
        """Take in what is new, whether there was something. What cannot be done now is done later. Never raises."""
        try:
            found = self._look()
        except Changed as error:
            log.warning("%s: it is looked up", error)
            self._positions = None
        except (StoreError, OSError) as error:
            if not self._troubled:
                log.error("what workers have counted cannot be taken in now: %s", error)
            self._troubled = True
        else:
            self._troubled = False
            return found
        return False

    def trim(self, days: int) -> None:
        """Forget the minutes that are older than so many days. Never raises."""
        oldest = self._clock.now() - days * 86_400
        try:
            self._ledger.trim(int(oldest) // 60, day_of(oldest))
        except StoreError as error:
            log.error("metrics that are too old cannot be removed now: %s", error)

    def _look(self) -> bool:
        """Raises StoreError, OSError."""
        positions = self._positions
        if positions is None:
            positions = self._positions = self._known()
        portions = self._reader.read(positions)
        if portions:
            self._ledger.enter(self._node, self._entries(portions), merge)
            positions.update({portion.file: portion.end for portion in portions})
            for portion in portions:
                for record in portion.records:
                    self._hand_on(record)
        gone = self._reader.remove(positions)
        if gone:
            self._ledger.forget(self._node, gone)
            for file in gone:
                positions.pop(file, None)
        return bool(portions)

    def _known(self) -> dict[str, int]:
        """How far files have been read, without those that are no more."""
        positions = self._ledger.positions(self._node)
        gone = positions.keys() - self._reader.present()
        self._ledger.forget(self._node, gone)
        return {file: position for file, position in positions.items() if file not in gone}

    def _entries(self, portions: list[Portion]) -> Entries:
        minutes: dict[tuple[int, SeriesKey], Sums] = {}
        uses: dict[UseKey, float] = {}
        for portion in portions:
            for record in portion.records:
                if record.kind == COUNTERS:
                    _count(record, minutes, uses)
        return Entries(
            day_of(self._clock.now()),
            {key: sums.sparse() for key, sums in minutes.items()},
            uses,
            {portion.file: (portion.begin, portion.end) for portion in portions},
        )

    def _hand_on(self, record: Record) -> None:
        taker = self._takers.get(record.kind)
        if taker is None:
            return
        try:
            taker(record)
        except Exception:
            log.exception("a record of kind %s could not be taken", record.kind)


def day_of(at: float) -> str:
    """The day of a time, in UTC, YYYY-MM-DD."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _count(record: Record, minutes: dict[tuple[int, SeriesKey], Sums], uses: dict[UseKey, float]) -> None:
    day = day_of(record.at)
    for key, grown in _pairs(record.record):
        for minute in (record.at // 60, EVER):
            minutes.setdefault((minute, key), Sums()).add(grown)
        product, account, region, api_id, _, stage, resource, _ = key
        if not resource:
            for use, amount in metering.used(day, (account, region), api_id, stage, product, grown):
                uses[use] = uses.get(use, 0.0) + amount


def _pairs(record: Any) -> list[tuple[SeriesKey, Mapping[str, Any]]]:
    """The series of a record. One that is not as this version writes it is left out."""
    try:
        return [((p, a, r, i, n, s, e, m), grown) for (p, a, r, i, n, s, e, m), grown in record]
    except (TypeError, ValueError):
        log.error("a record of counters is of another version, and left out")
        return []
