"""The companions process: other AWS services for local use, from moto."""

from __future__ import annotations

from pathlib import Path

from gatewright.app import common
from gatewright.companions.server import serve
from gatewright.supervisor.channel import Orders, Spec
from gatewright.supervisor.sockets import unix_listener


async def run(spec: Spec, orders: Orders) -> None:
    """Serve other AWS services from moto."""
    inside = Path(spec.run_dir) / common.INSIDE
    orders.ready()
    try:
        await serve(spec.sockets["companions"], spec.settings, orders.stopped(), unix_listener(inside))
    finally:
        inside.unlink(missing_ok=True)
