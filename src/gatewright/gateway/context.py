"""$context: the variables of a request, as a table of names.

AWS: "Variables for data models, authorizers, mapping templates, and CloudWatch access logging". A variable that is
not in the table, or has no value now, is null: a mapping from it is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.identifiers import RequestTimes

PROTOCOL = "HTTP/1.1"  # always, whatever the client speaks

request_times = RequestTimes()


def domain_name(exchange: Exchange) -> str:
    return exchange.target.domain or exchange.program.domain


def context_path(exchange: Exchange) -> str:
    """The path as the client wrote it: with the stage, but for domain names, which stand for a stage themselves."""
    whole = exchange.context_path if exchange.target.base is None else exchange.request.path
    return whole.decode("utf-8", "replace")


def event_path(exchange: Exchange) -> str:
    """The path in events: without the stage, but with the base path of a domain name, as AWS has it."""
    base = exchange.target.base
    return (exchange.path if not base else base + exchange.path).decode("utf-8", "replace")


def user_agent(exchange: Exchange) -> str | None:
    value = exchange.header(b"user-agent")
    return None if value is None else value.decode("utf-8", "replace")


def request_time(exchange: Exchange) -> float:
    """When the request came, in epoch seconds: now, less the time it has been here."""
    clock = exchange.clock
    return clock.now() - max(0.0, clock.monotonic() - exchange.request.received)


# Only a stage that has a canary says of its requests whether they are the canary's (recorded).
_CANARY: Mapping[bool | None, str | None] = {None: None, False: "false", True: "true"}

VARIABLES: Mapping[str, Callable[[Exchange], str | None]] = {
    "accountId": lambda ex: ex.program.account,
    "apiId": lambda ex: ex.program.api_id,
    "stage": lambda ex: ex.program.stage,
    "deploymentId": lambda ex: ex.program.deployment or None,  # what is only tried has none
    "isCanaryRequest": lambda ex: _CANARY[ex.program.is_canary],
    "resourceId": lambda ex: ex.method.resource_id,
    "resourcePath": lambda ex: ex.method.resource_path,
    "operationName": lambda ex: ex.method.operation,
    "httpMethod": lambda ex: ex.verb,
    "path": context_path,
    "protocol": lambda ex: PROTOCOL,
    "domainName": domain_name,
    "domainPrefix": lambda ex: domain_name(ex).partition(".")[0],
    "requestId": lambda ex: ex.request_id.decode(),
    "extendedRequestId": lambda ex: ex.extended_id.decode(),
    "requestTime": lambda ex: request_times.text(request_time(ex)),
    "requestTimeEpoch": lambda ex: str(int(request_time(ex) * 1000)),
    "identity.sourceIp": lambda ex: ex.request.peer,
    "identity.userAgent": user_agent,
    "identity.vpceId": lambda ex: ex.target.vpce_id,
}


def context_value(exchange: Exchange, name: str) -> str | None:
    """`$context.<name>` as text."""
    variable = VARIABLES.get(name)
    value = None if variable is None else variable(exchange)
    if value is None and exchange.simulation is not None and name.startswith("identity."):
        return exchange.simulation.identity.get(name.removeprefix("identity."))  # who called TestInvokeMethod
    return value
