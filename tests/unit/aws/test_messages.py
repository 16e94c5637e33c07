from __future__ import annotations

import contextlib
import itertools
import struct
from binascii import crc32
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.messages import LONGEST, MessageError, Reader, event, message

HEADERS = st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=30), max_size=4)


@given(HEADERS, st.binary(max_size=100))
def test_botocore_reads_the_messages(headers: dict[str, str], payload: bytes) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(message(headers, payload) * 2)
    found: list[Any] = list(buffer)
    assert [(each.headers, each.payload) for each in found] == [(headers, payload)] * 2


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=100)), max_size=4), st.lists(st.integers(0, 2000)))
def test_cut_anywhere_the_messages_are_read(sent: list[tuple[dict[str, str], bytes]], points: list[int]) -> None:
    data = b"".join(message(*each) for each in sent)
    edges = [0, *sorted(point % (len(data) + 1) for point in points), len(data)]
    reader = Reader()
    found = [each for a, b in itertools.pairwise(edges) for each in reader.feed(data[a:b])]
    assert found == sent
    assert reader.between


def test_an_event() -> None:
    ((headers, payload),) = Reader().feed(event("PayloadChunk", "application/octet-stream", b"x"))
    assert (headers[":event-type"], headers[":message-type"], payload) == ("PayloadChunk", "event", b"x")


def framed(block: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(block), len(block))
    start = prelude + struct.pack(">I", crc32(prelude)) + block
    return start + struct.pack(">I", crc32(start))


def test_headers_of_other_types_are_passed_over() -> None:
    block = b"\x01a\x00" + b"\x01b\x04\x00\x00\x00\x01" + b"\x01c\x06\x00\x02xy" + b"\x01d\x07\x00\x01z"
    assert Reader().feed(framed(block)) == [({"d": "z"}, b"")]


def prelude(total: int, head: int) -> bytes:
    start = struct.pack(">II", total, head)
    return start + struct.pack(">I", crc32(start))


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK",
        prelude(15, 0),
        prelude(20, 5),
        prelude(LONGEST + 1, 0),
        message({"a": "b"}, b"c")[:-1] + b"\x00",
        framed(b"\x05a"),
        framed(b"\x01a\x63"),
        framed(b"\x01a\x07\x00\x09z"),
        framed(b"\x01\xff\x00"),
    ],
)
def test_what_is_no_event_stream(data: bytes) -> None:
    with pytest.raises(MessageError):
        Reader().feed(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reader = Reader()
    with contextlib.suppress(MessageError):
        reader.feed(data)
