"""UpdateMethodResponse.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateMethodResponse-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, plain

TABLE = Table(
    (
        Row(
            "/responseModels/{type}", ("add", "replace", "remove"), e.entry("responseModels", missing=e.NO_CONTENT_TYPE)
        ),
        Row("/responseParameters/{name}", ("add", "replace", "remove"), e.entry("responseParameters", e.boolean)),
    ),
    plain,
)
