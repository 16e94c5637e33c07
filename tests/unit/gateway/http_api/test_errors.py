from __future__ import annotations

import pytest

from gatewright.gateway.errors import TYPES, GatewayError
from gatewright.gateway.http_api.errors import ANSWERS, BAD_REQUEST, NOT_FOUND, render


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (GatewayError("INTEGRATION_TIMEOUT"), 503, b'{"message":"Service Unavailable"}'),
        (GatewayError("INTEGRATION_FAILURE", "other", status=502), 500, b'{"message":"Internal Server Error"}'),
        (GatewayError("REQUEST_TOO_LARGE"), 413, b'{"message":"Request Entity Too Large"}'),
        (GatewayError("WAF_FILTERED"), 500, b'{"message":"Internal Server Error"}'),
        (GatewayError(NOT_FOUND), 404, b'{"message":"Not Found"}'),
        (GatewayError(BAD_REQUEST, "Other"), 400, b'{"message":"Other"}'),
    ],
)
def test_bodies(error: GatewayError, status: int, body: bytes) -> None:
    assert render(error) == (status, b"Content-Type: application/json\r\n", body)


def test_a_challenge_belongs_to_401() -> None:
    assert render(GatewayError("UNAUTHORIZED"), b"Bearer")[1].endswith(b"Www-Authenticate: Bearer\r\n")
    assert b"Www-" not in render(GatewayError("ACCESS_DENIED"), b"Bearer")[1]


def test_the_table_knows_types() -> None:
    assert ANSWERS.keys() <= TYPES.keys()
