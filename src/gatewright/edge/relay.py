"""A forwarded answer that goes to the client as it arrives: the Lambda API's InvokeWithResponseStream."""

from __future__ import annotations

from collections.abc import Callable

from gatewright.net.base import Failure, Header, Request, StreamCall, UpstreamError
from gatewright.net.outlet import Outlet

Block = Callable[[list[Header]], bytes]  # the header lines that are passed on
Refuse = Callable[[UpstreamError], tuple[int, bytes, bytes]]  # how a call that failed is answered


class Relay:
    """The upstream client's sink for one request."""

    __slots__ = ("_block", "_call", "_outlet", "_refuse", "_request")

    def __init__(self, request: Request, block: Block, refuse: Refuse) -> None:
        self._request = request
        self._outlet = Outlet(request)
        self._block = block
        self._refuse = refuse
        self._call: StreamCall | None = None

    def carry(self, call: StreamCall) -> None:
        """The call that feeds this answer."""
        self._call = call
        self._outlet.resume = call.resume
        self._request.on_disconnect = self._left

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """See `Sink.head`."""
        try:
            self._outlet.start(status, self._block(headers), length)
        except ValueError as error:
            self._fail(UpstreamError(Failure.PROTOCOL, str(error)))

    def data(self, piece: bytes) -> bool:
        """See `Sink.data`."""
        return self._outlet.over or self._outlet.write(piece)

    def end(self, error: UpstreamError | None) -> None:
        """See `Sink.end`."""
        if error is not None:
            self._fail(error)
        else:
            self._outlet.finish()

    def _fail(self, error: UpstreamError) -> None:
        if self._outlet.started:
            self._outlet.cut()
        elif not self._outlet.over:
            self._outlet.over = True
            self._request.respond(*self._refuse(error))
        self._cancel()

    def _left(self) -> None:
        self._outlet.cut()
        self._cancel()

    def _cancel(self) -> None:
        if self._call is not None:
            self._call.cancel()
