"""The node's own log: one line per event on standard error, each naming the process that wrote it."""

from __future__ import annotations

import logging
import re
import sys
import time

_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)  # ends of lines, and what terminals obey


class _Formatter(logging.Formatter):
    default_msec_format = "%s.%03dZ"
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        return time.gmtime(seconds)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's name
        """One line, whatever a client has put into it: nobody but this process begins a new one."""
        record.message = _UNPRINTABLE.sub(lambda sign: ascii(sign[0])[1:-1], record.message)
        return super().formatMessage(record)


def configure(level: str, process: str) -> None:
    """Log from `level` ("debug" … "error") on. Unhandled library chatter stays at warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(f"%(asctime)s %(levelname)-7s [{process}] %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    logging.getLogger("gatewright").setLevel(level.upper())
