"""UpdateDocumentationVersion.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateDocumentationVersion-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing

TABLE = Table((Row("/description", ("replace",), e.member("description")),), listing)
