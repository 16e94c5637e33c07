"""Response streaming: a backend's answer goes to the client as it arrives (`responseTransferMode: STREAM`).

AWS: "Stream the integration response for your proxy integrations in API Gateway". Nothing is gathered, so nothing is
converted, compressed or bounded in size. Until the head has come a call fails as any other; after that the client has
its status already, and what cannot be completed is cut. `timeoutInMillis` covers the whole answer (AWS: "Troubleshoot
issues with response streaming"), and silence within it ends it too. Not imposed: AWS's 2 MB/s after the first 10 MB,
which protects AWS's own network.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import LATER, Exchange, Later
from gatewright.gateway.integrations.calling import Backend, Complete, address, failed
from gatewright.gateway.live import Parts
from gatewright.net.base import Header, Origin, Prepared, StreamCall, UpstreamError
from gatewright.net.outlet import Outlet
from gatewright.telemetry.counters import StageCounters

logger = logging.getLogger("gatewright.gateway")


class Passage(ABC):
    """One answer on its way through: the upstream client's sink. What a backend's head becomes, subclasses say."""

    __slots__ = ("_began", "_counters", "_sent", "_status", "call", "exchange", "outlet")

    def __init__(self, exchange: Exchange, counters: StageCounters) -> None:
        self.exchange = exchange
        self.outlet = Outlet(exchange.request)
        self.call: StreamCall | None = None
        self._counters = counters
        self._began = exchange.clock.monotonic()
        self._sent = 0
        self._status = 0

    def carry(self, call: StreamCall) -> None:
        """The call that feeds this passage."""
        self.call = call
        self.outlet.resume = call.resume
        self.exchange.request.on_disconnect = self.left

    @abstractmethod
    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """See `Sink.head`."""

    def data(self, piece: bytes) -> bool:
        return self.write(piece)

    def end(self, error: UpstreamError | None) -> None:
        if error is not None:
            self.fail(failed(error))
        else:
            self.finish()

    # What subclasses use

    def answered(self, status: int, headers: list[Header]) -> None:
        """The backend has begun to answer: that is what integration latency counts."""
        waited = self.exchange.clock.monotonic() - self._began
        self.exchange.called(self._counters, status, waited, headers)
        if self.exchange.log is not None:
            self.exchange.log.received(status, waited, headers, None)

    def begin(self, status: int, head: bytes, length: int | None) -> None:
        """Send the head. One that is not sound HTTP ends the exchange."""
        try:
            self.outlet.start(status, self.exchange.started(status, head), length)
        except ValueError as error:
            self.fail(configuration_error(f"Invalid response: {error}"))
        else:
            self._status = status

    def write(self, piece: bytes) -> bool:
        """False: the backend should pause. A piece that goes beyond the length announced cuts the answer."""
        if self.outlet.over:
            return True
        self._sent += len(piece)
        try:
            return self.outlet.write(piece)
        except ValueError as error:
            self.fail(configuration_error(f"Invalid response: {error}"))
            return True

    def finish(self) -> None:
        if not self.outlet.over:
            self.outlet.finish()
            self.exchange.ended(self._status, self._sent)

    def fail(self, error: GatewayError) -> None:
        """Answer with a gateway response, or cut an answer that has begun."""
        if self.outlet.over:
            return
        self._leave()
        if not self.outlet.started:
            self.outlet.over = True
            self.exchange.fail(error)
            return
        logger.error("(%s) the streamed answer was cut: %s", self.exchange.request_id.decode(), error.log)
        self.outlet.cut()
        if self.exchange.log is not None:
            self.exchange.log.fail(error.log)
        self.exchange.ended(self._status, self._sent)

    def left(self) -> None:
        """The client has gone: nobody wants the rest."""
        if not self.outlet.over:
            self._leave()
            self.outlet.cut()
            self.exchange.ended(self._status or 499, self._sent)

    def _leave(self) -> None:
        if self.call is not None:
            self.call.cancel()


Open = Callable[[Exchange], Passage]


class StreamBackend(Backend):
    """A place to call whose answers pass through. `opened` makes the passage of one answer."""

    __slots__ = ("_idle", "_opened")

    def __init__(self, origin: Origin, timeout: float, complete: Complete, parts: Parts, opened: Open) -> None:
        super().__init__(origin, timeout, complete, parts)
        self._opened = opened
        self._idle = parts.program.stream_idle

    def call(
        self,
        exchange: Exchange,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
        prepared: Prepared | None = None,
        more: bytes = b"",
    ) -> Later:
        """See `Backend.call`."""
        everything = [*prepared.headers, *headers] if prepared is not None else list(headers)
        for line in more.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            if name:
                everything.append((name, value))
        if exchange.log is not None:
            exchange.log.sending(address(self._origin, target), everything, body)
        passage = self._opened(exchange)
        try:
            call = self._upstream.stream(
                self._origin,
                method,
                target,
                everything,
                body,
                passage,
                timeout=self._timeout,
                idle_timeout=self._idle,
                total=self._timeout,
            )
        except ValueError as error:
            raise configuration_error(f"Invalid request to the endpoint: {error}") from None
        passage.carry(call)
        return LATER
