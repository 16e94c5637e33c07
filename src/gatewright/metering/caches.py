"""Hours of cache clusters. AWS bills a cluster by its size for every hour in which it was there, used or not.

Whoever looks enters, for each stage whose cluster is on, the hour that it is (UTC): once, however often and from how
many nodes it is looked at. Hours in which no node ran are nobody's. Entries are documents of the store, one for a stage
and a day; they outlive their API.

unverified: that AWS's hours are the clock's and not those since the cluster was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from gatewright.catalog.defaults import CACHE_SIZE
from gatewright.clock import Clock
from gatewright.metering.base import CACHE_HOURS, Use
from gatewright.store.base import Key, Store

KIND = "cache_hours"


class CacheHours:
    """Enters hours, and tells them as uses (`Uses`). Calls block."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._entered: set[tuple[Key, str, int]] = set()  # of the running hour

    def look(self) -> None:
        """Enter the running hour for every cluster that is on. Raises StoreError."""
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        day, hour = f"{now:%Y-%m-%d}", now.hour
        with self._store.transaction(write=False) as transaction:
            on = [
                (Key(each.key.account, each.key.region, KIND, "", f"{day}/{each.key.parent}/{each.key.id}"), size)
                for each in transaction.scan("stage")
                if each.body.get("cacheClusterEnabled")
                for size in [str(each.body.get("cacheClusterSize") or CACHE_SIZE)]
            ]
        entered = {(key, size, hour) for key, size in on}
        missing = entered - self._entered
        if missing:
            self._enter(missing)
        self._entered = entered

    def _enter(self, missing: Iterable[tuple[Key, str, int]]) -> None:
        with self._store.transaction() as transaction:
            for key, size, hour in sorted(missing, key=lambda each: (each[0].id, each[1])):
                found = transaction.get(key)
                sizes = {} if found is None else found.body
                hours = sizes.setdefault(size, [])
                if hour not in hours:
                    hours.append(hour)
                    transaction.put(key, sizes)

    def read(self, first_day: str, last_day: str) -> Iterator[Use]:
        """See `Uses.read`."""
        with self._store.transaction(write=False) as transaction:
            documents = transaction.scan(KIND)
        for document in documents:
            day, api_id, stage = document.key.id.split("/", 2)
            if first_day <= day <= last_day:
                for size, hours in document.body.items():
                    where = document.key.account, document.key.region, api_id, stage
                    yield Use(day, *where, "REST", CACHE_HOURS + size, float(len(hours)))
