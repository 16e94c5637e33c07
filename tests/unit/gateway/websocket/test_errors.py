"""Frames and answers of the gateway's own, letter by letter."""

from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.websocket.errors import FORBIDDEN, UPGRADE_REQUIRED, answer, frame, refusal


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (GatewayError(FORBIDDEN), "Forbidden"),
        (configuration_error("x"), "Internal server error"),
        (GatewayError("INTEGRATION_FAILURE", "secret", status=502), "Internal server error"),
        (GatewayError("INTEGRATION_TIMEOUT"), "Endpoint request timed out"),
        (GatewayError("THROTTLED"), "Too Many Requests"),
        (GatewayError("UNSUPPORTED_MEDIA_TYPE"), "Unsupported Media Type"),
        (GatewayError("AUTHORIZER_FAILURE"), "Internal server error"),
    ],
)
def test_frames(error: GatewayError, message: str) -> None:
    assert frame(error, "cid=", "rid=", "mid=").decode() == (
        f'{{"message": "{message}", "connectionId":"cid=", "requestId":"rid="}}'
    )


def test_the_frame_of_a_message_that_fits_no_model() -> None:
    assert frame(GatewayError("BAD_REQUEST_BODY", "x"), "cid=", "rid=", "mid=") == (
        b'{"message" : "Bad request body", "connectionId": "cid=", "messageId": "mid="}'
    )


def test_refused_handshakes() -> None:
    head = b"Content-Type: application/json\r\nx-amzn-ErrorType: ForbiddenException\r\n"
    assert answer(GatewayError(FORBIDDEN), "cid=", "rid=") == (
        403,
        head,
        b'{"message":"Forbidden","connectionId":"cid=","requestId":"rid="}',
    )
    assert b"Upgrade: websocket\r\n" in answer(GatewayError(UPGRADE_REQUIRED), "cid=", "rid=")[1]


@pytest.mark.parametrize(("status", "message"), [(401, "Unauthorized"), (599, "")])
def test_what_an_integration_refuses(status: int, message: str) -> None:
    found, _, body = refusal(status, "cid=", "rid=")
    assert found == status
    assert body.decode() == f'{{"message":"{message}","connectionId":"cid=","requestId":"rid="}}'
