"""What the function of a Lambda authorizer of a REST API is called with.

AWS: "Input to an API Gateway Lambda authorizer"; member by member as observed. The body is never among it.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.integrations.event import request_members

# What is empty is an empty map here, where events of integrations have null.
_MAPS: Final = (
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
)


def token_event(arn: str, token: str) -> bytes:
    return orjson.dumps({"type": "TOKEN", "methodArn": arn, "authorizationToken": token})


def request_event(exchange: Exchange, arn: str) -> bytes:
    event: dict[str, Any] = {"type": "REQUEST", "methodArn": arn, **request_members(exchange)}
    for name in _MAPS:
        if event[name] is None:
            event[name] = {}
    return orjson.dumps(event)
