"""UpdateDocumentationPart.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateDocumentationPart-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing

TABLE = Table((Row("/properties", ("replace",), e.member("properties", convert=e.kept_text)),), listing)
