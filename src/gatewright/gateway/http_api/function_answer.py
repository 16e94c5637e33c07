"""What a Lambda function's answer means to an HTTP API.

AWS: "Create AWS Lambda proxy integrations for HTTP APIs", "Lambda function response". Format 2.0 takes anything that is
not a response object for the body of a 200; format 1.0 wants the object. What neither can be is answered with 500.
Members that are not known are ignored. unverified: the Content-Type of an object without one; null in format 2.0.
"""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.gateway.errors import GatewayError, bad_answer
from gatewright.gateway.headers import sound
from gatewright.gateway.payload import decode_base64
from gatewright.net.base import Header

_JSON: Header = (b"Content-Type", b"application/json")
_PLAIN: Header = (b"Content-Type", b"text/plain;charset=UTF-8")


class FunctionAnswer:
    """Status, headers (with a Content-Type) and body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: list[Header], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


def read_v2(payload: bytes) -> FunctionAnswer:
    """Payload format 2.0. Raises GatewayError."""
    document = _parsed(payload)
    if not isinstance(document, dict) or "statusCode" not in document:
        return FunctionAnswer(200, [_JSON], _serialized(document))
    cookies = document.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) for cookie in cookies):
        raise _malformed("cookies is no list of strings")
    headers: list[Header] = []
    for cookie in cookies:
        _add(headers, "set-cookie", cookie)
    for name, value in _members(document, "headers").items():
        _add(headers, name, value)
    return _answer(document, headers)


def read_v1(payload: bytes) -> FunctionAnswer:
    """Payload format 1.0. Raises GatewayError."""
    document = _parsed(payload)
    if not isinstance(document, dict) or "statusCode" not in document:
        raise _malformed("statusCode is missing")
    headers: list[Header] = []
    for name, values in _members(document, "multiValueHeaders").items():
        if not isinstance(values, list):
            raise _malformed(f"multiValueHeaders: {name} is no list")
        for value in values:
            _add(headers, name, value)
    known = {(name.lower(), value) for name, value in headers}
    single: list[Header] = []
    for name, value in _members(document, "headers").items():
        _add(single, name, value)
    headers += [(name, value) for name, value in single if (name.lower(), value) not in known]
    return _answer(document, headers)


def _answer(document: dict[str, Any], headers: list[Header]) -> FunctionAnswer:
    body = document.get("body")
    if body is None:
        body = ""
    if not isinstance(body, str):
        raise _malformed('Lambda body contains the wrong type for field "body"')
    data = body.encode("utf-8", "replace")
    if document.get("isBase64Encoded") is True:
        data = decode_base64(data)
    if not any(name.lower() == b"content-type" for name, _ in headers):
        headers.append(_PLAIN)
    return FunctionAnswer(_status(document["statusCode"]), headers, data)


def _parsed(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise _malformed("it is no JSON") from None


def _serialized(document: Any) -> bytes:
    if isinstance(document, str):
        return document.encode("utf-8", "replace")
    try:
        return orjson.dumps(document)
    except TypeError:  # it reads what is nested more deeply than it writes
        raise _malformed("it is nested too deeply") from None


def _status(value: Any) -> int:
    """A number, or one as text (unverified); what HTTP does not know as a final status is malformed."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        raise _malformed(f"statusCode {value!r} is none")
    return value


def _members(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name) or {}
    if not isinstance(found, dict):
        raise _malformed(f"{name} is no object")
    return found


def _add(headers: list[Header], name: str, value: Any) -> None:
    if value is None:
        return  # unverified
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, (int, float)):
        value = repr(value)  # unverified
    elif not isinstance(value, str):
        raise _malformed(f"the header {name} is no text")
    header = (name.encode("utf-8", "replace"), value.strip().encode("utf-8", "replace"))
    if not sound(*header):
        raise _malformed(f"the header {name} is not sound")
    headers.append(header)


def _malformed(reason: str) -> GatewayError:
    return bad_answer(f"Malformed Lambda proxy response: {reason}")
