"""The Python bootstrap's pure parts; what it does as a process is in tests/unit/functions/test_streaming.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from gatewright.functions.runtimes.bootstrap import PLAIN_TYPE, PRELUDE_TYPE, Marshaller, encoded, stream_of


def given(*pieces: Any) -> Iterator[Any]:
    yield from pieces


async def given_later(*pieces: Any) -> AsyncIterator[Any]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("maker", [given, given_later])
def test_generators_are_streams(maker: Any) -> None:
    found = stream_of(maker("a", b"b", bytearray(b"c")))
    assert found is not None
    assert (list(found[0].pieces), found[1]) == ([b"a", b"b", b"c"], PLAIN_TYPE)


def test_a_dict_first_is_the_metadata() -> None:
    found = stream_of(given({"statusCode": 201}, "x", "ü"))
    assert found is not None
    assert (list(found[0].pieces), found[1]) == (
        [b'{"statusCode": 201}' + bytes(8), b"x", "ü".encode()],
        PRELUDE_TYPE,
    )


def test_nothing_at_all() -> None:
    found = stream_of(given())
    assert found is not None
    assert list(found[0].pieces) == []


@pytest.mark.parametrize("response", [None, "x", [1], {"statusCode": 200}, iter([1])])
def test_all_else_is_no_stream(response: Any) -> None:
    assert stream_of(response) is None


def test_what_fails_at_once_fails_before_the_response_begins() -> None:
    def fails() -> Iterator[Any]:
        yield 1 / 0

    with pytest.raises(ZeroDivisionError):
        stream_of(fails())


def test_pieces_are_bytes() -> None:
    with pytest.raises(TypeError, match="not int"):
        encoded(1)


def test_other_responses_are_marshalled_as_ever() -> None:
    assert Marshaller().marshal_response({"a": 1}) == ('{"a": 1}', "application/json")
