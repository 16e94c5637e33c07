"""UpdateModel.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateModel-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing

NO_SCHEMA = "Model schema must have at least 1 property or array items defined"

TABLE = Table(
    (
        Row("/description", ("replace",), e.member("description")),
        Row("/schema", ("replace",), e.member("schema", convert=e.required(NO_SCHEMA))),
    ),
    listing,
)
