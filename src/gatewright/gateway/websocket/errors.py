"""How WebSocket APIs answer what goes wrong: frames to clients that are connected, HTTP to those that want to be.

Literal as captured on AWS, the blanks of frames included (time-outs: Kludex/mangum#128, aws/chalice#1406); nothing can
be customised. unverified: the words on throttled messages and payloads without a template; bodies and error types of
refused handshakes.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from gatewright.gateway.errors import GatewayError, ResponseType

FORBIDDEN: Final = ResponseType("", 403, "4XX", "Forbidden", "ForbiddenException")
UPGRADE_REQUIRED: Final = ResponseType("", 426, "4XX", "Upgrade Required", "UpgradeRequiredException")
BAD_HANDSHAKE: Final = ResponseType("", 400, "4XX", "Bad Request", "BadRequestException")
# Of @connections.
GONE: Final = ResponseType("", 410, "4XX", None, "GoneException")
MALFORMED: Final = ResponseType("", 400, "4XX", "Invalid connectionId", "BadRequestException")
TOO_LARGE: Final = ResponseType("", 413, "4XX", "Payload Too Large", "PayloadTooLargeException")
THROTTLED: Final = ResponseType("", 429, "4XX", "Too Many Requests", "LimitExceededException")
UNREACHABLE: Final = ResponseType("", 503, "5XX", "Service Unavailable", "ServiceUnavailableException")
LARGEST: Final = 131_072  # bytes of a message
_INTERNAL: Final = "Internal server error"
# What is told of these in a frame; of all other errors only whose fault they are.
_TOLD: Final = frozenset({"THROTTLED", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_TIMEOUT", ""})


def frame(error: GatewayError, connection_id: str, request_id: str, message_id: str) -> bytes:
    """The text frame for a message that came to nothing."""
    if error.kind.name == "BAD_REQUEST_BODY":
        text = f'{{"message" : "Bad request body", "connectionId": "{connection_id}", "messageId": "{message_id}"}}'
        return text.encode()
    message = error.message if error.kind.name in _TOLD and error.message else _INTERNAL
    return (
        f'{{"message": {json.dumps(message)}, "connectionId":"{connection_id}", "requestId":"{request_id}"}}'.encode()
    )


def answer(error: GatewayError, connection_id: str, request_id: str) -> tuple[int, bytes, bytes]:
    """Status, header lines and body for a handshake that the gateway refuses."""
    head = f"Content-Type: application/json\r\nx-amzn-ErrorType: {error.error_type}\r\n".encode("latin-1")
    if error.status == 426:
        head += b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    return error.status, head, _body(error.message or _INTERNAL, connection_id, request_id)


def refusal(status: int, connection_id: str, request_id: str) -> tuple[int, bytes, bytes]:
    """The same for one that the integration refuses: its body is ignored."""
    try:
        message = HTTPStatus(status).phrase
    except ValueError:
        message = ""
    return status, b"Content-Type: application/json\r\n", _body(message, connection_id, request_id)


def _body(message: str, connection_id: str, request_id: str) -> bytes:
    body = {"message": message, "connectionId": connection_id, "requestId": request_id}
    return json.dumps(body, separators=(",", ":")).encode()
