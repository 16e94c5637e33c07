"""Log lines that a play has written (`telemetry.base.Lines`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gatewright.telemetry.base import Destination, Source


@dataclass
class Log:
    """One of its logs (`telemetry.base.Writer`)."""

    all: list[tuple[Destination, str, float]]
    source: Source
    destination: Destination

    def write(self, line: str, at: float) -> None:
        self.all.append((self.destination, line, at))


class Written:
    def __init__(self) -> None:
        self.all: list[tuple[Destination, str, float]] = []
        self.logs: list[Log] = []

    def open(self, source: Source, destination: Destination) -> Log:
        self.logs.append(Log(self.all, source, destination))
        return self.logs[-1]

    def dropped(self) -> Mapping[str, int]:
        return {}

    def take(self) -> list[str]:
        """The lines since the last time."""
        lines = [line for _, line, _ in self.all]
        self.all.clear()
        return lines
