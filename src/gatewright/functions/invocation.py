"""One invocation on its way from the Invoke API to a process and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gatewright.functions.logs import Tail
from gatewright.functions.outcomes import Outcome, Refusal

Done = Callable[["Invocation", "Outcome | Refusal"], None]


class Flow(Protocol):
    """Where a streamed response goes as it arrives."""

    def begin(self, resume: Callable[[], None] | None) -> None:
        """The response has begun. `resume` lets it go on after `piece` has returned False."""
        ...

    def piece(self, data: bytes) -> bool:
        """False: enough for now."""
        ...


class Invocation:
    """What a process is to be asked. `done` is called exactly once, on the event loop."""

    __slots__ = ("arn", "client_context", "done", "flow", "payload", "queued", "request_id", "tail", "trace_id")

    def __init__(
        self,
        request_id: str,
        arn: str,
        payload: bytes,
        trace_id: bytes,
        client_context: bytes | None,
        tail: bool,
        done: Done,
        flow: Flow | None = None,
    ) -> None:
        self.request_id = request_id
        self.arn = arn  # as invoked, with the qualifier
        self.payload = payload
        self.trace_id = trace_id
        self.client_context = client_context  # JSON, already decoded from base64
        self.tail = Tail() if tail else None
        self.done = done
        self.flow = flow  # who wants a streamed response as it arrives; None: whole
        self.queued = 0.0  # time.monotonic() of its arrival in the pool, set there
