"""Who is told of every exchange that has ended: what a stage does not want to be seen costs nothing.

A watch is called once, after the answer has gone to the client, with the exchange as it ended: `status`, `sent` (bytes
of the answer's body), `latency` and `integration_latency` (seconds), `integration_status`, `error`. It must not wait,
and must not raise.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewright.gateway import execution_logs, tracing
from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.websocket import WebSocketProgram

AnyProgram = StageProgram | HttpApiProgram | WebSocketProgram
Builder = Callable[[AnyProgram, Telemetry], Watch | None]

WATCHERS: tuple[Builder, ...] = (execution_logs.build, tracing.build)


def build(program: AnyProgram, telemetry: Telemetry | None, *own: Watch | None) -> Watch | None:
    """What is told of the exchanges of a stage; None: nobody wants to know. Each product brings watches of its own."""
    if telemetry is None:
        return None
    wanted = (*own, *(builder(program, telemetry) for builder in WATCHERS))
    watches = tuple(watch for watch in wanted if watch is not None)
    if len(watches) < 2:
        return watches[0] if watches else None

    def watch(exchange: Exchange) -> None:
        for each in watches:
            each(exchange)

    return watch
