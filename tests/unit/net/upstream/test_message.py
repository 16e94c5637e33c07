from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.net.upstream import message
from gatewright.net.upstream.message import encode

HOST = b"Host: origin\r\n"


def test_a_request_has_its_host_and_its_length() -> None:
    assert encode(b"GET", b"/a?b", [(b"A", b"b"), (b"c", b"")], b"", HOST) == (
        b"GET /a?b HTTP/1.1\r\nHost: origin\r\nA: b\r\nc: \r\n\r\n"
    )
    assert encode(b"POST", b"/", [(b"hOST", b"mine")], b"", HOST) == (
        b"POST / HTTP/1.1\r\nhOST: mine\r\nContent-Length: 0\r\n\r\n"
    )
    assert encode(b"GET", b"/", [], b"hi", HOST) == b"GET / HTTP/1.1\r\nHost: origin\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        (b"GET", b"/", [(b"A", b"b\r\nC: d")]),
        (b"GET", b"/", [(b"A", b"b\nC: d")]),
        (b"GET", b"/", [(b"A", b"\x00")]),
        (b"GET", b"/", [(b"A:", b"b")]),
        (b"GET", b"/", [(b"A ", b"b")]),
        (b"GET", b"/", [(b"", b"b")]),
        (b"GET", b"/", [(b"A\r\nB", b"b")]),
        (b"GET", b"/", [(b"content-Length", b"1")]),
        (b"GET", b"/", [(b"Transfer-Encoding", b"chunked")]),
        (b"GET", b"/", [(b"Connection", b"close")]),
        (b"GET", b"/", [(b"Host", b"a"), (b"host", b"b")]),
        (b"GET", b"/ HTTP/1.1\r\nA: b", []),
        (b"GET", b"/#", []),
        (b"GET", b"/\xe9", []),
        (b"GET", b"", []),
        (b"G ET", b"/", []),
        (b"", b"/", []),
    ],
)
def test_what_could_break_the_framing_is_refused(
    method: bytes, target: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    with pytest.raises(ValueError):
        encode(method, target, headers, b"", HOST)


@given(st.lists(st.tuples(st.binary(max_size=6), st.binary(max_size=6)), max_size=3), st.binary(max_size=9))
def test_whatever_is_given_the_head_has_the_lines_that_were_given_or_is_refused(
    headers: list[tuple[bytes, bytes]], target: bytes
) -> None:
    try:
        data = encode(b"GET", b"/" + target, headers, b"", HOST)
    except ValueError:
        return
    head, _, rest = data.partition(b"\r\n\r\n")
    assert rest == b""
    lines = head.split(b"\r\n")
    assert len(lines) == 1 + len(headers) + (not any(name.lower() == b"host" for name, _ in headers))
    assert all(re.fullmatch(rb"[!-9;-~]+: [\t\x20-\x7e\x80-\xff]*", line) for line in lines[1:])


def test_only_short_names_are_remembered() -> None:
    short, long = b"x-a-name-that-is-kept", b"x-" + b"a" * 1000
    encode(b"GET", b"/", [(short, b"1"), (long, b"1")], b"", HOST)
    assert short in message._names
    assert long not in message._names
