"""What AWS would bill of what was counted, and the uses that a ledger keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from gatewright.metering.base import (
    BYTES_IN,
    BYTES_OUT,
    CALLS,
    IDLE_MINUTES,
    MESSAGES,
    MINUTES,
    REQUESTS,
    Product,
    Use,
)
from gatewright.store.base import Ledger, UseKey

# By product: an item, and the sum that says how much of it.
_ITEMS: Mapping[str, Mapping[str, str]] = {
    "REST": {REQUESTS: "requests", CALLS: "count", BYTES_OUT: "bytes_out", BYTES_IN: "bytes_in"},
    "HTTP": {REQUESTS: "requests", CALLS: "count", BYTES_OUT: "bytes_out", BYTES_IN: "bytes_in"},
    "WEBSOCKET": {
        MESSAGES: "message_units",
        MINUTES: "minutes",
        IDLE_MINUTES: "idle_minutes",
        BYTES_OUT: "bytes_out",
        BYTES_IN: "bytes_in",
    },
}


def used(
    day: str, owner: tuple[str, str], api_id: str, stage: str, product: str, sums: Mapping[str, Any]
) -> Iterator[tuple[UseKey, float]]:
    """What a stage has used, by what it has counted (`telemetry.sums`, sparse). `owner`: account and Region."""
    for item, name in _ITEMS.get(product, {}).items():
        amount = sums.get(name)
        if amount:
            yield (day, *owner, api_id, stage, product, item), float(amount)


class LedgerUses:
    """See `base.Uses`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def read(self, first_day: str, last_day: str) -> Iterable[Use]:
        for (day, account, region, api_id, stage, product, item), amount in self._ledger.uses(first_day, last_day):
            yield Use(day, account, region, api_id, stage, cast("Product", product), item, amount)
