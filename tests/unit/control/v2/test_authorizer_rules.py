"""Authorizers: literals of the HTTP API authorization facts, sections 2 and 4."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import authorizer_rules
from gatewright.settings import Settings

HTTP, WEBSOCKET = {"ProtocolType": "HTTP"}, {"ProtocolType": "WEBSOCKET"}
URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)
JWT: dict[str, Any] = {
    "Name": "a",
    "AuthorizerType": "JWT",
    "IdentitySource": ["$request.header.Authorization"],
    "JwtConfiguration": {"Issuer": "https://issuer.test"},
}
REQUEST: dict[str, Any] = {
    "Name": "a",
    "AuthorizerType": "REQUEST",
    "IdentitySource": ["$request.header.X", "$context.routeKey", "$stageVariables.a", "$request.querystring.q"],
    "AuthorizerUri": URI,
    "AuthorizerPayloadFormatVersion": "2.0",
}
SOCKET: dict[str, Any] = {
    "Name": "a",
    "AuthorizerType": "REQUEST",
    "IdentitySource": ["route.request.header.X", "route.request.querystring.q", "stageVariables.a"],
    "AuthorizerUri": URI,
}
SOURCE = "The source must be a request header, request querystring, stage variable or context parameter"
ISSUER = "Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'"


class Call:
    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**settings)


def check(api: dict[str, Any], authorizer: dict[str, Any], **settings: Any) -> None:
    authorizer_rules.check(Call(**settings), api, authorizer)  # type: ignore[arg-type]  # all of a call that it needs


@pytest.mark.parametrize(
    ("api", "authorizer"),
    [
        (HTTP, JWT),
        (HTTP, JWT | {"JwtConfiguration": {"Issuer": "http://localhost:9000/pool", "Audience": ["a"] * 50}}),
        (HTTP, REQUEST | {"AuthorizerResultTtlInSeconds": 3600, "EnableSimpleResponses": True}),
        (HTTP, REQUEST | {"AuthorizerPayloadFormatVersion": "1.0", "IdentitySource": []}),
        (WEBSOCKET, SOCKET),
    ],
)
def test_what_is_taken(api: dict[str, Any], authorizer: dict[str, Any]) -> None:
    check(api, authorizer)


@pytest.mark.parametrize(
    ("api", "authorizer", "message"),
    [
        (HTTP, JWT | {"Name": ""}, "Authorizer name must be non-empty"),
        (HTTP, JWT | {"JwtConfiguration": {}}, "JwtConfiguration must not be null for JWT Authorizer"),
        (HTTP, JWT | {"IdentitySource": []}, f"Invalid identity source expression: null. {SOURCE}"),
        (HTTP, JWT | {"IdentitySource": ["$context.x"]}, f"Invalid identity source expression: $context.x. {SOURCE}"),
        (HTTP, JWT | {"JwtConfiguration": {"Issuer": "x"}}, f"Invalid issuer: x. {ISSUER}"),
        (
            HTTP,
            JWT | {"JwtConfiguration": {"Issuer": "https://x", "Audience": ["a"] * 51}},
            "A JWT authorizer can have at most 50 audiences",
        ),
        (WEBSOCKET, JWT, "JWT authorizers are currently not supported for WEBSOCKET protocolType"),
        (
            HTTP,
            REQUEST | {"AuthorizerResultTtlInSeconds": 3601},
            "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.",
        ),
        (HTTP, REQUEST | {"AuthorizerUri": ""}, "AuthorizerUri is a required field in an Authorizer"),
        (HTTP, REQUEST | {"AuthorizerCredentialsArn": "x"}, "Invalid ARN specified in the request"),
        (
            HTTP,
            REQUEST | {"JwtConfiguration": {"Issuer": "x"}},
            "JwtConfiguration is only supported for JWT Authorizer",
        ),
        (
            HTTP,
            REQUEST | {"AuthorizerPayloadFormatVersion": ""},
            "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer",
        ),
        (
            HTTP,
            REQUEST | {"AuthorizerPayloadFormatVersion": "3.0"},
            "AuthorizerPayloadFormatVersion 3.0 is not supported",
        ),
        (
            HTTP,
            REQUEST | {"AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": True},
            'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".',
        ),
        (
            HTTP,
            REQUEST | {"IdentitySource": [], "AuthorizerResultTtlInSeconds": 1},
            "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)",
        ),
        (HTTP, REQUEST | {"IdentitySource": ["x"]}, f"Invalid identity source expression: x. {SOURCE}"),
        (
            WEBSOCKET,
            SOCKET | {"IdentitySource": ["$request.header.X"]},
            "Invalid request identity source expression: $request.header.X",
        ),
        (
            WEBSOCKET,
            SOCKET | {"AuthorizerPayloadFormatVersion": "2.0"},
            "AuthorizerPayloadFormatVersion and EnableSimpleResponses are only supported for HTTP APIs",
        ),
    ],
)
def test_what_is_refused(api: dict[str, Any], authorizer: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        check(api, authorizer)
    assert refusal.value.message == message


def test_only_what_is_local_has_issuers_without_tls() -> None:
    plain = JWT | {"JwtConfiguration": {"Issuer": "http://issuer.test"}}
    check(HTTP, plain)
    with pytest.raises(AwsError, match="Invalid issuer"):
        check(HTTP, plain, profile="production")
