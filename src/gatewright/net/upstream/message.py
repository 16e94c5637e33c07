"""A request's bytes: encoded once, in one piece, and refused when a name or value could break the framing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gatewright.net.base import Header, Prepared
from gatewright.net.http1.grammar import TOKEN

_TOKEN: Final = re.compile(TOKEN + rb"++").fullmatch
_TEXT: Final = bytes(b for b in range(256) if b == 9 or (b >= 32 and b != 127))
_VISIBLE: Final = bytes(b for b in range(0x21, 0x7F) if b != ord("#"))
_OURS: Final = frozenset((b"content-length", b"transfer-encoding", b"connection"))
_BODY_EXPECTED: Final = frozenset((b"POST", b"PUT", b"PATCH"))

IDEMPOTENT: Final = frozenset((b"GET", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"TRACE"))

_PLAIN, _HOST = 1, 2
# Header names seen and found sound; a gateway sends the same few over and over.
_names: dict[bytes, int] = {}
_MAX_NAMES: Final = 4096
_LONGEST_KEPT: Final = 64  # bytes


def encode(
    method: bytes,
    target: bytes,
    headers: Sequence[Header],
    body: bytes,
    host_line: bytes,
    prepared: Prepared | None = None,
    more: bytes = b"",
) -> bytes:
    """The whole request. `host_line` ("Host: …" CR LF) is used when no header names the host. Raises ValueError."""
    block, hosts = _block(headers) if headers else (b"", 0)
    if prepared is not None:
        if prepared.block is None:
            prepared.block, prepared.hosts = _block(prepared.headers)
        block = prepared.block + block + more
        hosts += prepared.hosts
    elif more:
        block += more
    if not target or target.translate(None, _VISIBLE):
        raise ValueError("the target contains a character that must be percent-encoded")
    if method not in IDEMPOTENT and _TOKEN(method) is None:
        raise ValueError("the method is not a token")
    if hosts:
        if hosts > 1:
            raise ValueError("more than one Host")
        host_line = b""
    if body or method in _BODY_EXPECTED:
        return b"%b %b HTTP/1.1\r\n%b%bContent-Length: %d\r\n\r\n%b" % (
            method,
            target,
            host_line,
            block,
            len(body),
            body,
        )
    return b"%b %b HTTP/1.1\r\n%b%b\r\n" % (method, target, host_line, block)


def _block(headers: Sequence[Header]) -> tuple[bytes, int]:
    """Header lines, and how many of them are Host. Raises ValueError."""
    lines = []
    hosts = 0
    for name, value in headers:
        verdict = _names.get(name) or _check_name(name)
        if verdict == _HOST:
            hosts += 1
        lines.append(b"%b: %b\r\n" % (name, value))
    block = b"".join(lines)
    if len(block.translate(None, _TEXT)) != 2 * len(lines):
        raise ValueError("a header value contains a control character")
    return block, hosts


def _check_name(name: bytes) -> int:
    if _TOKEN(name) is None:
        raise ValueError(f"{name!r} is not a header name")
    low = name.lower()
    if low in _OURS:
        raise ValueError(f"{name.decode()} belongs to the client")
    verdict = _HOST if low == b"host" else _PLAIN
    if len(name) <= _LONGEST_KEPT:  # a flood of made-up names must not fill the memory
        if len(_names) >= _MAX_NAMES:
            _names.clear()
        _names[name] = verdict
    return verdict
