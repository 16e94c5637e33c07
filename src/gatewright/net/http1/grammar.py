"""RFC 9112's grammar of a request head, read strictly: what two readers could read differently is refused.

Theory of operation. A head is taken as a whole (up to CR LF CR LF) and read by two regular expressions that are the
RFC's ABNF without its optional leniencies: one matches the request line, one finds every field line. Possessive
quantifiers keep both linear. `findall` skips what does not match, so the number of fields found must equal the number
of line ends: a bare CR or LF, obs-fold, a space before the colon, a control character or an empty name each make a
line that is not found, and the head is refused.

Why not a general parser: llhttp cannot be told to stop after a chunked body (a pipelined head would be read unchecked),
skips the body of a request that asks for an upgrade, and accepts obs-fold; a second look at the raw head was needed
anyway, and costs as much as reading it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gatewright.net.base import Header

TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"

# The target excludes "#" and everything outside visible ASCII (RFC 9112 section 3.2).
_REQUEST_LINE: Final = re.compile(rb"(" + TOKEN + rb"++) ([\x21\x22\x24-\x7e]++) HTTP/1\.[01]\r\n").match
_OTHER_VERSION: Final = re.compile(TOKEN + rb"++ [\x21-\x7e]++ HTTP/([0-9])\.([0-9])\r\n").match
_FIELDS: Final = re.compile(rb"\r\n(" + TOKEN + rb"++):[ \t]*+([\t\x20-\x7e\x80-\xff]*+)(?=\r\n)").findall
# What can never become part of a sound head, wherever the input was cut.
_UNSOUND: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?![\n])(?!\Z)").search

_HOST: Final = re.compile(rb"(?:[A-Za-z0-9\-._~%]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?").fullmatch
_ABSOLUTE: Final = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://([^/?]*)(.*)", re.DOTALL).fullmatch
_KNOWN_CODINGS: Final = frozenset((b"gzip", b"x-gzip", b"deflate", b"compress", b"x-compress"))
_MAX_METHOD: Final = 32

METHODS: Final = {m: m.decode() for m in (b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS")}
_hosts: dict[bytes, bytes] = {}
_MAX_HOSTS: Final = 4096
_LONGEST_HOST: Final = 261  # a name of 255 bytes and a port; what is remembered must not be as long as a client likes


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """A request that is not served: the status of the answer; the connection ends after it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Fields:
    """The sound fields of a request head: `first` maps lower-case names to first values, framing fields are single."""

    __slots__ = ("block", "fields", "first", "host", "keep_alive", "length", "minor", "plain")

    def __init__(self, block: bytes, fields: Sequence[Header], first: dict[bytes, bytes]) -> None:
        """`block` begins with the minor version's digit and ends with the last field's CR LF. Raises Refusal."""
        self.block = block
        self.fields = tuple(fields)
        self.first = first
        minor = self.minor = block[0] - 48
        self.host = host_of(first.get(b"host"), minor)
        self.length = _body_length(first, minor)  # body bytes announced; -1: chunked
        connection = first.get(b"connection")
        if connection is None:
            self.keep_alive = minor == 1
        else:
            options = [option.strip(b" \t") for option in connection.lower().split(b",")]
            self.keep_alive = b"close" not in options and (minor == 1 or b"keep-alive" in options)
        self.plain = minor == 1 and self.keep_alive  # an answer needs no Connection field


def check_partial(data: bytes, scanned: int, max_line: int, max_headers: int) -> None:
    """Refuse an incomplete head as soon as it cannot become a sound one. `scanned` bytes were checked before."""
    if data[:1] in (b" ", b"\t"):
        raise Refusal(400)
    if _UNSOUND(data, max(0, scanned - 1)):
        raise Refusal(400)
    line_end = data.find(b"\r\n")
    if line_end < 0:
        if len(data) > max_line:
            raise Refusal(414)
        return
    if line_end > max_line:
        raise Refusal(414)
    if _REQUEST_LINE(data) is None:
        raise _bad_request_line(data)
    if len(data) - line_end > max_headers:
        raise Refusal(431)


def read_line(data: bytes, max_line: int) -> tuple[bytes, bytes, int]:
    """Method, target and where the block of `Fields` begins. Raises Refusal."""
    line = _REQUEST_LINE(data)
    if line is None:
        raise Refusal(414) if data.find(b"\r\n") > max_line else _bad_request_line(data)
    start = line.end() - 3
    if start > max_line:
        raise Refusal(414)
    method, target = line.groups()
    return method, target, start


# Blocks that many connections send to the byte: clients of one kind. Bounded in number and size; long heads carry what
# differs from request to request.
_blocks: dict[bytes, Fields] = {}
_MAX_BLOCKS: Final = 512
_MAX_BLOCK: Final = 1024


def fields_of(block: bytes, max_headers: int, max_count: int) -> Fields:
    """The field lines of a block, read anew or remembered. Raises Refusal."""
    known = _blocks.get(block)
    if known is not None:
        return known
    read = read_fields(block, max_headers, max_count)
    if len(block) <= _MAX_BLOCK:
        if len(_blocks) >= _MAX_BLOCKS:
            _blocks.clear()
        _blocks[block] = read
    return read


def read_fields(block: bytes, max_headers: int, max_count: int) -> Fields:
    """Read the field lines of a block. Raises Refusal."""
    if len(block) > max_headers:
        raise Refusal(431)
    fields: list[Header] = _FIELDS(block, 1)
    count = len(fields)
    if block.count(b"\r\n") != count + 1:
        raise Refusal(400)
    if count > max_count:
        raise Refusal(431)
    if b" \r\n" in block or b"\t\r\n" in block:
        fields = [(name, value.rstrip(b" \t")) for name, value in fields]
    first = {name.lower(): value for name, value in fields}
    if len(first) != count:
        first = _first_values(fields)
    return Fields(block, fields, first)


def _bad_request_line(data: bytes) -> Refusal:
    version = _OTHER_VERSION(data)
    return Refusal(505 if version is not None and version[1] != b"1" else 400)


def _first_values(fields: list[Header]) -> dict[bytes, bytes]:
    """The index of a head with repeated names: the first value of each, all options of Connection joined."""
    index: dict[bytes, bytes] = {}
    for name, value in fields:
        low = name.lower()
        if low not in index:
            index[low] = value
        elif low in (b"host", b"content-length", b"transfer-encoding", b"expect"):
            raise Refusal(400)
        elif low == b"connection":
            index[low] += b"," + value
    return index


def unusual_method(raw: bytes) -> str:
    """The name of a method that is not in METHODS. Raises Refusal for CONNECT and for absurd ones."""
    if raw == b"CONNECT" or len(raw) > _MAX_METHOD:
        raise Refusal(501)
    return raw.decode("ascii")


def host_of(value: bytes | None, minor: int) -> bytes:
    """The lower-case Host; b"" for an HTTP/1.0 request without one."""
    if value is None:
        if minor == 1:
            raise Refusal(400)
        return b""
    known = _hosts.get(value)
    if known is not None:
        return known
    match = _HOST(value) if len(value) <= _LONGEST_HOST else None
    if match is None or (match[1] is not None and int(match[1]) > 65535):
        raise Refusal(400)
    if len(_hosts) >= _MAX_HOSTS:
        _hosts.clear()
    low = _hosts[value] = value.lower()
    return low


def reduce_target(target: bytes, read: Fields) -> tuple[bytes, Fields]:
    """Absolute-form as origin-form; its authority replaces Host everywhere (RFC 9112 section 3.2.2). Raises Refusal."""
    match = _ABSOLUTE(target)
    if match is None:
        raise Refusal(400)
    authority, rest = match.groups()
    if read.first.get(b"host") != authority:
        fields = [(b"Host", authority), *(field for field in read.fields if field[0].lower() != b"host")]
        read = Fields(read.block, fields, read.first | {b"host": authority})
    return (rest if rest[:1] == b"/" else b"/" + rest), read


def _body_length(index: dict[bytes, bytes], minor: int) -> int:
    """Bytes of the body (RFC 9112 section 6.3): 0 without framing, -1 for chunked."""
    coding = index.get(b"transfer-encoding")
    length = index.get(b"content-length")
    if coding is not None:
        if length is not None or minor == 0:
            raise Refusal(400)
        if coding.lower() != b"chunked":
            codings = [item.strip(b" \t").lower() for item in coding.split(b",")]
            raise Refusal(501 if codings[0] in _KNOWN_CODINGS else 400)
        return -1
    if length is None:
        return 0
    if not length.isdigit() or len(length) > 19:
        raise Refusal(400)
    return int(length)
