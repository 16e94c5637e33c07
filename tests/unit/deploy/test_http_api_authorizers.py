from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.base import CompileError, RefusedError
from gatewright.deploy.http_api import compile_http_api
from gatewright.deploy.http_api_authorizers import compile_authorizer, parse_source
from gatewright.program.authorizers import FunctionAuthorizer, IdentitySource, IssuerAuthorizer
from tests.plays.http_api import JWT, function, http_document, jwt, route
from tests.plays.stage import ACCOUNT, API, FUNCTION, INVOKE

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/caller"
_ROUTE = {"RouteKey": "GET /", "AuthorizationType": "CUSTOM", "AuthorizerId": "auth01"}


def _compile(variables: Any = (), route: Any = _ROUTE, **members: Any) -> FunctionAuthorizer:
    authorizer = {
        "AuthorizerId": "auth01",
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": INVOKE,
        "AuthorizerPayloadFormatVersion": "2.0",
        "IdentitySource": ["$request.header.Authorization"],
    } | members
    compiled = compile_authorizer(route, {"auth01": authorizer}, dict(variables), ARN)
    assert isinstance(compiled, FunctionAuthorizer)
    return compiled


def test_a_lambda_authorizer() -> None:
    assert _compile() == FunctionAuthorizer(
        id="auth01",
        function_arn=FUNCTION,
        target=f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations".encode(),
        assume_role=None,
        source_arn=f"{ARN}/authorizers/auth01",
        payload="2.0",
        sources=(IdentitySource("header", "authorization"),),
        validation=None,
        ttl=300,
        timeout=10.0,
    )


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"AuthorizerResultTtlInSeconds": 0}, {"ttl": 0}),
        ({"AuthorizerResultTtlInSeconds": 60}, {"ttl": 60}),
        ({"IdentitySource": None}, {"ttl": 0, "sources": ()}),
        ({"IdentitySource": [], "AuthorizerResultTtlInSeconds": 60}, {"ttl": 0}),
        ({"AuthorizerPayloadFormatVersion": "1.0"}, {"payload": "1.0", "simple": False}),
        ({"EnableSimpleResponses": True}, {"simple": True}),
        ({"IdentityValidationExpression": "x"}, {"validation": None}),  # AWS: ignored
        ({"AuthorizerCredentialsArn": ROLE}, {"assume_role": ROLE, "problem": None}),
        (
            {"AuthorizerCredentialsArn": "arn:aws:iam::*:user/*"},
            {"problem": "Invalid role ARN: arn:aws:iam::*:user/*"},
        ),
        ({"AuthorizerCredentialsArn": "${stageVariables.none}"}, {"problem": "Invalid role ARN: "}),
        ({"AuthorizerUri": "arn:x"}, {"problem": "Invalid Authorizer URI: arn:x", "function_arn": ""}),
        ({"AuthorizerUri": None}, {"problem": "Invalid Authorizer URI: "}),
    ],
)
def test_its_members(members: dict[str, Any], expected: dict[str, Any]) -> None:
    compiled = _compile(**members)
    assert {name: getattr(compiled, name) for name in expected} == expected


def test_stage_variables_in_its_uri() -> None:
    uri = INVOKE.replace("my-function", "${stageVariables.name}")
    assert _compile({"name": "my-function"}, AuthorizerUri=uri).function_arn == FUNCTION
    assert (_compile(AuthorizerUri=uri).problem or "").startswith("Invalid Authorizer URI: arn:aws:apigateway")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"AuthorizerPayloadFormatVersion": None}, "AuthorizerPayloadFormatVersion None is not supported"),
        ({"AuthorizerPayloadFormatVersion": "3.0"}, "AuthorizerPayloadFormatVersion 3.0 is not supported"),
        ({"AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": True}, "EnableSimpleResponses can only"),
        ({"IdentitySource": ["header.x"]}, "Invalid identity source expression: header.x"),
        ({"AuthorizerType": "JWT"}, "authorization type CUSTOM requires a valid authorizer"),
        ({"route": {"AuthorizationType": "CUSTOM"}}, "authorization type CUSTOM requires a valid authorizer"),
        ({"route": {"AuthorizationType": "CUSTOM", "AuthorizerId": "x"}}, "requires a valid authorizer"),
    ],
)
def test_what_refuses_the_deployment(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        _compile(**members)
    assert reason in str(refused.value)


def test_the_refusal_names_the_route() -> None:
    with pytest.raises(CompileError) as refused:
        compile_http_api(http_document(route("GET /a", function(), AuthorizationType="CUSTOM")))
    assert str(refused.value) == "GET /a: authorization type CUSTOM requires a valid authorizer"


@pytest.mark.parametrize("kind", ["NONE", "AWS_IAM", None])
def test_types_without_an_authorizer(kind: str | None) -> None:
    assert compile_authorizer({"AuthorizationType": kind, "AuthorizerId": "auth01"}, {}, {}, ARN) is None


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        ("$request.header.X-Token", IdentitySource("header", "x-token")),
        ("$request.querystring.Token", IdentitySource("querystring", "Token")),
        ("$context.identity.sourceIp", IdentitySource("context", "identity.sourceIp")),
        ("$stageVariables.env", IdentitySource("stage", "env")),
    ],
)
def test_identity_sources(expression: str, source: IdentitySource) -> None:
    assert parse_source(expression) == source


@pytest.mark.parametrize(
    "expression", ["", "$request.header.", "$request.path.a", "request.header.x", "$context.", "x"]
)
def test_what_is_no_identity_source(expression: str) -> None:
    with pytest.raises(RefusedError):
        parse_source(expression)


def _jwt(**members: Any) -> Any:
    return compile_authorizer({"RouteKey": "GET /"} | JWT, {"jwt001": jwt(**members)}, {}, ARN)


def test_a_jwt_authorizer() -> None:
    assert _jwt() == IssuerAuthorizer(
        "jwt001", "https://issuer.test", frozenset(("client",)), IdentitySource("header", "authorization")
    )
    assert _jwt(IdentitySource=["$request.querystring.Token"]).source == IdentitySource("querystring", "Token")
    assert _jwt(JwtConfiguration={"Issuer": "https://i.test"}).audience == frozenset()


@pytest.mark.parametrize(
    "members",
    [
        {"JwtConfiguration": None},
        {"JwtConfiguration": {"Audience": ["client"]}},
        {"IdentitySource": None},
        {"IdentitySource": ["$context.routeKey"]},
        {"IdentitySource": ["$request.header.a", "$request.header.b"]},
        {"AuthorizerType": "REQUEST"},
        {"AuthorizerId": "other"},
    ],
)
def test_a_jwt_authorizer_that_cannot_be(members: Any) -> None:
    authorizers = {each["AuthorizerId"]: each for each in [jwt(**members)]}
    with pytest.raises(RefusedError):
        compile_authorizer({"RouteKey": "GET /"} | JWT, authorizers, {}, ARN)
