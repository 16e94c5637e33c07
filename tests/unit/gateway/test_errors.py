from __future__ import annotations

import json

import pytest

from gatewright.gateway.errors import FORBIDDEN, TYPES, GatewayError, bad_answer, configuration_error, render


def test_the_table_has_aws_s_21_types() -> None:
    assert len(TYPES) == 21
    assert all(row.name == name and row.family == f"{row.status // 100}XX" for name, row in TYPES.items())


@pytest.mark.parametrize(
    ("error", "status", "kind", "body"),
    [
        (
            GatewayError("ACCESS_DENIED"),
            403,
            "AccessDeniedException",
            b'{"Message":"User is not authorized to access this resource"}',
        ),
        (GatewayError("UNAUTHORIZED"), 401, "UnauthorizedException", b'{"message":"Unauthorized"}'),
        (GatewayError("AUTHORIZER_CONFIGURATION_ERROR"), 500, "AuthorizerConfigurationException", b'{"message":null}'),
        (GatewayError("THROTTLED"), 429, "TooManyRequestsException", b'{"message":"Too Many Requests"}'),
        (
            GatewayError("INTEGRATION_TIMEOUT"),
            504,
            "InternalServerErrorException",
            b'{"message": "Endpoint request timed out"}',
        ),
        (GatewayError(FORBIDDEN), 403, "ForbiddenException", b'{"message":"Forbidden"}'),
        (configuration_error("why"), 500, "InternalServerErrorException", b'{"message": "Internal server error"}'),
        (bad_answer("why"), 502, "InternalServerErrorException", b'{"message": "Internal server error"}'),
        (
            GatewayError("BAD_REQUEST_BODY", 'a "quoted" text'),
            400,
            "BadRequestException",
            b'{"message": "a \\"quoted\\" text"}',
        ),
    ],
)
def test_rendering(error: GatewayError, status: int, kind: str, body: bytes) -> None:
    got_status, head, got_body = render(error)
    assert (got_status, got_body) == (status, body)
    assert head == f"Content-Type: application/json\r\nx-amzn-ErrorType: {kind}\r\n".encode()
    json.loads(got_body)


def test_the_log_line_never_reaches_the_caller() -> None:
    error = configuration_error("the secret reason")
    assert error.log == "Execution failed due to configuration error: the secret reason"
    assert b"secret" not in b"".join(part for part in render(error)[1:])
