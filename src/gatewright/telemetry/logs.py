"""The node's own log: one line per event on standard error, each naming the process that wrote it."""

from __future__ import annotations

import logging
import sys
import time


class _Formatter(logging.Formatter):
    default_msec_format = "%s.%03dZ"
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        return time.gmtime(seconds)


def configure(level: str, process: str) -> None:
    """Log from `level` ("debug" … "error") on. Unhandled library chatter stays at warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(f"%(asctime)s %(levelname)-7s [{process}] %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    logging.getLogger("gatewright").setLevel(level.upper())
