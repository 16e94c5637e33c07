"""Walks an exchange through its steps. No Task as long as no step waits by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from gatewright.gateway.base import Kept
from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import LATER, Answer, Exchange, Step

_tasks: set[asyncio.Task[None]] = set()  # a Task that nobody holds may be collected while it waits


def advance(exchange: Exchange, steps: Sequence[Step], index: int = 0) -> None:
    """Run the steps from `index` on until one ends the exchange or waits. Never raises."""
    try:
        while index < len(steps):
            outcome = steps[index](exchange)
            index += 1
            if outcome is None:
                continue
            if outcome is LATER:
                return
            if isinstance(outcome, Answer):
                exchange.finish(outcome)
            else:
                task = asyncio.ensure_future(_wait(exchange, outcome, steps, index))
                _tasks.add(task)
                task.add_done_callback(_tasks.discard)
            return
        raise configuration_error("the method has no step that answers")
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
        exchange.fail(error)


def refuse(exchange: Exchange, error: BaseException, ring: Kept | None) -> None:
    """End an exchange that got no steps. `ring` keeps it if it has found no stage, whose watch would."""
    if ring is not None and ring.hint:
        exchange.more += b"%b%b\r\n" % (ring.hint, exchange.request_id)
    exchange.fail(error)
    if ring is not None and exchange.error is not None:
        ids = exchange.request_id, exchange.extended_id
        ring.refuse(exchange.request, exchange.target, exchange.error, ids, exchange.clock.now())


async def _wait(exchange: Exchange, outcome: Awaitable[Answer | None], steps: Sequence[Step], index: int) -> None:
    try:
        answer = await outcome
    except Exception as error:  # noqa: BLE001 - as above
        exchange.fail(error)
        return
    if answer is None:
        advance(exchange, steps, index)
    else:
        exchange.finish(answer)
