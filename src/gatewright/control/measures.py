"""What the ledger knows of minutes, of all nodes together: what metrics are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatewright.store.base import EVER, Ledger
from gatewright.telemetry.counters import Series
from gatewright.telemetry.sums import Sums


class Measures:
    """Blocks. Minutes are counted from the epoch: seconds // 60."""

    def __init__(self, ledger: Ledger, node: str) -> None:
        self._ledger = ledger
        self._node = node

    def minutes(
        self, first: int, last: int, where: Mapping[str, str] | None = None
    ) -> Iterator[tuple[int, Series, Sums]]:
        """From one minute to another, both included, in order; where nothing happened there is nothing.

        `where`: values that fields of the series must have, like {"api_id": "a1b2", "resource": ""}. Series of methods
        and routes (`resource` not empty) count what their stage's series counts, too. Raises StoreError.
        """
        now: tuple[int, Series] | None = None
        sums = Sums()
        for minute, key, body in self._ledger.minutes(max(first, 0), last, where or {}):
            found = minute, Series(*key)
            if found != now:
                if now is not None:
                    yield *now, sums
                now, sums = found, Sums()
            sums.add(body)
        if now is not None:
            yield *now, sums

    def series(self, since: str) -> list[Series]:
        """All that had something to say on a day (YYYY-MM-DD) or later. Raises StoreError."""
        return [Series(*key) for key in self._ledger.series(since)]

    def ever(self) -> list[tuple[Series, Sums]]:
        """All that this node has counted since it has its data folder. Raises StoreError."""
        return [(Series(*key), Sums().add(body)) for _, key, body in self._ledger.minutes(EVER, EVER, {}, self._node)]
