"""UpdateGatewayResponse. Whatever is wrong with path or operation is told as a wrong path (recorded).

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateGatewayResponse-Patch
"""

from __future__ import annotations

import re

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Operation, PatchError, Row, Table

_STATUS = re.compile(r"[1-5]\d\d")


def no_value(member: str) -> str:
    """AWS's words for an empty header mapping or template (recorded)."""
    return f"Invalid null or empty value in {member}"


def _status(value: str | None) -> str:
    if _STATUS.fullmatch(value or "") is None:
        raise PatchError("Invalid status code specified")  # unverified wording
    return value or ""


def _wording(_table: Table, patch: Operation, _row: Row | None) -> PatchError:
    return PatchError(f"Invalid patch path {'null' if patch.path is None else patch.path}")


_EVERY = ("add", "replace", "remove")

TABLE = Table(
    (
        Row("/statusCode", ("replace",), e.member("statusCode", convert=_status)),
        Row(
            "/responseParameters/{name}",
            _EVERY,
            e.entry("responseParameters", e.required(no_value("responseParameters"))),
        ),
        Row(
            "/responseTemplates/{type}",
            _EVERY,
            # unverified: the words for a template that is not there
            e.entry("responseTemplates", e.required(no_value("responseTemplates")), missing=e.NO_CONTENT_TYPE),
        ),
    ),
    _wording,
)
