"""$context of HTTP APIs: the variables of a request, as a table of names.

AWS: "Customize HTTP API access logs". A variable that is not in the table, or has no value now, is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.gateway import client_cert
from gatewright.gateway.context import PROTOCOL, granted, request_time, request_times, user_agent
from gatewright.gateway.http_api.exchange import HttpExchange


def domain_name(exchange: HttpExchange) -> str:
    return exchange.target.domain or exchange.api.domain


def raw_path(exchange: HttpExchange) -> str:
    """The path with its stage, as events have it: decoded (unverified)."""
    return exchange.context_path.decode("utf-8", "replace")


def _base(exchange: HttpExchange) -> str | None:
    base = exchange.target.base
    return base.decode("utf-8", "replace").lstrip("/") if base else None


VARIABLES: Mapping[str, Callable[[HttpExchange], str | None]] = {
    "accountId": lambda ex: ex.api.account,
    "apiId": lambda ex: ex.api.api_id,
    "stage": lambda ex: ex.api.stage,
    "routeKey": lambda ex: ex.route.route.key,
    "httpMethod": lambda ex: ex.verb,
    "path": raw_path,
    "protocol": lambda ex: PROTOCOL,
    "domainName": domain_name,
    "domainPrefix": lambda ex: domain_name(ex).partition(".")[0],
    "customDomain.basePathMatched": _base,
    "requestId": lambda ex: ex.request_id.decode(),
    "extendedRequestId": lambda ex: ex.request_id.decode(),
    "requestTime": lambda ex: request_times.text(request_time(ex)),
    "requestTimeEpoch": lambda ex: str(int(request_time(ex) * 1000)),
    "identity.sourceIp": lambda ex: ex.request.client,
    "identity.userAgent": user_agent,
    **client_cert.VARIABLES,
}


def context_value(exchange: HttpExchange, name: str) -> str | None:
    """`$context.<name>` as text."""
    variable = VARIABLES.get(name)
    return granted(exchange.grant, name) if variable is None else variable(exchange)
