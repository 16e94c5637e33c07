from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from gatewright.telemetry import delivery
from gatewright.telemetry.delivery import Courier, Event, NoAnswerError, Outcome, Pauses, batches, said
from gatewright.telemetry.queue import Budget, LineQueue, cost


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pauses, "grow", lambda pauses: 0.0)


class Service:
    """Answers in turn; the last answer stays."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[list[str]] = []

    async def send(self, events: Sequence[Event]) -> Outcome:
        self.sent.append([line for _, line in events])
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def _deliver(service: Service, *lines: tuple[str, float]) -> tuple[LineQueue, list[tuple[int, int, str]]]:
    arrived: list[tuple[int, int, str]] = []
    queue = LineQueue("q", Budget(10_000_000), lambda queue, urgent: None)
    courier = Courier(queue, service.send, lambda queue, *told: arrived.append(told))
    for line, at in lines:
        queue.write(line, at)
    courier.start()
    courier.start()  # it is on its way
    await courier.close(5)
    await courier.close(5)
    return queue, arrived


async def test_events_go_in_order_of_time() -> None:
    service = Service(Outcome())
    _, arrived = await _deliver(service, ("b", 2.0), ("a", 1.0), ("c", 2.0))
    assert service.sent == [["a", "b", "c"]]
    assert arrived == [(3 * cost("a"), 0, "")]


async def test_what_brings_no_answer_is_sent_again() -> None:
    service = Service(NoAnswerError("refused"), NoAnswerError("refused"), Outcome())
    _, arrived = await _deliver(service, ("a", 1.0))
    assert service.sent == [["a"]] * 3
    assert arrived == [(cost("a"), 0, "")]


async def test_only_what_failed_is_sent_again() -> None:
    service = Service(Outcome([(2.0, "b")], 0, "busy"), Outcome())
    _, arrived = await _deliver(service, ("a", 1.0), ("b", 2.0))
    assert service.sent == [["a", "b"], ["b"]]
    assert arrived == [(2 * cost("a"), 0, "")]


async def test_what_is_not_wanted_is_lost() -> None:
    _, arrived = await _deliver(Service(Outcome((), 1, "AccessDenied")), ("a", 1.0))
    assert arrived == [(cost("a"), 1, "AccessDenied")]


async def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.0)
    _, arrived = await _deliver(Service(NoAnswerError("timed out")), ("a", 1.0), ("b", 1.0))
    assert arrived == [(2 * cost("a"), 2, "timed out")]


async def test_what_comes_meanwhile_is_delivered_too() -> None:
    queue = LineQueue("q", Budget(10_000), lambda queue, urgent: None)
    sent: list[int] = []

    async def send(events: Sequence[Event]) -> Outcome:
        if not sent:
            queue.write("later", 2.0)
        sent.append(len(events))
        return Outcome()

    courier = Courier(queue, send, lambda *told: None)
    queue.write("first", 1.0)
    courier.start()
    await courier.close(5)
    assert sent == [1, 1]


async def test_who_is_stuck_does_not_hold_up_the_end() -> None:
    async def send(events: Sequence[Event]) -> Outcome:
        await asyncio.sleep(3600)
        raise AssertionError

    queue = LineQueue("q", Budget(10_000), lambda queue, urgent: None)
    courier = Courier(queue, send, lambda *told: None)
    queue.write("a", 1.0)
    courier.start()
    await courier.close(0.01)
    assert queue.held == cost("a")


def test_batches_are_bounded_in_bytes_and_lines() -> None:
    assert batches([]) == []
    assert batches(["x"] * 1200) == [(0, 500), (500, 1000), (1000, 1200)]
    large = "x" * (delivery.BATCH_BYTES // 2)
    assert batches([large, "x", large, large]) == [(0, 2), (2, 3), (3, 4)]
    assert batches(["x" * 2 * delivery.BATCH_BYTES, "x"]) == [(0, 1), (1, 2)]


def test_people_are_told_what_was_said() -> None:
    assert said(400, b"x" * 1000) == "400 " + "x" * delivery.TOLD
