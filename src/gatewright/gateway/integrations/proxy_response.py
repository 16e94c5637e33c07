"""A Lambda function's answer to AWS_PROXY, checked and turned into the client's answer.

AWS: "Output format of a Lambda function for proxy integration". Only the five members are allowed, all are optional;
anything else is malformed: 502. Recorded from AWS but for the values marked below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from gatewright.gateway.errors import GatewayError, bad_answer
from gatewright.gateway.exchange import Answer
from gatewright.gateway.headers import ANSWER_LAMBDA, response_lines, sound
from gatewright.gateway.payload import decode_base64
from gatewright.net.base import Header

_MEMBERS: Final = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


def malformed(reason: str) -> GatewayError:
    """AWS says no more than that it is malformed; `reason` is for the operator."""
    return bad_answer("Malformed Lambda proxy response", reason)


def function_error(kind: str, payload: bytes) -> GatewayError:
    """The function has failed. `kind` is the word of X-Amz-Function-Error."""
    return GatewayError(
        "INTEGRATION_FAILURE",
        status=502,
        log="Lambda execution failed with status 200 due to customer function error "
        f"({kind}): {payload[:1000].decode('utf-8', 'replace')}",
    )


def parse_answer(payload: bytes, *, wanted_binary: bool, trace: bytes) -> Answer:
    """The client's answer. `wanted_binary`: the client's Accept names a binary media type. Raises GatewayError."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise malformed("it is no JSON") from None
    if not isinstance(document, dict):
        raise malformed("it is no JSON object")
    if not _MEMBERS.issuperset(document):
        raise malformed(f"its member {next(each for each in document if each not in _MEMBERS)!r:.100} is not allowed")
    body = document.get("body")
    if body is None:
        body = ""
    if not isinstance(body, str):
        raise malformed("body is no string")
    data = body.encode("utf-8", "replace")
    if wanted_binary and document.get("isBase64Encoded") in (True, "true"):
        data = decode_base64(data)
    lines, typed = response_lines(headers_of(document), ANSWER_LAMBDA)
    if not typed:
        lines.append(b"Content-Type: application/json\r\n")
    lines.append(b"X-Amzn-Trace-Id: %b\r\n" % trace)
    return Answer(status_of(document.get("statusCode")), b"".join(lines), data)


def status_of(value: Any) -> int:
    """unverified: null (here: absent), fractions and codes outside 200-599 (here: malformed)."""
    if value is None:
        return 200
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise malformed("statusCode is no whole number")
    try:
        status = int(value)
    except ValueError:
        raise malformed("statusCode is no whole number") from None
    if not 200 <= status <= 599:
        raise malformed(f"statusCode {status} is not among 200 to 599")
    return status


def headers_of(document: dict[str, Any], cookies: Sequence[str] = ()) -> list[Header]:
    """Multi-value headers first, then single ones; of one name, the spelling of multiValueHeaders stands (recorded).

    Each value gets a line of its own: to a client that joins lines it reads `a, b`, and cookies stay apart.
    """
    single, multi = document.get("headers") or {}, document.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise malformed(f"{'multiValueHeaders' if isinstance(single, dict) else 'headers'} is no object")
    headers: list[Header] = []
    spelling: dict[str, str] = {}
    for name, values in multi.items():
        if not isinstance(values, list):
            raise malformed(f"multiValueHeaders: the value of {name!r:.100} is no list")
        spelling[name.lower()] = name
        for value in values:
            _add(headers, name, value)
    for name, value in single.items():
        _add(headers, spelling.get(name.lower()) or name, value)
    for cookie in cookies:
        _add(headers, "Set-Cookie", cookie)
    return [header for header in headers if header[0].lower() != b"x-amzn-trace-id"]


def _add(headers: list[Header], name: str, value: Any) -> None:
    if value is None:
        return  # unverified
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, (int, float)):
        value = repr(value)  # unverified
    elif not isinstance(value, str):
        raise malformed(f"headers: the value of {name!r:.100} is no string")
    header = (name.encode("utf-8", "replace"), value.strip().encode("utf-8", "replace"))
    if not sound(*header):
        raise malformed(f"headers: {name!r:.100} or its value is not allowed in HTTP")
    headers.append(header)
