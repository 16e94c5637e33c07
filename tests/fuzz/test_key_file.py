"""Files of API keys: any bytes are entries or are refused, and reading them takes no time to speak of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.control.rest.key_file import Entry, FileError, parse
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(["name", "key", ",", "\n", "\r\n", "\r", '"', "'", " ", "\t", "\ufeff", "a", "é"])
FILES = st.one_of(
    st.binary(max_size=200),
    st.lists(_PIECES, max_size=40).map(lambda pieces: "".join(["name,key\n", *pieces]).encode()),
    st.sampled_from(['"', "'", ",", "a'", '""', "\n"]).map(lambda piece: ("name,key\n" + piece * 50_000).encode()),
)


@FUZZ
@given(FILES)
def test_any_file(body: bytes) -> None:
    try:
        entries = parse(body)
    except FileError:
        return
    assert all(isinstance(entry, Entry) for entry in entries)
