"""Log lines that a play has written (`telemetry.base.Lines`)."""

from __future__ import annotations

from gatewright.telemetry.base import Destination


class Written:
    def __init__(self) -> None:
        self.all: list[tuple[Destination, str, float]] = []

    def write(self, destination: Destination, line: str, at: float) -> None:
        self.all.append((destination, line, at))

    def take(self) -> list[str]:
        """The lines since the last time."""
        lines = [line for _, line, _ in self.all]
        self.all.clear()
        return lines
