"""An error in whatever protocol the caller speaks, because an SDK shows the message only of an error it can read.

The protocols differ by service and SDK version; what a request looks like decides. Sources: the protocol pages of
Smithy's AWS documentation (awsJson, restJson1, restXml, awsQuery, ec2Query, rpcv2Cbor).
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from gatewright.edge.planes import signed_for
from gatewright.net.base import Request

Answer = tuple[int, bytes, bytes]  # status, header block, body

NOT_SERVED = 501
_REQUEST_ID = "00000000-0000-0000-0000-000000000000"
_REST_XML = frozenset({b"cloudfront", b"route53", b"s3", b"s3-control", b"s3express"})


def refuse(request: Request, reason: str) -> Answer:
    """ "This service is not served here": 501 NotImplemented with the service's name and the reason."""
    service = signed_for(request)
    name = f"{service.decode('latin-1')} is not served here. " if service else ""
    return render(request, NOT_SERVED, "NotImplemented", name + reason)


def render(request: Request, status: int, code: str, message: str) -> Answer:
    """An error of any status and code."""
    content_type, body = _form(request)(code, message)
    head = b"Content-Type: %b\r\nx-amzn-ErrorType: %b\r\n" % (content_type, code.encode())
    if content_type == b"application/cbor":
        head += b"smithy-protocol: rpc-v2-cbor\r\n"
    return status, head, body


def _form(request: Request) -> Callable[[str, str], tuple[bytes, bytes]]:
    media = (request.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    service = signed_for(request)
    if request.header(b"smithy-protocol") == b"rpc-v2-cbor" or media == b"application/cbor":
        return _cbor
    if media == b"application/x-www-form-urlencoded":
        return _ec2 if service == b"ec2" else _query
    if service in _REST_XML and not media.startswith(b"application/x-amz-json"):
        return _s3 if service in (b"s3", b"s3express") else _query
    return _json


def _json(code: str, message: str) -> tuple[bytes, bytes]:
    return b"application/json", json.dumps({"__type": code, "message": message}).encode()


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _query(code: str, message: str) -> tuple[bytes, bytes]:
    return b"text/xml", (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{_escape(code)}</Code><Message>{_escape(message)}</Message>"
        f"</Error><RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>"
    ).encode()


def _ec2(code: str, message: str) -> tuple[bytes, bytes]:
    return b"text/xml", (
        f"<Response><Errors><Error><Code>{_escape(code)}</Code><Message>{_escape(message)}</Message></Error></Errors>"
        f"<RequestID>{_REQUEST_ID}</RequestID></Response>"
    ).encode()


def _s3(code: str, message: str) -> tuple[bytes, bytes]:
    return b"application/xml", (
        f"<Error><Code>{_escape(code)}</Code><Message>{_escape(message)}</Message>"
        f"<RequestId>{_REQUEST_ID}</RequestId></Error>"
    ).encode()


def _cbor(code: str, message: str) -> tuple[bytes, bytes]:
    pairs = (("__type", code), ("message", message))
    return b"application/cbor", b"\xa2" + b"".join(_cbor_text(text) for pair in pairs for text in pair)


def _cbor_text(text: str) -> bytes:
    """A text string of RFC 8949 (major type 3), its length in two bytes."""
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data
