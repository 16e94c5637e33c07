from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.tracing import Sampler, Sent, build
from tests.unit.gateway.test_series import rest


@pytest.mark.parametrize(
    ("header", "root", "parent", "sampled"),
    [
        (None, b"", b"", None),
        (b"Root=1-a-b", b"1-a-b", b"", None),
        (b"Self=1-x-y; Root=1-a-b ;Parent=p;Sampled=1", b"1-a-b", b"p", True),
        (b"Sampled=0;Root=1-a-b", b"1-a-b", b"", False),
        (b"Root=1-a-b;Sampled=?", b"1-a-b", b"", None),
        (b"nonsense", b"", b"", None),
    ],
)
def test_headers(header: bytes | None, root: bytes, parent: bytes, sampled: bool | None) -> None:
    sent = Sent(header)
    assert (sent.root, sent.parent, sent.sampled) == (root, parent, sampled)


def test_one_a_second_and_one_in_twenty_are_taken() -> None:
    clock = FakeClock()
    numbers = iter([0.04, 0.05, 0.99])
    sampler = Sampler(clock, lambda: next(numbers))
    assert [sampler.take() for _ in range(4)] == [True, True, False, False]
    clock.advance(1.0)
    assert sampler.take()


def test_spans_that_nobody_exports_are_not_written() -> None:
    assert build(rest(tracingEnabled=True), Telemetry(FakeClock(), traces=True)) is None
