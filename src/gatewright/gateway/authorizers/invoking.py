"""Calls the function of a Lambda authorizer.

AWS: "Use API Gateway Lambda authorizers". The call is Lambda's own Invoke API, as that of integrations: the node's
function host is told who calls (arn:…:{api}/authorizers/{id}), so that the function's resource policy decides; an
endpoint elsewhere gets a signature, of the server or of the role that the authorizer names. Whatever goes wrong ends
in the error of a wrongly configured authorizer; a function that failed is told apart, since what it says may count.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import orjson

from gatewright.gateway.base import Means
from gatewright.gateway.endpoints import Role, Signer
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.integrations.aws_proxy import call_headers, refused
from gatewright.gateway.integrations.calling import SHOWN, failed
from gatewright.net.base import Header, UpstreamError, UpstreamResponse
from gatewright.program.authorizers import FunctionAuthorizer

logger = logging.getLogger("gatewright.gateway")

MAX_ANSWER: Final = 6 * 1024 * 1024  # bytes; Lambda's own limit
_UNAUTHORIZED: Final = "Unauthorized"  # the one text that makes a failure of the function a 401


@dataclass(frozen=True, slots=True)
class Invoked:
    """What a function answered with. `latency` in milliseconds. `error`: X-Amz-Function-Error, when it failed."""

    body: bytes
    latency: int
    error: str | None = None


Done = Callable[[Invoked | GatewayError], None]


class Invoker:
    """The function of one authorizer, ready to be called."""

    __slots__ = ("_authorizer", "_endpoint", "_headers", "_name", "_role", "_upstream")

    def __init__(self, authorizer: FunctionAuthorizer, api_id: str, account: str, region: str, parts: Means) -> None:
        endpoint = parts.endpoints.function(authorizer.function_arn)
        role = authorizer.assume_role
        self._authorizer = authorizer
        self._endpoint = endpoint
        self._upstream = parts.upstream
        self._role: Role | None = None if role is None or endpoint.assume is None else endpoint.assume(role)
        self._headers = call_headers(api_id, account, authorizer.source_arn, role=role, inside=endpoint.sign is None)
        # What AWS calls, and so what its logs show, wherever functions run here.
        self._name = f"https://lambda.{region}.amazonaws.com{unquote(authorizer.target.decode())}"

    def call(self, exchange: Exchange, event: bytes, done: Done) -> None:
        """Send the event. `done` is called now or later, whatever happens, and nothing is raised.

        It is called once, but a second time, with an error, if it raises: those who wait must have their answer.
        """
        problem = self._authorizer.problem or self._endpoint.problem
        if problem is not None:
            _tell(done, misconfigured(problem))
            return
        role = self._role
        signer = self._endpoint.sign if role is None else role.signer()
        if role is None or signer is not None:
            self._send(signer, exchange, event, done)
            return

        def fetched(result: Signer | GatewayError) -> None:
            if isinstance(result, GatewayError):
                _tell(done, _own(result))
            else:
                self._send(result, exchange, event, done)

        role.fetch(fetched)

    def _send(self, signer: Signer | None, exchange: Exchange, event: bytes, done: Done) -> None:
        target, monotonic = self._authorizer.target, exchange.clock.monotonic
        headers: Sequence[Header] = [*self._headers, (b"X-Amzn-Trace-Id", exchange.trace)]
        if exchange.log is not None:
            exchange.log.sending(self._name, headers, event)
        started = monotonic()

        def answered(result: UpstreamResponse | UpstreamError) -> None:
            if isinstance(result, UpstreamError):
                _tell(done, _own(failed(result)))
            else:
                _tell(done, self._read(result, round((monotonic() - started) * 1000)))

        try:
            origin = self._endpoint.origin
            if signer is not None:
                headers = signer(origin, b"POST", target, headers, event)
            self._upstream.fetch(
                origin,
                b"POST",
                target,
                headers,
                event,
                answered,
                timeout=self._authorizer.timeout,
                max_body=MAX_ANSWER,
            )
        except ValueError as error:
            _tell(done, misconfigured(f"Invalid request to the endpoint: {error}"))

    def _read(self, response: UpstreamResponse, latency: int) -> Invoked | GatewayError:
        if response.status != 200:
            source = "" if self._authorizer.assume_role else self._authorizer.source_arn
            return _own(refused(response, self._authorizer.function_arn, source))
        for name, value in response.headers:
            if name.lower() == b"x-amz-function-error":
                return Invoked(response.body, latency, value.decode("latin-1"))
        return Invoked(response.body, latency)


def _tell(done: Done, outcome: Invoked | GatewayError) -> None:
    try:
        done(outcome)
    except Exception as error:
        logger.exception("internal error while an authorizer's answer was read")
        done(misconfigured("internal error", f"{type(error).__name__}: {error}"))


def told(error: GatewayError, outcome: Invoked | GatewayError) -> None:
    """Let an error know of what the function answered, for `gatewright explain`."""
    if isinstance(outcome, Invoked):
        shown = outcome.body[:SHOWN].decode("utf-8", "replace")
        error.why = {"answer": shown, "failed": outcome.error} | dict(error.why or {})


def misconfigured(reason: str, detail: str | None = None) -> GatewayError:
    """500 for an authorizer that cannot work, with AWS's log line."""
    log = f"Execution failed due to configuration error: {reason}"
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", log=log, detail=detail)


def _own(error: GatewayError) -> GatewayError:
    """What a backend's failure is to the client when the backend was an authorizer."""
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", log=error.log, detail=error.detail, why=error.why)


def function_failed(invoked: Invoked) -> GatewayError:
    """A function that failed: 500, but 401 where its error message is exactly "Unauthorized", as AWS shows it."""
    if error_message(invoked.body) == _UNAUTHORIZED:
        return GatewayError("UNAUTHORIZED")
    said = invoked.body[:1000].decode("utf-8", "replace")
    # AWS reads the error as if it were an answer, and says so (observed).
    reason = 'Invalid JSON in response: Unrecognized field "errorMessage" , not marked as ignorable'
    return misconfigured(reason, f"the function failed, {invoked.error}: {said}")


def error_message(body: bytes) -> str | None:
    """`errorMessage` of a function that failed."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = document.get("errorMessage") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None
