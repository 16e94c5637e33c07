"""The Protocols of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class CompileError(Exception):
    """A frozen API that cannot become a program. `place` names resource and method ("GET /orders"), the message why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


class RefusedError(Exception):
    """A part of a method that cannot be compiled; the message says which and why."""


class Publisher(Protocol):
    """Hands programs to the workers. Blocks: call it from a worker thread, after the transaction has committed."""

    def publish(self, account: str, region: str, api_id: str, stage: str) -> None:
        """Write this stage's program from what the store now holds (or remove it, when it is gone) and ring the bell.

        Writes nothing and rings nothing when the program is unchanged. Returns when every worker serves it, or after
        the bell's time limit; a worker that could not load it is logged. Raises CompileError when it does not compile
        (nothing has changed then).
        """
        ...

    def publish_domains(self) -> None:
        """Write what the domain names of this node lead to, as `publish` does for a stage."""
        ...

    def publish_usage(self) -> None:
        """Write the usage plans and API keys of this node, as `publish` does for a stage."""
        ...

    def republish(self, names: Sequence[str] | None) -> None:
        """Publish what another node has changed, by the names of programs; None: whatever there is. Never raises for
        one of them: what cannot be published is logged.
        """
        ...

    def publish_all(self) -> None:
        """Make the folder of programs equal to what the store says (at start): write, remove, ring once."""
        ...
