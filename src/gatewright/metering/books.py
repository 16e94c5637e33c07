"""All that was used, from wherever it is kept, with what a reader of it wants to know of the APIs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gatewright.metering.base import Use, Uses
from gatewright.store.base import Store


@dataclass(frozen=True, slots=True)
class Told:
    """Uses of some days; of the APIs that there are now, the names by id, and which of them are private."""

    uses: tuple[Use, ...]
    names: dict[str, str]
    private: frozenset[str]


def tell(store: Store, sources: Iterable[Uses], first_day: str, last_day: str) -> Told:
    """What was used from one day to another, both included. Blocks. Raises StoreError."""
    uses = tuple(use for source in sources for use in source.read(first_day, last_day))
    names: dict[str, str] = {}
    private: set[str] = set()
    with store.transaction(write=False) as transaction:
        for document in transaction.scan("rest_api"):
            names[document.key.id] = str(document.body.get("name") or "")
            if "PRIVATE" in ((document.body.get("endpointConfiguration") or {}).get("types") or ()):
                private.add(document.key.id)
        for document in transaction.scan("api"):
            names[document.key.id] = str(document.body.get("Name") or "")
    return Told(uses, names, frozenset(private))
