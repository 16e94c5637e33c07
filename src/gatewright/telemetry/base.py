"""The Protocols of this room: where the data plane leaves what it has seen. None of them waits, and none raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Destination:
    """Where lines go: a log group or a Firehose stream, by account, Region and name."""

    kind: Literal["logs", "firehose"]
    account: str
    region: str
    name: str


class Lines(Protocol):
    """Log lines on their way out of a worker: batched, bounded; what finds no room is dropped and counted."""

    def write(self, destination: Destination, line: str, at: float) -> None:
        """`line` without its end, `at` in epoch seconds."""
        ...


class Spool(Protocol):
    """Records on their way to the control process, which keeps them. Survives the death of the worker."""

    def write(self, kind: str, record: Any) -> None:
        """`record` is whatever JSON can say; `kind` says who reads it."""
        ...
