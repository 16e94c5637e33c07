"""The use of quotas in the durable store: entered every few seconds, and read back when the machine has lost it.

usage   parent <plan>  id <key>  {"days": {"2026-11-23": 12, …}}
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta

from gatewright.catalog import periods, quotas
from gatewright.clock import Clock
from gatewright.state.base import Period, Usage
from gatewright.store.base import Body, Key, Store, StoreError, Transaction

KIND = "usage"
_KEPT = quotas.USAGE_DAYS + 31  # days; the longest period of a quota is a month

log = logging.getLogger("gatewright.control")


class UsageBooks:
    """Blocks: for a worker thread."""

    def __init__(self, store: Store, usage: Usage, clock: Clock) -> None:
        self._store = store
        self._usage = usage
        self._clock = clock
        self._failing = False

    def restore(self) -> None:
        """At start: what is in the books and not known to the machine. Raises StoreError."""
        with self._store.transaction(write=False) as tx:
            for each in tx.scan(KIND):
                key = each.key
                name = periods.quota_name(key.account, key.region, key.parent, key.id)
                days = {date.fromisoformat(day): count for day, count in each.body["days"].items()}
                self._usage.restore(name, days, _period(tx, key))

    def check(self) -> None:
        """Tell a shared store what is in the books, when it has forgotten."""
        try:
            if self._usage.lost():
                self.restore()
        except (StoreError, OSError) as error:
            log.error("the use of quotas could not be read, it will be tried again: %s", error)

    def flush(self) -> None:
        """Enter what was used since the last time. What fails is entered the next time: it is not lost here."""
        try:
            changed = [(name, days) for name, days in self._usage.changed() if days]
            if changed:
                with self._store.transaction() as tx:
                    for name, days in changed:
                        self._enter(tx, name, days)
        except (StoreError, OSError) as error:
            if not self._failing:
                log.error("the use of quotas could not be stored, it will be tried again: %s", error)
            self._failing = True
            self._usage.again()
        else:
            self._failing = False

    def _enter(self, tx: Transaction, name: str, days: Mapping[date, int]) -> None:
        account, region, plan, of = name.split("/")
        if tx.get(Key(account, region, "usage_plan_key", plan, of)) is None:
            return  # the key has left the plan meanwhile
        key = Key(account, region, KIND, plan, of)
        found = tx.get(key)
        oldest = periods.day_of(self._clock.now()) - timedelta(days=_KEPT)
        known: Body = {} if found is None else found.body["days"]
        entered = known | {day.isoformat(): max(count, known.get(day.isoformat(), 0)) for day, count in days.items()}
        tx.put(key, {"days": {day: count for day, count in entered.items() if day >= oldest.isoformat()}})


def _period(tx: Transaction, key: Key) -> Period:
    """Which period of its plan's quota a day belongs to; what it allows does not matter here."""
    plan = tx.get(Key(key.account, key.region, "usage_plan", "", key.parent))
    quota = (plan.body.get("quota") if plan is not None else None) or {"period": "DAY"}
    return lambda day: (periods.start(quota["period"], day).isoformat(), 0)
