"""One process of a node: `python -m gatewright.cli.process ROLE`, started by the supervisor only."""

from __future__ import annotations

import gc
import logging
import sys

import uvloop

from gatewright import app
from gatewright.supervisor.channel import Orders, Spec, receive
from gatewright.telemetry import logs

log = logging.getLogger(__name__)


async def _serve(spec: Spec, orders: Orders) -> None:
    orders.start()
    await app.role(spec.role)(spec, orders)


def main() -> int:
    """Run the role that the supervisor ordered; the exit code is 0 after a drain."""
    try:
        spec, line = receive()
    except ValueError as error:
        print(f"gatewright: {error}", file=sys.stderr)
        return 2
    name = f"{spec.role}-{spec.index}" if spec.role == "worker" else spec.role
    logs.configure(spec.settings.log_level, name)
    gc.freeze()  # what was imported stays: the collector need not look at it again
    try:
        uvloop.run(_serve(spec, Orders(line)))
    except Exception as error:
        log.error("%s: %s", type(error).__name__, error, exc_info=spec.settings.log_level == "debug")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
