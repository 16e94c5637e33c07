"""Text and binary payloads, as two tables of three columns (none, CONVERT_TO_BINARY, CONVERT_TO_TEXT).

AWS: "Content type conversions in API Gateway". What counts as binary is decided by `binaryMediaTypes`: of a request
by its Content-Type, of an answer by the backend's Content-Type and the first media type of the client's Accept.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from gatewright.gateway.errors import configuration_error
from gatewright.program.records import ContentHandling


def text(body: bytes) -> bytes:
    """A body as UTF-8 text: bytes that are none become U+FFFD, as on AWS."""
    if body.isascii():
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace").encode()
    return body


def decode_base64(body: bytes) -> bytes:
    """Strict base64. Raises GatewayError (500): AWS answers bad base64 with a configuration error.

    The quotes of a JSON string are no part of it: in AWS's tutorial on binary files a function returns just a string.
    """
    if len(body) > 1 and body[:1] == b'"' == body[-1:]:
        body = body[1:-1]
    try:
        return b64decode(body.translate(None, b" \t\r\n"), validate=True)
    except (binascii.Error, ValueError):
        raise configuration_error("Unable to base64 decode the body.") from None


def convert_request(body: bytes, binary: bool, handling: ContentHandling | None) -> bytes:
    """A request body on its way to the backend. Raises GatewayError."""
    if handling == "CONVERT_TO_TEXT":
        return b64encode(body) if binary else text(body)
    if binary:
        return body
    return decode_base64(body) if handling == "CONVERT_TO_BINARY" else text(body)


def convert_response(
    body: bytes, *, binary: bool, wanted_binary: bool, any_binary: bool, handling: ContentHandling | None
) -> bytes:
    """A backend's body on its way to the client. `any_binary`: the API has binary media types. Raises GatewayError."""
    if handling == "CONVERT_TO_TEXT":
        return b64encode(body) if binary else text(body)
    if handling == "CONVERT_TO_BINARY":
        return body if binary else decode_base64(body)
    if binary:
        return body if wanted_binary else b64encode(body)
    return decode_base64(body) if any_binary and wanted_binary else text(body)
