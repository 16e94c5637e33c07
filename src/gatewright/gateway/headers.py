"""What becomes of headers, as tables. Names are lower-case.

AWS: "Amazon API Gateway important notes for REST APIs", corrected by what was recorded from AWS where the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatewright.net.base import Header

# Never visible to events, mappings or backends (recorded).
DROPPED_ON_ENTRY = frozenset(
    {
        b"connection",
        b"content-length",
        b"content-md5",
        b"expect",
        b"max-forwards",
        b"proxy-authenticate",
        b"server",
        b"te",
        b"transfer-encoding",
        b"trailer",
        b"upgrade",
        b"www-authenticate",
    }
)

# What belongs to one hop besides (RFC 9110, 7.6.1), and what the backend's own address decides.
NOT_FORWARDED = DROPPED_ON_ENTRY | {
    b"host",
    b"keep-alive",
    b"proxy-connection",
    b"proxy-authorization",
    b"content-encoding",  # the body has been decoded
    b"via",
}

# Taken away from a request to a backend even when a mapping wrote it (recorded; connections are the client's affair).
NEVER_SENT = frozenset({b"connection", b"expect", b"keep-alive", b"proxy-authenticate", b"te"})

REMAPPED = frozenset(
    {
        b"authorization",
        b"connection",
        b"content-length",
        b"content-md5",
        b"date",
        b"expect",
        b"host",
        b"max-forwards",
        b"proxy-authenticate",
        b"server",
        b"trailer",
        b"upgrade",
        b"user-agent",
        b"www-authenticate",
        b"x-amzn-requestid",
    }
)

# Per integration: dropped from its answer. unverified: that x-amz-apigw-id of a backend is dropped; ours must be the
# only one.
_DROPPED = frozenset({b"transfer-encoding", b"keep-alive", b"proxy-connection", b"x-amz-apigw-id"})
DROPPED_HTTP_PROXY = _DROPPED | {b"via"}
DROPPED_MAPPED = _DROPPED
DROPPED_LAMBDA = _DROPPED | {b"via"}

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSOUND = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def sound(name: bytes, value: bytes) -> bool:
    """Whether a header can be written without breaking the message."""
    return _TOKEN.fullmatch(name) is not None and _UNSOUND.search(value) is None


def response_lines(headers: Iterable[Header], dropped: frozenset[bytes]) -> tuple[list[bytes], bool]:
    """Header lines of an answer, remapped; and whether Content-Type is among them."""
    lines: list[bytes] = []
    typed = False
    for name, value in headers:
        lowered = name.lower()
        if lowered in REMAPPED:
            lines.append(b"x-amzn-Remapped-%b: %b\r\n" % (name, value))
        elif lowered not in dropped:
            lines.append(b"%b: %b\r\n" % (name, value))
            if lowered == b"content-type":
                typed = True
    return lines, typed
