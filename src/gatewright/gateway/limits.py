"""AWS's limits on a request's line and headers. Rejections that no API can customise.

AWS: "Amazon API Gateway quotas". unverified: AWS's wording, and that headers over the limit are 413.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import GatewayError, ResponseType
from gatewright.net.base import Request

HEADERS: Final = 10_240  # bytes of all names and values
LINE: Final = 10_240  # bytes of the target
PRIVATE_HEADERS: Final = 8_000
PRIVATE_LINE: Final = 8_192
UNSUSPECTED: Final = 8_000  # a head of this size is within every limit

URI_TOO_LONG: Final = ResponseType("", 414, "4XX", "Request URI too long", "RequestUriTooLongException")
HEADERS_TOO_LONG: Final = ResponseType("", 413, "4XX", "Request Too Long", "RequestTooLargeException")


def check_head(request: Request, *, private: bool) -> None:
    """Raises GatewayError (414, 413) for a line or headers that AWS would not take."""
    if len(request.target) > (PRIVATE_LINE if private else LINE):
        raise GatewayError(URI_TOO_LONG)
    if sum(len(name) + len(value) for name, value in request.headers) > (PRIVATE_HEADERS if private else HEADERS):
        raise GatewayError(HEADERS_TOO_LONG)
