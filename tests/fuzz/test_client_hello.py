"""The first bytes of TLS clients: whatever comes, a name, a number of bytes to wait for, or a refusal."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from gatewright.net.client_hello import MOST, NoHelloError, read
from tests.fuzz.effort import FUZZ
from tests.unit.net.test_client_hello import extension, hello, host, message, record

_REAL = hello("api.example.com")


def _read(data: bytes) -> str | int | None:
    with contextlib.suppress(NoHelloError):
        found = read(data)
        assert isinstance(found, str) or len(data) < found <= MOST
        return found
    return None


@FUZZ
@given(data=st.binary(max_size=200))
def test_anything(data: bytes) -> None:
    _read(data)
    _read(b"\x16\x03\x01" + data)
    _read(record(b"\x01" + data) if data else b"")


@FUZZ
@given(at=st.integers(0, len(_REAL) - 1), byte=st.integers(0, 255), end=st.integers(0, len(_REAL)))
def test_a_real_one_with_one_byte_changed(at: int, byte: int, end: int) -> None:
    changed = _REAL[:at] + bytes((byte,)) + _REAL[at + 1 :]
    whole = _read(changed)
    part = _read(changed[:end])
    if isinstance(part, str):
        assert part == whole  # what has been read does not change by what comes after


@FUZZ
@given(name=st.from_regex(r"[a-z0-9.-]{1,60}", fullmatch=True), cuts=st.lists(st.integers(1, 60), max_size=6))
def test_names_are_found_however_records_cut_them(name: str, cuts: list[int]) -> None:
    rest, records = message(extension(host(name.encode()))), b""
    for cut in cuts:
        piece, rest = rest[:cut], rest[cut:]
        records += record(piece) if piece else b""
    records += record(rest) if rest else b""
    assert _read(records) == name.removesuffix(".")
