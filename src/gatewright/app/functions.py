"""The functions process: serves the Lambda API and runs handlers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from gatewright.app import common
from gatewright.clock import SystemClock
from gatewright.functions.serving import FunctionServer
from gatewright.supervisor.channel import Orders, Spec


async def run(spec: Spec, orders: Orders) -> None:
    """Serve the Lambda API and run handlers; done after a drain."""
    settings = spec.settings
    store = await asyncio.to_thread(common.open_store, settings)
    server = FunctionServer(
        settings, store, settings.data, SystemClock(), common.authenticator(settings), spec.endpoint_url
    )
    listeners = common.sockets(spec)
    await server.start(listeners["functions"], listeners["invoke"])
    loop = asyncio.get_running_loop()
    listening = common.listening(store, lambda names: _hand_over(loop, server.host.changed_elsewhere, names))
    orders.ready()
    await orders.stopped()
    await listening()
    await server.drain(0.5 if orders.orphaned else settings.drain_timeout)
    await asyncio.to_thread(store.close)


def _hand_over(
    loop: asyncio.AbstractEventLoop, heard: Callable[[Sequence[str] | None], None], names: Sequence[str] | None
) -> None:
    """What a thread has heard, to whom it concerns on the loop."""
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(heard, names)
