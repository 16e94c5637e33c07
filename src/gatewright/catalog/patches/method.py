"""UpdateMethod.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateMethod-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, plain


def _upper(value: str | None) -> str:
    return (value or "").upper()


TABLE = Table(
    (
        Row("/apiKeyRequired", ("replace",), e.member("apiKeyRequired", convert=e.boolean)),
        Row("/authorizationScopes", ("add", "remove"), e.value_element("authorizationScopes")),
        Row("/authorizationType", ("replace",), e.member("authorizationType", convert=_upper)),
        Row("/authorizerId", ("replace",), e.member("authorizerId")),
        Row("/operationName", ("replace",), e.member("operationName")),
        Row("/requestModels/{type}", ("add", "replace", "remove"), e.entry("requestModels", missing=e.NO_CONTENT_TYPE)),
        Row("/requestParameters/{name}", ("add", "replace", "remove"), e.entry("requestParameters", e.boolean)),
        Row("/requestValidatorId", ("replace",), e.member("requestValidatorId")),
    ),
    plain,
)
