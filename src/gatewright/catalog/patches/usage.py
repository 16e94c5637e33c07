"""UpdateUsage: what is left of a key's quota in the current period.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateUsage-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing

_MOST = 2**63 - 1
# unverified wording
REMAINING = "Invalid remaining quota specified: it must be a whole number that is not negative"

TABLE = Table(
    (Row("/remaining", ("replace",), e.member("remaining", convert=e.integer(0, _MOST, REMAINING))),), listing
)
