"""The ways in which a step can decide."""

from __future__ import annotations

import asyncio

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import LATER, Answer, Exchange, Outcome
from gatewright.gateway.running import advance
from tests.plays.stage import FakeRequest
from tests.unit.gateway.support import answer_of, exchange

_DONE = Answer(200, b"", b"done")


def _go_on(_: Exchange) -> None:
    return None


def _finish(_: Exchange) -> Answer:
    return _DONE


def _refuse(_: Exchange) -> None:
    raise GatewayError("UNAUTHORIZED")


def _break(_: Exchange) -> None:
    raise ZeroDivisionError


def _later(_: Exchange) -> Outcome:
    return LATER


def _answered(made: Exchange) -> bool:
    assert isinstance(made.request, FakeRequest)
    return made.request.answer is not None


def test_steps_follow_each_other_until_one_ends_it() -> None:
    made = exchange()
    advance(made, (_go_on, _finish, _break))
    assert answer_of(made)[::2] == (200, b"done")


def test_an_error_ends_it() -> None:
    for step, status in ((_refuse, 401), (_break, 500)):
        made = exchange()
        advance(made, (step, _finish))
        assert answer_of(made)[0] == status


def test_steps_that_all_go_on_are_a_configuration_error() -> None:
    made = exchange()
    advance(made, (_go_on,))
    assert answer_of(made)[0] == 500


def test_a_step_with_a_callback_is_waited_for() -> None:
    made = exchange()
    advance(made, (_later, _break))
    assert not _answered(made)
    made.finish(_DONE)
    assert answer_of(made)[0] == 200


async def test_a_step_that_waits_goes_on_in_a_task() -> None:
    gate = asyncio.Event()

    async def wait(_: Exchange) -> None:
        await gate.wait()

    def step(made: Exchange) -> Outcome:
        return wait(made)

    made = exchange()
    advance(made, (_go_on, step, _finish))
    await asyncio.sleep(0)
    assert not _answered(made)
    gate.set()
    await asyncio.sleep(0.01)
    assert answer_of(made)[::2] == (200, b"done")


async def test_a_step_that_waits_may_end_it() -> None:
    async def answer() -> Answer:
        return _DONE

    async def refuse() -> None:
        raise GatewayError("UNAUTHORIZED")

    for coroutine, status in ((answer, 200), (refuse, 401)):
        made = exchange()
        advance(made, (lambda _, started=coroutine: started(), _break))  # type: ignore[misc]  # bound per turn
        await asyncio.sleep(0.01)
        assert answer_of(made)[0] == status
