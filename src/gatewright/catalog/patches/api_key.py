"""UpdateApiKey.

The order of the rows is the order in which AWS lists the paths (recorded). `/labels` belongs to a member that AWS's
answers no longer show; it is kept out of sight.
https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateApiKey-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Operation, Row, Table, listing


def _stage(key: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    """`stageKeys` is a set of "api/stage" that stays when it is empty."""
    others = [each for each in key.get("stageKeys") or [] if each != patch.value]
    key["stageKeys"] = [*others, patch.value] if patch.op == "add" and patch.value else others


TABLE = Table(
    (
        Row("/description", ("replace",), e.member("description")),
        Row("/enabled", ("replace",), e.member("enabled", convert=e.boolean)),
        Row("/name", ("replace",), e.member("name")),
        Row("/customerId", ("replace",), e.member("customerId")),
        Row("/stages", ("add", "remove"), _stage),
        Row("/labels", ("add", "remove"), e.value_element("_labels")),
    ),
    listing,
)
