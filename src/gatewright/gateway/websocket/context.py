"""$context of WebSocket APIs: the variables of an event, as a table of names.

AWS: "Set up logging for a WebSocket API", "API Gateway WebSocket API mapping template reference". A variable that is
not in the table, or has no value now, is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gatewright.gateway.context import granted, request_times
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket.exchange import DISCONNECTING, MESSAGE, SocketExchange, own


def _latency(exchange: SocketExchange) -> str | None:
    grant: Grant | None = exchange.grant
    return None if grant is None or grant.context is None else str(grant.latency)


VARIABLES: Mapping[str, Callable[[SocketExchange], str | None]] = {
    "accountId": lambda ex: ex.api.account,
    "apiId": lambda ex: ex.api.api_id,
    "stage": lambda ex: ex.api.stage,
    "deploymentId": lambda ex: ex.api.deployment,
    "routeKey": lambda ex: ex.route.route.key,
    "eventType": lambda ex: ex.event,
    "messageId": lambda ex: ex.message_id if ex.event == MESSAGE else None,
    "messageDirection": lambda ex: "IN",
    "connectionId": lambda ex: ex.client.id,
    "connectedAt": lambda ex: str(int(ex.client.connected * 1000)),
    "disconnectStatusCode": lambda ex: None if ex.ending is None else str(ex.ending[0]),
    "disconnectReason": lambda ex: None if ex.ending is None else ex.ending[1],
    "domainName": lambda ex: ex.client.domain,
    "domainPrefix": lambda ex: ex.client.domain.partition(".")[0],
    "requestId": lambda ex: ex.request_id.decode(),
    "extendedRequestId": lambda ex: ex.request_id.decode(),
    "requestTime": lambda ex: request_times.text(ex.clock.now()),
    "requestTimeEpoch": lambda ex: str(int(ex.clock.now() * 1000)),
    "status": lambda ex: None if ex.event == DISCONNECTING else "200",
    "authorizer.integrationLatency": _latency,
    "identity.apiKey": lambda ex: None if ex.api_key is None else ex.api_key.value,
    "identity.apiKeyId": lambda ex: None if ex.api_key is None else ex.api_key.id,
    "identity.sourceIp": lambda ex: ex.client.source_ip,
    "identity.userAgent": lambda ex: ex.client.user_agent,
}
_IDENTITY: Final = (
    "sourceIp",
    "userAgent",
    "apiKey",
    "apiKeyId",
    "accountId",
    "caller",
    "user",
    "userArn",
    "accessKey",
    "principalOrgId",
)


def context_value(exchange: SocketExchange, name: str) -> str | None:
    """`$context.<name>` as text."""
    variable = VARIABLES.get(name)
    return granted(exchange.grant, name) if variable is None else variable(exchange)


def value_of(exchange: Exchange, name: str) -> str | None:
    """The same for steps that serve all kinds of APIs."""
    return context_value(own(exchange), name)


def context_members(exchange: SocketExchange, branch: str) -> dict[str, Any]:
    """What there is below `$context.<branch>`, for templates that walk over it. unverified: which names are there."""
    grant: Grant | None = exchange.grant
    names: tuple[str, ...] = ()
    if branch == "identity":
        names = _IDENTITY
    elif branch == "authorizer" and grant is not None and grant.context is not None:
        names = (*grant.context, "integrationLatency")
    found = {name: context_value(exchange, f"{branch}.{name}") for name in names}
    return {name: value for name, value in found.items() if value is not None}
