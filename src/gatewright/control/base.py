"""The Protocols of this room: what `app.py` fills from the data plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gatewright.program.records import Simulation, StageProgram


class MethodTester(Protocol):
    """Runs one method as a request would."""

    def invoke(self, program: StageProgram, verb: str, simulation: Simulation) -> Mapping[str, Any]:
        """Run the only method of the program. Blocks; call it outside of any transaction.

        `verb` is the request's. Gives the members of TestInvokeMethodResponse. Raises TimeoutError when the execution
        does not end by its own limits.
        """
        ...
