"""An error as its service writes it: status, `x-amzn-ErrorType`, body.

The model knows the status and the spelling of the message ("message" or "Message") of its own errors; what the
framework around the service refuses is in `dialects`. Nothing of an unexpected exception is shown.
"""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.aws.base import AwsError, HttpResponse
from gatewright.aws.dialects import FRAMEWORK_STATUS, Dialect
from gatewright.aws.shapes import ServiceModel, Shape

JSON = (b"Content-Type", b"application/json")


def internal_failure() -> AwsError:
    """What the caller learns of an unexpected exception."""
    return AwsError("InternalFailure", "The request processing has failed because of an unknown error.", 500)


def unknown_operation() -> AwsError:
    """No operation has this method and path. unverified: the text."""
    return AwsError("UnknownOperationException", "The requested operation is not recognized by the service.", 404)


def render(error: AwsError, model: ServiceModel, dialect: Dialect, request_id: str) -> HttpResponse:
    """The answer for an error of this service."""
    headers = [JSON, (b"x-amzn-RequestId", request_id.encode()), (b"x-amzn-ErrorType", error.code.encode())]
    shape = model.errors.get(error.code)
    if shape is None:
        status = FRAMEWORK_STATUS.get(error.code, error.status)
        body = {"Message" if error.code in dialect.capital else "message": error.message, **error.fields}
    else:
        status = shape.status or error.status
        body = _members(error, shape, status, dialect, headers)
    return HttpResponse(status, headers, orjson.dumps(body))


def _members(
    error: AwsError, shape: Shape, status: int, dialect: Dialect, headers: list[tuple[bytes, bytes]]
) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for member in shape.members:
        given = error.fields.get(member.name)
        if member.location == "header":
            if given is not None:
                headers.append((member.wire.encode(), str(given).encode()))
            if dialect.null_header_members:
                body[member.name] = given
        elif member.name.lower() == "message":
            body[member.wire] = error.message
        elif given is not None:
            body[member.wire] = given
        elif member.name == "Type":  # Lambda: whose fault it is
            body[member.wire] = "User" if status < 500 else "Service"
    return body
