"""Answers as they lie in a cache."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.clock import FakeClock
from gatewright.gateway.exchange import Answer
from gatewright.gateway.kept import LARGEST, WARNING, Attempt, keep, keeping, pack, unpack, warned
from gatewright.net.base import UpstreamResponse
from gatewright.state.memory import MemoryCache
from tests.unit.gateway.support import exchange


def parts(answer: Answer) -> tuple[int, bytes, bytes, int | None]:
    return answer.status, answer.head, answer.body, answer.length


@given(st.integers(200, 599), st.binary(), st.none() | st.integers(0, 2**62))
def test_answers_come_back_as_they_were(status: int, body: bytes, length: int | None) -> None:
    answer = Answer(status, b"X-A: 1\r\nX-B: \xff\r\n", body, length)
    made = exchange()
    made.request.method = "HEAD"
    assert parts(unpack(pack(answer), made)) == parts(answer)
    made.request.method = "GET"
    assert parts(unpack(pack(answer), made)) == (status, answer.head, body, None)


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"", b""),
        (b"X-Amzn-Trace-Id: Root=1\r\nX-A: 1\r\n", b"X-A: 1\r\n"),
        (b"X-A: x-amzn-trace-id: 1\r\nx-amzn-trace-id: 2\r\n", b"X-A: x-amzn-trace-id: 1\r\n"),
        (b"X-Amzn-Trace-Id-Not: 1\r\n", b"X-Amzn-Trace-Id-Not: 1\r\n"),
    ],
)
def test_the_trace_is_not_kept(head: bytes, kept: bytes) -> None:
    assert unpack(pack(Answer(200, head, b"")), exchange()).head == kept


@pytest.mark.parametrize(("size", "kept"), [(LARGEST, True), (LARGEST + 1, False)])
@pytest.mark.parametrize("warn", [True, False])
def test_what_is_kept(size: int, kept: bool, warn: bool) -> None:
    cache, made = MemoryCache(FakeClock(), 1 << 30), exchange()
    made.attempt = Attempt(cache, b"key", 10.0, None, warn)
    answer = keep(made, Answer(200, b"X-A: 1\r\n", b"x" * size))
    assert answer.head == b"X-A: 1\r\n" + (WARNING if warn else b"")
    found = cache.get(b"key")
    assert (found is not None) is kept
    assert found is None or unpack(found, made).head == b"X-A: 1\r\n"


def test_a_request_that_is_not_to_be_cached() -> None:
    made, answer = exchange(), Answer(200, b"", b"1")
    made.attempt = None
    assert keeping(lambda *_: answer)(made, UpstreamResponse(200, [], b"")) is answer


def test_warnings_change_nothing_else() -> None:
    answer = Answer(200, b"X-A: 1\r\n", b"1", 7)
    assert parts(warned(answer)) == (200, b"X-A: 1\r\n" + WARNING, b"1", 7)
