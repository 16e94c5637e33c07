"""What becomes of headers, as tables. Names are lower-case.

AWS: "Amazon API Gateway important notes for REST APIs", corrected by what was recorded from AWS where the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from gatewright.net.base import Header

T = TypeVar("T")

# Never visible to events, mappings or backends (recorded).
DROPPED_ON_ENTRY: Final = frozenset(
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
NOT_FORWARDED: Final = DROPPED_ON_ENTRY | {
    b"host",
    b"keep-alive",
    b"proxy-connection",
    b"proxy-authorization",
    b"content-encoding",  # the body has been decoded
    b"via",
}

# Taken away from a request to a backend even when a mapping wrote it (recorded; connections are the client's affair).
NEVER_SENT: Final = frozenset({b"connection", b"expect", b"keep-alive", b"proxy-authenticate", b"te"})

# An Authorization that begins so is a signature for the gateway, not for who is behind it.
SIGNED: Final = b"AWS4-HMAC-SHA256"

REMAPPED: Final = frozenset(
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

# Dropped from every answer. unverified: x-amz-apigw-id of a backend; ours must be the only one.
_DROPPED: Final = frozenset({b"transfer-encoding", b"keep-alive", b"proxy-connection", b"x-amz-apigw-id"})

_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSOUND: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def sound(name: bytes, value: bytes) -> bool:
    """Whether a header can be written without breaking the message."""
    return _TOKEN.fullmatch(name) is not None and _UNSOUND.search(value) is None


_SPELLINGS: Final = 2048  # remembered per table


class NameTable(dict[bytes, T]):
    """Remembers a decision about header names by their spelling: senders use few, and hashing is cheaper than lowering.

    `decide` gets the lower-case name and the name as spelled. Bounded, for spellings are the sender's choice.
    """

    def __init__(self, decide: Callable[[bytes, bytes], T]) -> None:
        self._decide = decide

    def __missing__(self, name: bytes) -> T:
        decision = self._decide(name.lower(), name)
        if len(self) < _SPELLINGS:
            self[name] = decision
        return decision


def _answer_names(dropped: frozenset[bytes]) -> NameTable[tuple[bytes, bool]]:
    """How an answer's header line begins (b"": it is dropped), and whether it is Content-Type."""

    def decide(lowered: bytes, name: bytes) -> tuple[bytes, bool]:
        if lowered in REMAPPED:
            return b"x-amzn-Remapped-" + name + b": ", False
        return (b"" if lowered in dropped else name + b": "), lowered == b"content-type"

    return NameTable(decide)


# Per integration.
ANSWER_HTTP_PROXY: Final = _answer_names(_DROPPED | {b"via"})
ANSWER_MAPPED: Final = _answer_names(_DROPPED)
ANSWER_LAMBDA: Final = _answer_names(_DROPPED | {b"via"})


def response_lines(headers: Iterable[Header], names: NameTable[tuple[bytes, bool]]) -> tuple[list[bytes], bool]:
    """Header lines of an answer, remapped; and whether Content-Type is among them."""
    lines: list[bytes] = []
    typed = False
    for name, value in headers:
        beginning, is_type = names[name]
        if beginning:
            lines.append(beginning + value + b"\r\n")
            if is_type:
                typed = True
    return lines, typed
