"""Calls a backend: the answer's way back into the exchange, and what AWS makes of a call that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import unquote

from gatewright.gateway.base import Means
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import LATER, Answer, Exchange, Later
from gatewright.gateway.kept import keeping
from gatewright.net.base import Failure, Header, Origin, Prepared, UpstreamError, UpstreamResponse

SHOWN: Final = 1000  # bytes of an answer that errors tell of

Complete = Callable[[Exchange, UpstreamResponse], Answer]


class Backend:
    """A place to call. Answers are given to `complete`, which makes the client's answer or raises GatewayError."""

    __slots__ = ("_complete", "_counters", "_limit", "_origin", "_timeout", "_upstream")

    def __init__(self, origin: Origin, timeout: float, complete: Complete, parts: Means) -> None:
        self._origin = origin
        self._timeout = timeout
        self._complete = keeping(complete) if parts.keeps else complete
        self._upstream = parts.upstream
        self._limit = parts.max_payload
        self._counters = parts.counters

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
        """Send the request; the exchange ends in the callback. Raises GatewayError for one that cannot be sent."""
        if exchange.log is not None:
            exchange.log.sending(address(self._origin, target), _all(headers, prepared, more), body)
        monotonic = exchange.clock.monotonic
        started = monotonic()

        def done(result: UpstreamResponse | UpstreamError) -> None:
            taken = monotonic() - started
            try:
                if isinstance(result, UpstreamError):
                    exchange.called(self._counters, 0, taken)
                    raise failed(result)
                exchange.called(self._counters, result.status, taken, result.headers)
                if exchange.log is not None:
                    exchange.log.received(result.status, taken, result.headers, result.body)
                answer = self._complete(exchange, result)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
                if isinstance(error, GatewayError):
                    tell_of_call(error, address(self._origin, target), result)
                exchange.fail(error)
            else:
                exchange.finish(answer)

        try:
            self._upstream.fetch(
                self._origin,
                method,
                target,
                headers,
                body,
                done,
                timeout=self._timeout,
                max_body=self._limit,
                prepared=prepared,
                more=more,
            )
        except ValueError as error:
            raise configuration_error(f"Invalid request to the endpoint: {error}") from None
        return LATER


def tell_of_call(error: GatewayError, called: str, result: UpstreamResponse | UpstreamError) -> None:
    """Let an error know of the call that it comes from, for `gatewright explain`."""
    why: dict[str, Any] = {"address": called}
    if isinstance(result, UpstreamError):
        why["failure"] = str(result.failure)
        why["reason"] = result.detail
    else:
        why["status"] = result.status
        why["answer"] = result.body[:SHOWN].decode("utf-8", "replace")
    error.why = why | dict(error.why or {})


def address(origin: Origin, target: bytes) -> str:
    """A backend's URL as logs show it: that of a function of this node is AWS's."""
    path = target.decode("latin-1")
    if origin.unix is not None and path.startswith("/2015-03-31/functions/"):
        path = unquote(path)
        words = path.split(":")  # of the function's ARN
        return f"https://lambda.{words[3]}.amazonaws.com{path}" if len(words) > 5 else path
    usual = origin.port == (443 if origin.scheme == "https" else 80)
    return f"{origin.scheme}://{origin.host}{'' if usual else f':{origin.port}'}{path}"


def _all(headers: Sequence[Header], prepared: Prepared | None, more: bytes) -> list[Header]:
    """The headers of a call in the order in which they are sent."""
    lines = (line.partition(b": ") for line in more.split(b"\r\n") if line)
    before = prepared.headers if prepared is not None else ()
    return [*before, *headers, *((name, value) for name, _, value in lines)]


# unverified: what AWS answers to a payload over the limit and to TLS failures (504 documented, 500 reported).
_NETWORK: Final = "Network error communicating with endpoint"
_ADDRESS: Final = frozenset({Failure.UNRESOLVABLE, Failure.REFUSED})
_NETWORK_FAILURES: Final = frozenset({Failure.TLS, Failure.CLOSED, Failure.PROTOCOL})


def failed(error: UpstreamError) -> GatewayError:
    """The gateway response for a backend that gave no answer."""
    failure = error.failure
    if failure in (Failure.TIMEOUT, Failure.CONNECT_TIMEOUT):
        return GatewayError(
            "INTEGRATION_TIMEOUT", log=f"Execution failed due to a timeout error ({error.detail or failure})"
        )
    if failure in _ADDRESS:
        return configuration_error("Invalid endpoint address", error.detail or str(failure))
    if failure in _NETWORK_FAILURES:
        return GatewayError(
            "INTEGRATION_FAILURE",
            _NETWORK,
            status=504,
            log=f"Execution failed due to a network error communicating with endpoint ({error.detail or failure})",
        )
    return GatewayError("INTEGRATION_FAILURE", log=f"Execution failed: {failure} ({error.detail})")
