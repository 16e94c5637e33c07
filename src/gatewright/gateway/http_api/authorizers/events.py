"""What a Lambda authorizer of an HTTP API is invoked with, in payload format 1.0 or 2.0.

AWS: "Control access to HTTP APIs with AWS Lambda authorizers". The request as the client sent it: parameter mapping
comes later, and no body is ever passed. unverified: empty maps of format 1.0 are {} (as in AWS's example) where an
integration's event has null; the multi-value maps of format 1.0; `identitySource` of an authorizer without sources is
null; the ARN holds the concrete path of every route, also of $default (so AWS's example).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gatewright.gateway.authorizers.sources import Identity
from gatewright.gateway.http_api import event_v1, event_v2
from gatewright.gateway.http_api.event import see
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.method_arn import method_arn

Make = Callable[[HttpExchange, Identity], dict[str, Any]]
_MAPS: Final = (
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
)


def event_1(exchange: HttpExchange, identity: Identity) -> dict[str, Any]:
    described = event_v1.describe(exchange, see(exchange, ()))
    for name in _MAPS:
        if described[name] is None:
            described[name] = {}
    token = ",".join(_texts(identity)) if identity else None
    return described | {
        "type": "REQUEST",
        "methodArn": method_arn(exchange),
        "identitySource": token,
        "authorizationToken": token,
    }


def event_2(exchange: HttpExchange, identity: Identity) -> dict[str, Any]:
    described = event_v2.describe(exchange, see(exchange, ()))
    described |= {
        "type": "REQUEST",
        "routeArn": method_arn(exchange),
        "identitySource": _texts(identity) if identity else None,
    }
    if exchange.api.variables:
        described["stageVariables"] = exchange.api.variables
    return described


def _texts(identity: Identity) -> list[str]:
    """The values of the sources; the values of one source, by commas."""
    return [value if isinstance(value, str) else ",".join(value) for value in identity]


# By payload format.
EVENTS: Mapping[str, Make] = {"1.0": event_1, "2.0": event_2}
