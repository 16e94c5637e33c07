"""UpdateResource.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateResource-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Effect, Operation, PatchError, Row, Table, listing


def _not_root(name: str) -> Effect:
    """The root keeps its place (recorded)."""
    change = e.member(name, convert=e.kept_text)

    def effect(resource: Document, keys: tuple[str, ...], patch: Operation) -> None:
        if "parentId" not in resource:
            raise PatchError(f"Root resource cannot update its {name}.")
        change(resource, keys, patch)

    return effect


TABLE = Table(
    (
        Row("/parentId", ("replace",), _not_root("parentId")),
        Row("/pathPart", ("replace",), _not_root("pathPart")),
    ),
    listing,
)
