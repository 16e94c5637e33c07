"""The Protocols of this room: where the data plane leaves what it has seen. None of them waits, and none raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Destination:
    """Where lines go: a log group or a Firehose stream, by account, Region and name.

    `end`: what each line ends with there; records of a Firehose stream are joined as they are.
    """

    kind: Literal["logs", "firehose"]
    account: str
    region: str
    name: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose lines they are: those of a stage; of its canary, when that has a log of its own."""

    log: Literal["access", "execution"]
    api_id: str
    stage: str
    canary: bool = False


class Writer(Protocol):
    """Takes the lines of one log."""

    def write(self, line: str, at: float) -> None:
        """`line` without an end; `at` in epoch seconds. What would end it inside is shown as an escape in files."""
        ...


class Lines(Protocol):
    """Log lines on their way out of a worker: batched, bounded; what finds no room is dropped and counted."""

    def open(self, source: Source, destination: Destination) -> Writer:
        """What takes the lines of a log. Asked when a program is installed, not per line."""
        ...

    def dropped(self) -> Mapping[str, int]:
        """How many lines have been dropped since the start, by the place that they were for; places with none not."""
        ...


class Spool(Protocol):
    """Records on their way to the control process, which keeps them. Survives the death of the worker."""

    def write(self, kind: str, record: Any) -> None:
        """`record` is whatever JSON can say; `kind` says who reads it."""
        ...
