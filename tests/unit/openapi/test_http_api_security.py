"""Security schemes and requirements ⇄ authorizers and authorization."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi.base import Body
from gatewright.openapi.http_api_security import scheme_of
from tests.unit.openapi.http_support import one, problems
from tests.unit.openapi.support import document

AUTHORIZER = "x-amazon-apigateway-authorizer"
HEADER = "$request.header.Authorization"
JWT = {"type": "jwt", "identitySource": HEADER, "jwtConfiguration": {"audience": ["a"], "issuer": "https://i"}}
SCHEMES: Body = {
    "jwt": {"type": "oauth2", AUTHORIZER: JWT},
    "fn": {"type": "apiKey", "in": "query", "name": "key", AUTHORIZER: {"type": "REQUEST", "authorizerUri": "u"}},
    "iam": {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
    "basic": {"type": "http"},
}


def authorized(value: Body, **more: Any) -> tuple[Body, list[str]]:
    """What a route gets beside its key, and the warnings."""
    definition, route = one(value, components={"securitySchemes": SCHEMES}, **more)
    return {name: each for name, each in route.items() if name != "RouteKey"}, definition.warnings


@pytest.mark.parametrize(
    ("value", "route"),
    [
        ({}, {"AuthorizationType": "NONE"}),
        ({"security": []}, {"AuthorizationType": "NONE"}),
        ({"security": [{}]}, {"AuthorizationType": "NONE"}),
        ({"security": [{"NONE": []}]}, {"AuthorizationType": "NONE"}),
        ({"security": [{"jwt": []}]}, {"AuthorizationType": "JWT", "authorizer": "jwt"}),
        ({"security": [{"jwt": ["r", "w"]}]},
         {"AuthorizationType": "JWT", "authorizer": "jwt", "AuthorizationScopes": ["r", "w"]}),
        ({"security": [{"fn": ["r"]}]}, {"AuthorizationType": "CUSTOM", "authorizer": "fn"}),
        ({"security": [{"iam": []}]}, {"AuthorizationType": "AWS_IAM"}),
        ({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, {"AuthorizationType": "AWS_IAM"}),
        ({"security": [{"jwt": ["r"]}], "x-amazon-apigateway-auth": {"type": "none"}}, {"AuthorizationType": "NONE"}),
    ],
)  # fmt: skip
def test_authorization(value: Body, route: Body) -> None:
    assert authorized(value) == (route, [])


def test_the_documents_requirements_are_for_operations_without_their_own() -> None:
    everywhere: Any = [{"iam": []}]
    assert authorized({}, security=everywhere)[0] == {"AuthorizationType": "AWS_IAM"}
    assert authorized({"security": []}, security=everywhere)[0] == {"AuthorizationType": "NONE"}


def test_what_cannot_be_checked_is_warned_of() -> None:
    assert authorized({"security": [{"basic": []}]}) == (
        {"AuthorizationType": "NONE"},
        ["Unsupported security definition type 'http' for 'basic'. Ignoring."],
    )


SEVERAL = "a route of an HTTP API has one security requirement, not several"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"security": [{"jwt": []}, {"iam": []}]}, f"'/paths/~1a/get/security': {SEVERAL} (jwt, iam)"),
        ({"security": [{"jwt": [], "iam": []}]}, f"'/paths/~1a/get/security': {SEVERAL} (jwt, iam)"),
        ({"security": [{"no": []}]}, "'/paths/~1a/get/security/0/no': there is no security scheme 'no'"),
        ({"x-amazon-apigateway-auth": {"type": "x"}},
         "'/paths/~1a/get/x-amazon-apigateway-auth': type is NONE or AWS_IAM, not 'X'"),
    ],
)  # fmt: skip
def test_requirements_that_are_none(value: Body, problem: str) -> None:
    tree = document({"/a": {"get": value}}, components={"securitySchemes": SCHEMES})
    assert problems(tree) == (f"Unable to read {problem}",)


def test_authorizers_of_rest_apis_are_refused() -> None:
    tree = document(components={"securitySchemes": {"t": {AUTHORIZER: {"type": "token"}}}})
    place = "/components/securitySchemes/t/x-amazon-apigateway-authorizer/type"
    assert problems(tree) == (
        f"Unable to read '{place}': an authorizer of an HTTP API is of type jwt or request, not 'token'",
    )


FN = {"Name": "x", "AuthorizerType": "REQUEST"}
TOKEN = {"Name": "x", "AuthorizerType": "JWT", "IdentitySource": [HEADER]}


@pytest.mark.parametrize(
    ("scheme", "authorizer"),
    [
        ({AUTHORIZER: JWT}, TOKEN | {"JwtConfiguration": {"Audience": ["a"], "Issuer": "https://i"}}),
        ({"openIdConnectUrl": "https://i/.well-known/openid-configuration",
          AUTHORIZER: {"type": "jwt", "jwtConfiguration": {"audience": ["a"]}}},
         TOKEN | {"JwtConfiguration": {"Audience": ["a"], "Issuer": "https://i"}}),
        ({AUTHORIZER: {"type": "jwt"}}, TOKEN | {"JwtConfiguration": {}}),
        ({"in": "header", "name": "k", AUTHORIZER: {"type": "request"}},
         FN | {"IdentitySource": ["$request.header.k"]}),
        ({"in": "header", "name": "Unused", AUTHORIZER: {"type": "request"}}, FN),
        ({AUTHORIZER: {"type": "request", "identitySource": "$request.header.a,$context.path",
                       "authorizerUri": "u", "authorizerCredentials": "c", "authorizerPayloadFormatVersion": 2.0,
                       "authorizerResultTtlInSeconds": 0, "enableSimpleResponses": True}},
         FN | {"IdentitySource": ["$request.header.a", "$context.path"], "AuthorizerUri": "u",
               "AuthorizerCredentialsArn": "c", "AuthorizerPayloadFormatVersion": "2.0",
               "AuthorizerResultTtlInSeconds": 0, "EnableSimpleResponses": True}),
    ],
)  # fmt: skip
def test_authorizers(scheme: Body, authorizer: Body) -> None:
    definition, _ = one({}, components={"securitySchemes": {"x": scheme}})
    assert definition.authorizers == [authorizer]


@pytest.mark.parametrize(
    ("sources", "place"),
    [
        (["$request.header.a"], {"name": "a", "in": "header"}),
        (["$request.querystring.a"], {"name": "a", "in": "query"}),
        (["$request.header.a", "$request.header.b"], {"name": "Unused", "in": "header"}),
        ([], {"name": "Unused", "in": "header"}),
    ],
)
def test_the_scheme_of_a_function(sources: list[str], place: Body) -> None:
    scheme = scheme_of(FN | {"IdentitySource": sources}, extension=False)
    assert scheme == {"type": "apiKey"} | place


def test_the_scheme_of_tokens() -> None:
    authorizer = TOKEN | {"JwtConfiguration": {"Audience": ["a"], "Issuer": "https://i"}}
    assert scheme_of(authorizer, extension=True) == {"type": "oauth2", "flows": {}, AUTHORIZER: JWT}
