from __future__ import annotations

import pytest

from gatewright.net.http1.grammar import Refusal, check_partial, host_of, read_fields, read_line, reduce_target
from gatewright.net.http1.limits import Limits

LIMITS = Limits()


def fields(*lines: bytes, minor: bytes = b"1") -> bytes:
    return minor + b"\r\n" + b"".join(line + b"\r\n" for line in lines)


def refused(*lines: bytes, minor: bytes = b"1") -> int:
    with pytest.raises(Refusal) as caught:
        read_fields(fields(*lines, minor=minor), LIMITS.headers, LIMITS.header_count)
    return caught.value.status


@pytest.mark.parametrize(
    ("line", "method", "target"),
    [
        (b"GET / HTTP/1.1", b"GET", b"/"),
        (b"get /a?b HTTP/1.0", b"get", b"/a?b"),
        (b'M-SEARCH /%zz{}|" HTTP/1.1', b"M-SEARCH", b'/%zz{}|"'),
    ],
)
def test_a_request_line_gives_method_target_and_where_the_fields_begin(
    line: bytes, method: bytes, target: bytes
) -> None:
    data = line + b"\r\nHost: a\r\n\r\n"
    assert read_line(data, LIMITS.request_line) == (method, target, len(line) - 1)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /\x80 HTTP/1.1", 400),
        (b"GET /#x HTTP/1.1", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET / HTTP/1.1 ", 400),
        (b"GET /", 400),
        (b" GET / HTTP/1.1", 400),
        (b"GET / HTTP/1.10", 400),
        (b"GET / http/1.1", 400),
        (b"GET / HTTP/1.2", 400),
        (b"GET / HTTP/2.0", 505),
        (b"GET / HTTP/0.9", 505),
        (b"PRI * HTTP/2.0", 505),
        (b"GET /" + b"x" * 20000 + b" HTTP/1.1", 414),
    ],
)
def test_a_request_line_that_is_not_exact_is_refused(line: bytes, status: int) -> None:
    with pytest.raises(Refusal) as caught:
        read_line(line + b"\r\nHost: a\r\n\r\n", LIMITS.request_line)
    assert caught.value.status == status


def test_fields_keep_order_and_spelling_and_lose_only_the_space_around_values() -> None:
    read = read_fields(
        fields(b"Host: A.Test:80", b"x-A:  \t1 \t", b"X-a:2", b"E:"), LIMITS.headers, LIMITS.header_count
    )
    assert list(read.fields) == [(b"Host", b"A.Test:80"), (b"x-A", b"1"), (b"X-a", b"2"), (b"E", b"")]
    assert read.first[b"x-a"] == b"1"
    assert (read.host, read.length, read.keep_alive) == (b"a.test:80", 0, True)


@pytest.mark.parametrize(
    "line",
    [
        b"A : b",
        b" A: b",
        b"\tA: b",
        b"A b: c",
        b": c",
        b"A",
        b"A: \x00",
        b"A: b\rc",
        b"A: b\nc",
        b"A: \x7f",
        b"\xc3: b",
    ],
)
def test_a_field_line_that_two_readers_could_read_differently_is_refused(line: bytes) -> None:
    assert refused(b"Host: a", line, b"B: c") == 400


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        ((), 0),
        ((b"Content-Length: 0",), 0),
        ((b"Content-Length: 00012",), 12),
        ((b"Transfer-Encoding: CHUNKED",), -1),
    ],
)
def test_the_length_of_the_body_is_announced(lines: tuple[bytes, ...], length: int) -> None:
    assert read_fields(fields(b"Host: a", *lines), LIMITS.headers, LIMITS.header_count).length == length


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"Content-Length: 1", b"content-length: 1"), 400),
        ((b"Content-Length: 1, 1",), 400),
        ((b"Content-Length: +1",), 400),
        ((b"Content-Length: \xb2",), 400),
        ((b"Content-Length: " + b"1" * 20,), 400),
        ((b"Content-Length: 1", b"Transfer-Encoding: chunked"), 400),
        ((b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), 400),
        ((b"Transfer-Encoding: chunked, chunked",), 400),
        ((b"Transfer-Encoding: gzip, chunked",), 501),
        ((b"Host: b",), 400),
    ],
)
def test_ambiguous_framing_is_refused(lines: tuple[bytes, ...], status: int) -> None:
    assert refused(b"Host: a", *lines) == status


def test_http_1_0_has_no_transfer_encoding_and_needs_no_host() -> None:
    assert refused(b"Transfer-Encoding: chunked", minor=b"0") == 400
    assert read_fields(fields(minor=b"0"), LIMITS.headers, LIMITS.header_count).host == b""
    assert refused(b"A: b") == 400


@pytest.mark.parametrize(
    ("minor", "lines", "keep"),
    [
        (b"1", (b"Connection: Close",), False),
        (b"1", (b"Connection: foo", b"Connection: close"), False),
        (b"1", (b"Connection: x-close",), True),
        (b"0", (), False),
        (b"0", (b"Connection: Keep-Alive",), True),
    ],
)
def test_persistence_follows_version_and_connection(minor: bytes, lines: tuple[bytes, ...], keep: bool) -> None:
    read = read_fields(fields(b"Host: a", *lines, minor=minor), LIMITS.headers, LIMITS.header_count)
    assert read.keep_alive is keep


def test_too_many_or_too_large_fields_are_431() -> None:
    assert refused(b"Host: a", *([b"A: b"] * 300)) == 431
    assert refused(b"Host: a", b"A: " + b"b" * 40000) == 431


@pytest.mark.parametrize(
    "value", [b"a b", b"a/b", b"u@a", b"a:b", b"a:1:2", b"a:65536", b"[::1", b"[::1]x", b"", b"a,b", b"a" * 300]
)
def test_a_host_that_is_none_is_refused(value: bytes) -> None:
    with pytest.raises(Refusal):
        host_of(value, 1)


def test_hosts_are_lower_case() -> None:
    assert host_of(b"ABC.execute-api.Localhost:4566", 1) == b"abc.execute-api.localhost:4566"
    assert host_of(b"[::1]:80", 1) == b"[::1]:80"


def test_absolute_form_is_reduced_and_its_authority_becomes_the_host() -> None:
    read = read_fields(fields(b"A: b", b"Host: one"), LIMITS.headers, LIMITS.header_count)
    target, reduced = reduce_target(b"HTTP://Two:81?q", read)
    assert (target, reduced.host) == (b"/?q", b"two:81")
    assert list(reduced.fields) == [(b"Host", b"Two:81"), (b"A", b"b")]
    assert read.host == b"one"


@pytest.mark.parametrize("target", [b"*", b"a:80", b"ftp://a/", b"http:///x", b"http://u@a/", b"x"])
def test_other_forms_of_target_are_refused(target: bytes) -> None:
    read = read_fields(fields(b"Host: one"), LIMITS.headers, LIMITS.header_count)
    with pytest.raises(Refusal):
        reduce_target(target, read)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01", 400),
        (b"GET / HTTP/1.1\nHost", 400),
        (b"GET / HTTP/1.1\rHost", 400),
        (b"GET /\r\n", 400),
        (b"GET / HTTP/3.0\r\n", 505),
        (b"GET /" + b"a" * 20000, 414),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 40000, 431),
    ],
)
def test_an_incomplete_head_is_refused_as_soon_as_it_is_lost(data: bytes, status: int) -> None:
    with pytest.raises(Refusal) as caught:
        check_partial(data, 0, LIMITS.request_line, LIMITS.headers)
    assert caught.value.status == status


@pytest.mark.parametrize("data", [b"G", b"GET / HTTP/1.1\r", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA: b\r\n\r"])
def test_an_incomplete_head_that_may_become_sound_waits(data: bytes) -> None:
    check_partial(data, 0, LIMITS.request_line, LIMITS.headers)
