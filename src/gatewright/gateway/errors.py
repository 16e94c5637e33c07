"""Gateway responses: the 21 types as a table, and the one renderer of errors.

AWS: "Gateway response types". Steps raise `GatewayError`; only `render` knows bodies and headers. Front-end rejections
are compact JSON, failures of the execution stage carry a space after the colon (both recorded from AWS).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Family = Literal["4XX", "5XX"]


@dataclass(frozen=True, slots=True)
class ResponseType:
    """A row of AWS's table. `message` None is JSON null. `name` "" is a rejection that no API can customise."""

    name: str
    status: int
    family: Family
    message: str | None
    error_type: str
    compact: bool = True  # {"message":"…"}; else {"message": "…"}
    member: str = "message"


def _table(*rows: ResponseType) -> Mapping[str, ResponseType]:
    return {row.name: row for row in rows}


# unverified: AUTHORIZER_FAILURE's, RESOURCE_NOT_FOUND's and REQUEST_TOO_LARGE's error types, and every `compact` not
# named in the recordings. INTEGRATION_FAILURE is 504 in GetGatewayResponses but 500 (Lambda proxy: 502) at run time.
TYPES: Final = _table(
    ResponseType(
        "ACCESS_DENIED",
        403,
        "4XX",
        "User is not authorized to access this resource",
        "AccessDeniedException",
        member="Message",
    ),
    ResponseType(
        "API_CONFIGURATION_ERROR", 500, "5XX", "Internal server error", "InternalServerErrorException", compact=False
    ),
    ResponseType("AUTHORIZER_CONFIGURATION_ERROR", 500, "5XX", None, "AuthorizerConfigurationException"),
    ResponseType("AUTHORIZER_FAILURE", 500, "5XX", None, "AuthorizerFailureException"),
    ResponseType("BAD_REQUEST_BODY", 400, "4XX", "Invalid request body", "BadRequestException", compact=False),
    ResponseType(
        "BAD_REQUEST_PARAMETERS",
        400,
        "4XX",
        "Missing required request parameters",
        "BadRequestException",
        compact=False,
    ),
    ResponseType(
        "EXPIRED_TOKEN", 403, "4XX", "The security token included in the request is expired", "ExpiredTokenException"
    ),
    ResponseType(
        "INTEGRATION_FAILURE", 500, "5XX", "Internal server error", "InternalServerErrorException", compact=False
    ),
    ResponseType(
        "INTEGRATION_TIMEOUT", 504, "5XX", "Endpoint request timed out", "InternalServerErrorException", compact=False
    ),
    ResponseType("INVALID_API_KEY", 403, "4XX", "Forbidden", "ForbiddenException"),
    ResponseType("INVALID_SIGNATURE", 403, "4XX", "The request signature is invalid", "InvalidSignatureException"),
    ResponseType(
        "MISSING_AUTHENTICATION_TOKEN",
        403,
        "4XX",
        "Missing Authentication Token",
        "MissingAuthenticationTokenException",
    ),
    ResponseType("QUOTA_EXCEEDED", 429, "4XX", "Limit Exceeded", "LimitExceededException"),
    ResponseType(
        "REQUEST_TOO_LARGE", 413, "4XX", "HTTP content length exceeded 10485760 bytes", "RequestTooLargeException"
    ),
    ResponseType("RESOURCE_NOT_FOUND", 404, "4XX", "Not Found", "NotFoundException"),
    ResponseType("THROTTLED", 429, "4XX", "Too Many Requests", "TooManyRequestsException"),
    ResponseType("UNAUTHORIZED", 401, "4XX", "Unauthorized", "UnauthorizedException"),
    ResponseType("UNSUPPORTED_MEDIA_TYPE", 415, "4XX", "Unsupported Media Type", "BadRequestException", compact=False),
    ResponseType("WAF_FILTERED", 403, "4XX", "Forbidden", "ForbiddenException"),
    # Families: what every type of theirs inherits once they are customised; never raised themselves.
    ResponseType("DEFAULT_4XX", 400, "4XX", None, ""),
    ResponseType("DEFAULT_5XX", 500, "5XX", None, ""),
)

# No API could be selected, so nothing can be customised.
FORBIDDEN: Final = ResponseType("", 403, "4XX", "Forbidden", "ForbiddenException")


class GatewayError(Exception):
    """A request that the gateway ends itself. Overrides replace the row's own status, message and error type.

    `log` is the line for the execution log and the operator, in AWS's words; it never reaches the caller. `detail`
    is for the operator alone. `validation` says what a body lacks (`$context.error.validationErrorString`).
    `challenge`: WWW-Authenticate, of HTTP APIs; None for what the route says by itself. `why`: what `gatewright
    explain` wants to know beside the texts, by the names that `explain.base` lists; it never leaves the node either.
    """

    def __init__(
        self,
        kind: ResponseType | str,
        message: str | None = None,
        *,
        status: int | None = None,
        error_type: str | None = None,
        log: str | None = None,
        detail: str | None = None,
        validation: str | None = None,
        challenge: bytes | None = None,
        why: Mapping[str, Any] | None = None,
    ) -> None:
        self.kind = TYPES[kind] if isinstance(kind, str) else kind
        self.message = self.kind.message if message is None else message
        self.status = self.kind.status if status is None else status
        self.error_type = self.kind.error_type if error_type is None else error_type
        self.log = log
        self.detail = detail
        self.validation = validation
        self.challenge = challenge
        self.why = why
        super().__init__(self.message)


def configuration_error(reason: str, detail: str | None = None, why: Mapping[str, Any] | None = None) -> GatewayError:
    """500 with AWS's log line for an API that is configured wrongly."""
    log = f"Execution failed due to configuration error: {reason}"
    return GatewayError("API_CONFIGURATION_ERROR", log=log, detail=detail, why=why)


def bad_answer(reason: str, detail: str | None = None, why: Mapping[str, Any] | None = None) -> GatewayError:
    """502: the function was reached, but failed or gave back what is no proxy response."""
    log = f"Execution failed due to configuration error: {reason}"
    return GatewayError("INTEGRATION_FAILURE", status=502, log=log, detail=detail, why=why)


def render(error: GatewayError) -> tuple[int, bytes, bytes]:
    """Status, header lines and body of an error without any customisation."""
    row = error.kind
    separators = (",", ":") if row.compact else (", ", ": ")
    body = json.dumps({row.member: error.message}, separators=separators).encode()
    head = f"Content-Type: application/json\r\nx-amzn-ErrorType: {error.error_type}\r\n".encode("latin-1")
    return error.status, head, body
