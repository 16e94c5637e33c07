"""UpdateRequestValidator.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateRequestValidator-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import PatchError, Row, Table, listing

NO_NAME = "Request Validator name cannot be blank"


def _name(value: str | None) -> str:
    if not (value or "").strip():
        raise PatchError(NO_NAME)
    return value or ""


TABLE = Table(
    (
        Row("/name", ("replace",), e.member("name", convert=_name)),
        Row("/validateRequestParameters", ("replace",), e.member("validateRequestParameters", convert=e.boolean)),
        Row("/validateRequestBody", ("replace",), e.member("validateRequestBody", convert=e.boolean)),
    ),
    listing,
)
