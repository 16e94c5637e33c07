"""$context: the variables of a request, as a table of names.

AWS: "Variables for data models, authorizers, mapping templates, and CloudWatch access logging". A variable that is
not in the table, or has no value now, is null: a mapping from it is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gatewright.gateway import client_cert
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.identifiers import RequestTimes

PROTOCOL: Final = "HTTP/1.1"  # always, whatever the client speaks

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


def _authorizer_latency(exchange: Exchange) -> str | None:
    """Of Lambda authorizers only, which alone are a call."""
    grant: Grant | None = exchange.grant
    return None if grant is None or exchange.method.authorization != "CUSTOM" else str(grant.latency)


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
    "authorizer.integrationLatency": _authorizer_latency,
    "identity.apiKey": lambda ex: None if ex.api_key is None else ex.api_key.value,
    "identity.apiKeyId": lambda ex: None if ex.api_key is None else ex.api_key.id,
    "identity.sourceIp": lambda ex: ex.request.client,
    "identity.userAgent": user_agent,
    "identity.vpceId": lambda ex: ex.target.vpce_id,
    "identity.vpcId": lambda ex: ex.target.vpc_id,
    **client_cert.VARIABLES,
}


_CLAIMS: Final = "claims."


def granted(grant: Grant | None, name: str) -> str | None:
    """`$context.identity.<name>` and `$context.authorizer.<name>` as the authorizer has said."""
    if grant is None:
        return None
    root, _, member = name.partition(".")
    if root == "identity":
        return grant.identity.get(member)
    if root != "authorizer" or grant.context is None:
        return None
    if not member.startswith(_CLAIMS):
        return text_of(grant.context.get(member))
    claims = grant.context.get("claims")
    return text_of(claims.get(member.removeprefix(_CLAIMS))) if isinstance(claims, dict) else None


def text_of(value: Any) -> str | None:
    """A value of an authorizer's context as text. Maps and lists are null as a whole (unverified but for claims)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if isinstance(value, dict | list) else str(value)


def context_value(exchange: Exchange, name: str) -> str | None:
    """`$context.<name>` as text."""
    variable = VARIABLES.get(name)
    value = granted(exchange.grant, name) if variable is None else variable(exchange)
    if value is None and exchange.simulation is not None and name.startswith("identity."):
        return exchange.simulation.identity.get(name.removeprefix("identity."))  # who called TestInvokeMethod
    return value


# What any caller has, known or not.
_IDENTITY: Final = ("accountId", "caller", "sourceIp", "accessKey", "userArn", "userAgent", "user")


def context_members(exchange: Exchange, branch: str) -> dict[str, Any]:
    """What there is below `$context.<branch>`, for templates that walk over it. unverified: which names are there."""
    grant: Grant | None = exchange.grant
    if branch == "identity":
        key = () if exchange.api_key is None else ("apiKey", "apiKeyId")
        names = dict.fromkeys([*_IDENTITY, *key, *(() if grant is None else grant.identity)])
        return {name: context_value(exchange, f"identity.{name}") for name in names}
    if branch.startswith(client_cert.BRANCH):
        return client_cert.members(exchange, branch)
    if grant is None or grant.context is None:
        return {}
    if branch == "authorizer.claims":
        claims = grant.context.get("claims")
        return {name: text_of(value) for name, value in claims.items()} if isinstance(claims, dict) else {}
    if branch != "authorizer":
        return {}
    names = dict.fromkeys([*grant.context, "integrationLatency"])
    return {name: value for name in names if (value := context_value(exchange, f"authorizer.{name}")) is not None}
