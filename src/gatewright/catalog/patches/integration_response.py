"""UpdateIntegrationResponse.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateIntegrationResponse-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, plain
from gatewright.catalog.patches.integration import content_handling

TABLE = Table(
    (
        Row("/contentHandling", ("replace",), e.member("contentHandling", convert=content_handling)),
        Row("/responseParameters/{name}", ("add", "replace", "remove"), e.entry("responseParameters")),
        Row(
            "/responseTemplates/{type}",
            ("add", "replace", "remove"),
            e.entry("responseTemplates", e.template, missing=e.NO_CONTENT_TYPE),
        ),
        Row("/selectionPattern", ("replace",), e.member("selectionPattern", convert=e.kept_text)),
    ),
    plain,
)
