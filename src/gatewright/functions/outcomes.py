"""What an invocation can end in, and the bodies of the errors that the host itself has to write.

A runtime reports its own errors; what it cannot report (it was too slow, it is gone, its answer is too large) the
host says in the runtime's place, with AWS's words.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import orjson

REQUEST_LIMIT = 6_291_456  # bytes of a synchronous request (6 MB)
EVENT_LIMIT = 1_048_576  # bytes of an asynchronous request (1 MB). unverified: AWS raised it from 256 KB in 2025
RESPONSE_LIMIT = 6_291_556  # bytes of a response: the figure in AWS's own message. unverified


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an invocation. `error` is the value of X-Amz-Function-Error, None when the handler returned."""

    body: bytes
    error: str | None = None
    streamed: bool = False  # the body came from a streaming handler, whatever its content type
    kind: str = ""  # the error's type, for the REPORT line


@dataclass(frozen=True, slots=True)
class Refusal:
    """An invocation that never reached a handler."""

    status: int
    code: str
    message: str
    reason: str | None = None


THROTTLED_RESERVED = Refusal(
    429, "TooManyRequestsException", "Rate Exceeded.", "ReservedFunctionConcurrentInvocationLimitExceeded"
)
THROTTLED = Refusal(429, "TooManyRequestsException", "Rate Exceeded.", "ConcurrentInvocationLimitExceeded")
CLOSING = Refusal(500, "ServiceException", "The function host is shutting down.")


def timed_out(request_id: str, seconds: float, now: float) -> Outcome:
    """The handler took longer than its Timeout."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
    message = f"{stamp} {request_id} Task timed out after {seconds:.2f} seconds"
    return _failed("Sandbox.Timedout", message)


def exited(request_id: str, returncode: int) -> Outcome:
    """The process ended in the middle of an invocation (`returncode` negative: by that signal)."""
    how = f"exit status {returncode}" if returncode >= 0 else f"signal: {_SIGNALS.get(-returncode, -returncode)}"
    if returncode == 0:
        return _failed("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited without providing a reason")
    return _failed("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {how}")


def not_started(request_id: str, why: str) -> Outcome:
    """No process could be started for this function."""
    return _failed("Runtime.InvalidEntrypoint", f"RequestId: {request_id} Error: {why}")


def too_large() -> Outcome:
    """The handler returned more than a response may hold."""
    return _failed(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).",
    )


def truncated(request_id: str) -> Outcome:
    """The runtime stopped in the middle of a streamed response. unverified: AWS's words"""
    message = f"RequestId: {request_id} Error: The response stream ended before it was complete"
    return _failed("Runtime.TruncatedResponse", message)


def reported(body: bytes) -> Outcome:
    """An error that the runtime has posted; the type comes from its body, since not every client sends the header."""
    try:
        kind = str(orjson.loads(body).get("errorType", ""))
    except (orjson.JSONDecodeError, AttributeError):
        kind = ""
    return Outcome(body, "Unhandled", kind=kind)


def _failed(kind: str, message: str) -> Outcome:
    return Outcome(orjson.dumps({"errorType": kind, "errorMessage": message}), "Unhandled", kind=kind)


_SIGNALS = {1: "hangup", 2: "interrupt", 6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
