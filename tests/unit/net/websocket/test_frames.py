"""Frames by tables, by random cuts, and against a model."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.net.websocket.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    FrameError,
    FrameReader,
    close_frame,
    frame,
    frames,
    read_close,
    unmask,
)

MASK = b"\x01\x02\x03\x04"


def sent(opcode: int, payload: bytes = b"", *, last: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """A frame as a client sends it."""
    plain = frame(opcode, payload, last=last)
    head = plain[: len(plain) - len(payload)]
    first = bytes((head[0] | reserved << 4,))
    if not masked:
        return first + head[1:] + payload
    return first + bytes((head[1] | 0x80,)) + head[2:] + MASK + unmask(payload, MASK)


def reader() -> FrameReader:
    return FrameReader(32 * 1024, 128 * 1024)


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (sent(TEXT, b"hello"), [(TEXT, b"hello")]),
        (sent(TEXT), [(TEXT, b"")]),
        (sent(BINARY, b"\xff" * 126), [(BINARY, b"\xff" * 126)]),
        (sent(BINARY, b"x" * 32768), [(BINARY, b"x" * 32768)]),
        (sent(TEXT, b"a", last=False) + sent(CONTINUATION, b"b"), [(TEXT, b"ab")]),
        (
            sent(TEXT, b"a", last=False) + sent(PING, b"p") + sent(CONTINUATION, b"b"),
            [(PING, b"p"), (TEXT, b"ab")],
        ),
        (sent(TEXT, b"\xce", last=False) + sent(CONTINUATION, b"\xba"), [(TEXT, b"\xce\xba")]),
        (sent(PONG, b"x" * 125), [(PONG, b"x" * 125)]),
        (sent(TEXT, b"a") + sent(CLOSE) + b"anything", [(TEXT, b"a"), (CLOSE, b"")]),
    ],
)
def test_sound_frames(data: bytes, events: list[tuple[int, bytes]]) -> None:
    assert reader().feed(data) == events
    one_by_one = reader()
    found = []
    for number in range(len(data)):
        found += one_by_one.feed(data[number : number + 1])
        if found and found[-1][0] == CLOSE:
            break
    assert found == events


@pytest.mark.parametrize("size", [1, 3, 64, 1000])
def test_large_frames_in_small_pieces(size: int) -> None:
    one_by_one = FrameReader(1 << 20, 1 << 20)
    data = sent(BINARY, bytes(70_000)) + sent(TEXT, b"x" * 200) + sent(PING)
    found = []
    for at in range(0, len(data), size):
        found += one_by_one.feed(data[at : at + size])
    assert found == [(BINARY, bytes(70_000)), (TEXT, b"x" * 200), (PING, b"")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(TEXT, b"a", masked=False), 1002),
        (sent(TEXT, b"a", reserved=4), 1002),
        (sent(TEXT, b"a", reserved=1), 1002),
        (sent(3), 1002),
        (sent(11), 1002),
        (sent(PING, b"p", last=False), 1002),
        (sent(PING, b"x" * 126), 1002),
        (sent(CONTINUATION, b"a"), 1002),
        (sent(TEXT, b"a", last=False) + sent(TEXT, b"b"), 1002),
        (b"\x81\xfe\x00\x05" + MASK + b"hello", 1002),
        (b"\x81\xff\x00\x00\x00\x00\x00\x00\x00\x05" + MASK + b"hello", 1002),
        (b"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x05", 1002),
        (sent(TEXT, b"\xff"), 1007),
        (sent(TEXT, b"\xce"), 1007),
        (sent(TEXT, b"\xed\xa0\x80"), 1007),
        (sent(TEXT, b"\xce", last=False) + sent(CONTINUATION, b"a", last=False), 1007),
        (sent(TEXT, b"a", last=False) + sent(CONTINUATION, b"\xce"), 1007),
        (sent(TEXT, b"x" * 32769)[:10], 1009),
        (sent(TEXT, b"x" * 30000, last=False) + sent(CONTINUATION, b"x" * 30000, last=False) * 4, 1009),
    ],
)
def test_unsound_frames_end_the_connection(data: bytes, code: int) -> None:
    frames_of = reader()
    frames_of.feed(data)
    assert frames_of.refused is not None
    assert frames_of.refused.code == code


def test_what_came_before_an_unsound_frame_is_whole() -> None:
    frames_of = reader()
    assert frames_of.feed(sent(TEXT, b"a") + sent(3)) == [(TEXT, b"a")]
    assert frames_of.refused is not None


messages = st.lists(st.tuples(st.booleans(), st.lists(st.text(max_size=40), min_size=1, max_size=4)), max_size=5)


@given(messages, st.lists(st.integers(1, 50), min_size=1))
def test_messages_come_whole_however_they_are_cut(found: list[tuple[bool, list[str]]], cuts: list[int]) -> None:
    data, expected = b"", []
    for binary, parts in found:
        kind = BINARY if binary else TEXT
        for number, part in enumerate(parts):
            opcode = kind if number == 0 else CONTINUATION
            data += sent(opcode, part.encode(), last=number == len(parts) - 1)
        expected.append((kind, "".join(parts).encode()))
    frames_of, events, number = reader(), [], 0
    while data:
        size = cuts[number % len(cuts)]
        events += frames_of.feed(data[:size])
        data, number = data[size:], number + 1
    assert events == expected


@given(st.binary(max_size=300))
def test_rubbish_gives_events_or_a_refusal(data: bytes) -> None:
    frames_of = reader()
    frames_of.feed(data)
    assert frames_of.refused is None or frames_of.refused.code in (1002, 1007, 1009)


@given(st.binary(max_size=1000), st.binary(min_size=4, max_size=4))
def test_a_mask_undoes_itself(payload: bytes, mask: bytes) -> None:
    assert unmask(unmask(payload, mask), mask) == payload
    assert unmask(payload, mask) == bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 131072])
def test_what_the_server_sends_is_what_a_client_reads(size: int) -> None:
    payload = os.urandom(size)
    data = frames(BINARY, payload, 32768)
    found, at, kinds = b"", 0, []
    while at < len(data):
        length, head = data[at + 1], 2
        if length == 126:
            length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
        elif length == 127:
            length, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
        kinds.append(data[at])
        found += data[at + head : at + head + length]
        at += head + length
    assert found == payload
    assert kinds[-1] & 0x80
    assert [kind & 0x0F for kind in kinds] == [BINARY] + [CONTINUATION] * (len(kinds) - 1)


@pytest.mark.parametrize(
    ("payload", "result"),
    [
        (b"", (1005, "")),
        (b"\x03\xe8", (1000, "")),
        (b"\x03\xe8bye \xc3\xa9", (1000, "bye é")),
        (b"\x0b\xb8", (3000, "")),
        (b"\x13\x87", (4999, "")),
    ],
)
def test_closes(payload: bytes, result: tuple[int, str]) -> None:
    assert read_close(payload) == result
    assert close_frame(*result) == frame(CLOSE, payload)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"\x03", 1002),
        *[(code.to_bytes(2, "big"), 1002) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)],
        (b"\x03\xe8\xff", 1007),
    ],
)
def test_closes_that_may_not_be_sent(payload: bytes, code: int) -> None:
    with pytest.raises(FrameError) as refusal:
        read_close(payload)
    assert refusal.value.code == code


def test_a_long_reason_is_cut_between_characters() -> None:
    assert close_frame(1000, "é" * 100) == frame(CLOSE, b"\x03\xe8" + "é".encode() * 61)
