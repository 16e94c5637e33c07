"""Access logs of HTTP APIs: the variables that they have besides those of events.

AWS: "Customize HTTP API access logs". Requests for which there is no route are in no log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatewright.gateway.access_log import AccessLog, open_log
from gatewright.gateway.access_variables import (
    END,
    REQUEST,
    Read,
    function_status,
    integration_error,
    integration_status,
    quoted,
    with_kind,
)
from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.gateway.http_api.context import VARIABLES
from gatewright.gateway.http_api.errors import ANSWERS, OTHER
from gatewright.gateway.http_api.exchange import HttpExchange, RoutePlan
from gatewright.program.http_api import FunctionIntegration, HttpApiProgram

_NOT_ALLOWED: Final = "Invalid permissions on Lambda function"
# Observed of HTTP APIs.
_NO_PERMISSION: Final = (
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check "
    "the permissions and try again."
)


def _http_message(exchange: HttpExchange) -> str | None:
    """As the client reads it."""
    error = exchange.error
    if error is None:
        return None
    return ANSWERS.get(error.kind.name, OTHER)[1] if error.kind.name else error.message


def _http_status(exchange: HttpExchange) -> str | None:
    proxied = isinstance(exchange.route.route.integration, FunctionIntegration)
    return function_status(exchange) if proxied else integration_status(exchange)


def _http_error(exchange: HttpExchange) -> str | None:
    told = integration_error(exchange)
    return _NO_PERMISSION if told is not None and _NOT_ALLOWED in told else told


VARIABLES_AT_END: Mapping[str, Read] = {
    **VARIABLES,
    **END,
    **REQUEST,
    **with_kind(lambda ex: ex.route.route.authorization),
    "error.message": _http_message,
    "error.messageString": lambda ex: quoted(_http_message(ex)),
    "dataProcessed": lambda ex: str(len(ex.request.body) + ex.sent),  # unverified: what AWS counts
    "integration.error": _http_error,
    "integration.status": _http_status,
    "integrationErrorMessage": _http_error,
}


def build(program: HttpApiProgram, telemetry: Telemetry | None) -> Watch | None:
    """Writes the access log of a stage; None: it has none."""
    log = open_log(program, telemetry, VARIABLES_AT_END)
    return None if log is None else HttpAccessLog(log).watch


class HttpAccessLog:
    """The access log of one stage."""

    __slots__ = ("_log",)

    def __init__(self, log: AccessLog) -> None:
        self._log = log

    def watch(self, exchange: Exchange) -> None:
        """See `watching`."""
        if isinstance(exchange, HttpExchange) and not exchange.is_preflight and not _routed(exchange):
            return
        self._log.watch(exchange)


def _routed(exchange: HttpExchange) -> bool:
    try:
        plan: RoutePlan | None = exchange.route
    except AttributeError:
        return False
    return plan is not None
