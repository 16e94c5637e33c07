"""UpdateVpcLink. The targets of a link cannot be changed.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateVpcLink-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing

NO_NAME = "Name cannot be empty"

TABLE = Table(
    (
        Row("/name", ("replace",), e.member("name", convert=e.required(NO_NAME))),
        Row("/description", ("replace",), e.member("description")),
    ),
    listing,
)
