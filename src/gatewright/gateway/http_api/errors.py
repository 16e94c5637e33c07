"""How HTTP APIs answer what goes wrong: compact bodies, nothing that an API could customise.

Steps raise the same `GatewayError`s as those of REST APIs, with the same lines for the operator; a table says what each
type is here. AWS: "Troubleshooting issues with HTTP API Lambda integrations", and what has been observed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from gatewright.gateway.errors import GatewayError, ResponseType

NOT_FOUND: Final = ResponseType("", 404, "4XX", "Not Found", "NotFoundException")
BAD_REQUEST: Final = ResponseType("", 400, "4XX", "Bad Request", "BadRequestException")
HEADERS_TOO_LONG: Final = ResponseType("", 431, "4XX", "Request Header Fields Too Large", "RequestTooLargeException")

# Status and message by the type's name. Types without a name speak for themselves.
ANSWERS: Mapping[str, tuple[int, str]] = {
    "ACCESS_DENIED": (403, "Forbidden"),
    "API_CONFIGURATION_ERROR": (500, "Internal Server Error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal Server Error"),
    "AUTHORIZER_FAILURE": (500, "Internal Server Error"),
    "BAD_REQUEST_BODY": (400, "Bad Request"),
    "BAD_REQUEST_PARAMETERS": (400, "Bad Request"),
    "EXPIRED_TOKEN": (403, "Forbidden"),
    "INTEGRATION_FAILURE": (500, "Internal Server Error"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable"),
    "INVALID_SIGNATURE": (403, "Forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Forbidden"),
    "REQUEST_TOO_LARGE": (413, "Request Entity Too Large"),
    "THROTTLED": (429, "Too Many Requests"),
    "UNAUTHORIZED": (401, "Unauthorized"),
}
OTHER: Final = (500, "Internal Server Error")


def render(error: GatewayError, challenge: bytes = b"") -> tuple[int, bytes, bytes]:
    """Status, header lines and body. `challenge`: WWW-Authenticate of a 401, or of a 403 for want of a scope."""
    kind = error.kind
    status, message = ANSWERS.get(kind.name, OTHER) if kind.name else (error.status, error.message or "")
    body = json.dumps({"message": message}, separators=(",", ":")).encode()
    head = b"Content-Type: application/json\r\n"
    if challenge and (status == 401 or error.challenge):
        head += b"Www-Authenticate: %b\r\n" % challenge
    return status, head, body
