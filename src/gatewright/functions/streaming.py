"""Streamed responses: taken from the runtime as they arrive, given to the caller as they are.

A runtime says `Lambda-Runtime-Function-Response-Mode: streaming` and sends its response in chunks; an error midway
follows in the trailers Lambda-Runtime-Function-Error-Type and -Body (base64 of the error's JSON). Who called with
InvokeWithResponseStream gets each piece at once (`EventStream`); for Invoke they are gathered. A caller that has left
does not stop its function, as on AWS: what it says is thrown away.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html (implementing response streaming)
https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence

import orjson

from gatewright.aws.messages import CONTENT_TYPE, event
from gatewright.functions.invocation import Invocation
from gatewright.functions.outcomes import Outcome, reported, too_large
from gatewright.net.base import Incoming, Request
from gatewright.net.outlet import Outlet

MODE = b"lambda-runtime-function-response-mode"
STREAM_LIMIT = 200 * 1024 * 1024  # bytes of a streamed response: AWS's quota
_ERROR_TYPE = b"lambda-runtime-function-error-type"
_ERROR_BODY = b"lambda-runtime-function-error-body"


def announced(request: Request) -> bool:
    """Whether a runtime's POST brings a streamed response."""
    return request.header(MODE) == b"streaming" and request.path.endswith(b"/response")


class StreamedResponse:
    """A runtime's response on its way: `net.base.Taker`."""

    __slots__ = ("_error", "_flow", "_limit", "_pieces", "_size")

    def __init__(self, request: Incoming, invocation: Invocation, limit: int) -> None:
        """`limit` in bytes holds for what is gathered."""
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._error: Outcome | None = None
        self._flow = invocation.flow
        if self._flow is not None:
            self._flow.begin(request.resume_body)
        request.take_body(self)

    @property
    def most(self) -> int:
        """Bytes to admit. What is gathered may be twice too large, so that the runtime hears what is wrong."""
        return STREAM_LIMIT if self._flow is not None else self._limit * 2

    def piece(self, data: bytes) -> bool:
        """See `Taker.piece`."""
        if self._flow is not None:
            return self._flow.piece(data)
        self._size += len(data)
        self._pieces.append(data)
        return True

    def trailers(self, lines: Sequence[bytes]) -> None:
        """See `Taker.trailers`."""
        found: dict[bytes, bytes] = {}
        for line in lines:
            name, _, value = line.partition(b":")
            found[name.lower()] = value.strip()
        if _ERROR_TYPE in found:
            self._error = _midway(found[_ERROR_TYPE], found.get(_ERROR_BODY, b""))

    def outcome(self) -> Outcome:
        """What the invocation has come to, now that the response is complete."""
        if self._error is not None:
            return self._error
        if self._size > self._limit:
            return too_large()
        return Outcome(b"".join(self._pieces), streamed=True)


def _midway(kind: bytes, body: bytes) -> Outcome:
    """The error of a handler that failed after it had begun to answer."""
    try:
        outcome = reported(base64.b64decode(body, validate=True))
        if outcome.kind:
            return outcome
    except binascii.Error:
        pass
    name = kind.decode("latin-1")
    return Outcome(orjson.dumps({"errorType": name, "errorMessage": ""}), "Unhandled", kind=name)


class EventStream:
    """The answer to InvokeWithResponseStream: PayloadChunk events, then InvokeComplete. `invocation.Flow`.

    Who calls it hears of a function's error in the last event only: the status is 200 by then.
    """

    __slots__ = ("_head", "_outlet", "_request")

    def __init__(self, request: Request, request_id: str, version: str) -> None:
        self._request = request
        self._outlet = Outlet(request)
        self._head = b"Content-Type: %b\r\nx-amzn-RequestId: %b\r\nX-Amz-Executed-Version: %b\r\n" % (
            CONTENT_TYPE,
            request_id.encode(),
            version.encode(),
        )
        request.on_disconnect = self._outlet.cut

    @property
    def gone(self) -> bool:
        """Whether the caller has left: nothing can be answered any more."""
        return self._outlet.over

    def begin(self, resume: Callable[[], None] | None) -> None:
        """See `Flow.begin`."""
        self._outlet.resume = resume
        if not self._outlet.started and not self._outlet.over:
            self._outlet.start(200, self._head, None)

    def piece(self, data: bytes) -> bool:
        """See `Flow.piece`."""
        return not data or self._outlet.write(event("PayloadChunk", "application/octet-stream", data))

    def end(self, outcome: Outcome, tail: bytes | None) -> None:
        """Send what is not sent yet, and how it ended."""
        self.begin(None)
        complete: dict[str, str] = {}
        if outcome.error is None:
            self.piece(outcome.body)
        else:  # unverified: that ErrorCode is the word of X-Amz-Function-Error, not the error's type
            complete = {"ErrorCode": outcome.error, "ErrorDetails": outcome.body.decode("utf-8", "replace")}
        if tail is not None:
            complete["LogResult"] = base64.b64encode(tail).decode()
        self._outlet.write(event("InvokeComplete", "application/json", orjson.dumps(complete)))
        self._outlet.finish()
