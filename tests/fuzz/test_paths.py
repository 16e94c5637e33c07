"""Paths: whatever a client writes, no reading of it by a backend is missed, and looking takes no time to speak of."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.paths import has_dot_segments, meant, without_needless
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(
    ["/", "//", ".", "..", "%2e", "%2E", "%2f", "%2F", "\\", "%5c", ";", "%3b", "a", "%61", "%", "%2", "25", "x=1", "é"]
)
PATHS = st.lists(_PIECES, max_size=25).map(lambda pieces: "/" + "".join(pieces)).map(str.encode)


@FUZZ
@given(PATHS)
def test_no_dot_segment_is_missed(path: bytes) -> None:
    read = unquote_to_bytes(path)
    segments = [segment.partition(b";")[0] for segment in re.split(rb"[/\\]", read)[1:]]
    assert has_dot_segments(path) is any(segment in (b".", b"..") for segment in segments)


@FUZZ
@given(PATHS)
def test_routing_sees_what_was_sent(path: bytes) -> None:
    routed = without_needless(path)
    assert unquote_to_bytes(routed) == unquote_to_bytes(path)
    assert without_needless(routed) == routed
    assert has_dot_segments(routed) is has_dot_segments(path)


@FUZZ
@given(PATHS)
def test_what_is_meant_has_one_form(path: bytes) -> None:
    read = meant(path) or path
    assert b"//" not in read
    assert read == b"/" or not read.endswith(b"/")


@FUZZ
@given(st.sampled_from([b"/..;", b"/.%2e", b"%2F..", b"/%", b"//", b"/..;x%2F", b"\\.."]), st.integers(0, 3000))
def test_long_paths(piece: bytes, times: int) -> None:
    path = b"/" + piece * times + b"x"
    has_dot_segments(path)
    meant(path)
    without_needless(path)
