from __future__ import annotations

import string
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.paths import has_dot_segments, is_pattern, meant, without_needless

UNRESERVED = string.ascii_letters + string.digits + "-._~"


@pytest.mark.parametrize("sign", UNRESERVED)
def test_what_is_encoded_without_need(sign: str) -> None:
    for text in (f"/a%{ord(sign):02x}b", f"/a%{ord(sign):02X}b"):
        assert without_needless(text.encode()) == f"/a{sign}b".encode()


@pytest.mark.parametrize("code", [code for code in range(256) if chr(code) not in UNRESERVED])
def test_what_must_stay_encoded(code: int) -> None:
    for path in (b"/a%%%02xb" % code, b"/a%%%02Xb" % code):
        assert without_needless(path) == path


@pytest.mark.parametrize("path", [b"/%%361dmin", b"/%6%31dmin", b"/%2561", b"/%", b"/%4", b"/%zz", b"/%%41"])
def test_no_escape_is_made_that_nobody_sent(path: bytes) -> None:
    assert without_needless(path) == path


@given(st.binary(max_size=30), st.text(alphabet="%0123456789abcdefABCDEF/.", max_size=30))
def test_a_path_keeps_its_meaning(raw: bytes, text: str) -> None:
    for path in (raw, text.encode()):
        once = without_needless(path)
        assert unquote_to_bytes(once) == unquote_to_bytes(path)
        assert without_needless(once) == once


@pytest.mark.parametrize(
    "path",
    [
        b"/..",
        b"/.",
        b"/a/../b",
        b"/a/./b",
        b"/a/..",
        b"/a/%2e%2E/b",
        b"/a/.%2e/b",
        b"/a/..%2fb",
        b"/a%2F..%2Fb",
        b"/a\\..\\b",
        b"/a%5c..%5Cb",
        b"/a/..;x=1/b",
        b"/a/..%3bx/b",
        b"/a/..;",
        b"//../b",
    ],
)
def test_dot_segments(path: bytes) -> None:
    assert has_dot_segments(path)


@pytest.mark.parametrize(
    "path", [b"/", b"/a.b", b"/.well-known/x", b"/a/...", b"/a..b/c", b"/a/b..", b"/..a", b"/%2fa", b"/a%2e", b"/a.;b"]
)
def test_no_dot_segments(path: bytes) -> None:
    assert not has_dot_segments(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/a", False),
        (b"/a%2A$1", False),
        (b"/*", True),
        (b"/a*b", True),
        (b"/${aws:username}", True),
        (b"/{x}$", False),
    ],
)
def test_paths_that_are_patterns(path: bytes, expected: bool) -> None:
    assert is_pattern(path) is expected


@pytest.mark.parametrize(
    ("path", "read"),
    [
        (b"/", None),
        (b"/a/b", None),
        (b"/a/", b"/a"),
        (b"/a//b", b"/a/b"),
        (b"//a", b"/a"),
        (b"/a%2Fb", b"/a/b"),
        (b"/a%2F", b"/a"),
        (b"/a%2F%2Fb/", b"/a/b"),
        (b"/a%20b", b"/a b"),
        (b"/a\\b", b"/a/b"),
        (b"/%5ca%5C", b"/a"),
        (b"/a;x=1/b;/c", b"/a/b/c"),
        (b"/a%3Bx%2Fb", b"/a/b"),
        (b"/;x", b"/"),
        (b"/%zz", None),
    ],
)
def test_what_a_lenient_backend_reads(path: bytes, read: bytes | None) -> None:
    assert meant(path) == read
