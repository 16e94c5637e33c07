"""UpdateBasePathMapping. The paths have spellings of their own: `/basePath`, `/restapiId`, `/stage`.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateBasePathMapping-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Effect, Row, Table, listing

BASE_PATH = "basePath"
_API = "Invalid REST API identifier specified"


def base_path(value: str | None) -> str:
    """The empty base path is called "(none)"."""
    return (value or "").strip() or "(none)"


_base: Effect = e.member(BASE_PATH, convert=base_path)
_api: Effect = e.member("restApiId", convert=e.required(_API))

TABLE = Table(
    (
        Row("/basepath", ("replace",), _base),
        Row("/restapiId", ("replace",), _api),
        Row("/stage", ("replace",), e.member("stage")),
        # The same in the members' own spelling, which clients send (Terraform) and which works.
        Row("/basePath", ("replace",), _base),
        Row("/restApiId", ("replace",), _api),
    ),
    listing,
)
