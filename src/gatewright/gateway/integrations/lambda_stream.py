"""AWS_PROXY with `responseTransferMode: STREAM`: what a function says goes to the client as it says it.

AWS: "Set up a Lambda proxy integration with payload response streaming in API Gateway". The call is Lambda's
InvokeWithResponseStream, whose answer is an event stream: PayloadChunk events and one InvokeComplete. The chunks
together are the metadata of the response (JSON: statusCode, headers, multiValueHeaders, cookies), eight NUL bytes, and
the payload. The client's answer begins when the metadata are complete; without them within the first 16 KB it is 500.
A function that fails before that is answered with 502, as without streaming (unverified); afterwards the answer is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

from gatewright.aws.messages import MessageError, Reader
from gatewright.gateway.errors import GatewayError, bad_answer, configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.headers import ANSWER_LAMBDA, response_lines
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.proxy_response import function_error, headers_of, status_of
from gatewright.gateway.integrations.streaming import Open, Passage
from gatewright.net.base import Header, UpstreamError, UpstreamResponse
from gatewright.telemetry.counters import StageCounters

DELIMITER: Final = bytes(8)
METADATA_LIMIT: Final = 16 * 1024  # bytes of metadata and delimiter
_REFUSAL_KEPT: Final = 64 * 1024  # bytes of an error's body

Refused = Callable[[UpstreamResponse], GatewayError]


def stream_opener(refused: Refused, counters: StageCounters) -> Open:
    """Makes the passage of one answer. `refused`: what becomes of a call that Lambda did not take."""
    return lambda exchange: LambdaPassage(exchange, counters, refused)


def malformed(reason: str) -> GatewayError:
    """500: the function's output is not what a streamed response has to be. unverified: AWS's log line"""
    return configuration_error(f"Malformed Lambda proxy response: {reason}")


class LambdaPassage(Passage):
    """A function's streamed answer on its way through."""

    __slots__ = ("_complete", "_gathered", "_reader", "_refused", "_status_refused")

    def __init__(self, exchange: Exchange, counters: StageCounters, refused: Refused) -> None:
        super().__init__(exchange, counters)
        self._refused = refused
        self._reader: Any = Reader()  # not compiled
        self._gathered = b""  # until the metadata are complete; or the body of a refusal
        self._status_refused = 0
        self._complete = False

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """See `Sink.head`."""
        self.answered(status, headers)
        if status != 200:
            self._status_refused = status

    def data(self, piece: bytes) -> bool:
        """See `Sink.data`."""
        if self.outlet.over:
            return True
        if self._status_refused:
            self._gathered = (self._gathered + piece)[:_REFUSAL_KEPT]
            return True
        try:
            return self._events(piece)
        except GatewayError as error:
            self.fail(error)
        except MessageError as unreadable:  # a name of its own: mypyc gives a variable one type
            self.fail(bad_answer(f"Lambda's answer is no event stream: {unreadable}"))
        return True

    def end(self, error: UpstreamError | None) -> None:
        """See `Sink.end`."""
        if error is None and not self.outlet.over:
            if self._status_refused:
                self.fail(self._refused(UpstreamResponse(self._status_refused, [], self._gathered)))
            elif not self._complete:
                self.fail(bad_answer("Lambda's answer ended before it was complete"))
            elif not self.outlet.started:
                self.fail(malformed("it has no delimiter of eight NUL bytes"))
        super().end(error)

    def _events(self, piece: bytes) -> bool:
        go_on = True
        for headers, payload in self._reader.feed(piece):
            kind = headers.get(":event-type")
            if headers.get(":message-type") != "event":
                raise bad_answer(f"Lambda ended its answer: {headers.get(':exception-type')} {payload[:500]!r}")
            if kind == "PayloadChunk":
                go_on = self._payload(payload) and go_on
            elif kind == "InvokeComplete":
                self._completed(payload)
        return go_on

    def _payload(self, payload: bytes) -> bool:
        if self.outlet.started:
            return self.write(payload)
        gathered = self._gathered + payload
        end = gathered.find(DELIMITER, max(0, len(self._gathered) - len(DELIMITER)))
        if end + len(DELIMITER) > METADATA_LIMIT or (end < 0 and len(gathered) >= METADATA_LIMIT):
            raise malformed("metadata and delimiter are not within the first 16 KB")
        if end < 0:
            self._gathered = gathered
            return True
        self._gathered = b""
        status, head, length = parse_metadata(gathered[:end], answered_trace_id(self.exchange.trace))
        self.begin(status, head, length)
        return self.write(gathered[end + len(DELIMITER) :])

    def _completed(self, payload: bytes) -> None:
        self._complete = True
        document = _json(payload)
        if not isinstance(document, dict):
            raise bad_answer("Lambda's last event is unreadable")
        if document.get("ErrorCode"):
            details = str(document.get("ErrorDetails") or "")
            raise function_error(str(document["ErrorCode"]), details.encode())


def parse_metadata(data: bytes, trace: bytes) -> tuple[int, bytes, int | None]:
    """Status, header lines and the length announced. Members beyond the four are ignored (unverified).

    Raises GatewayError (500).
    """
    document = _json(data)
    if not isinstance(document, dict):
        raise malformed("its metadata are not a JSON object")
    cookies = document.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) for cookie in cookies):
        raise malformed("cookies must be a list of strings")
    try:
        status = status_of(document.get("statusCode"))
        headers = headers_of(document, cookies)
    except GatewayError:
        raise malformed("its metadata cannot be sent") from None
    lines, typed = response_lines(headers, ANSWER_LAMBDA)
    if not typed:
        lines.append(b"Content-Type: application/json\r\n")
    lines.append(b"X-Amzn-Trace-Id: %b\r\n" % trace)
    return status, b"".join(lines), _announced(headers)


def _announced(headers: list[Header]) -> int | None:
    for name, value in headers:
        if name.lower() == b"content-length" and value.isdigit() and len(value) < 20:
            return int(value)
    return None


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
