from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.authorizers import Authorizers, compile_authorizer, needed
from gatewright.deploy.base import CompileError, RefusedError
from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble
from gatewright.language.regex import Pattern
from gatewright.program.authorizers import FunctionAuthorizer, IdentitySource, PoolAuthorizer
from tests.plays.stage import ACCOUNT, API, FUNCTION, INVOKE, document, mock, resource

_API_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
_TOKEN: dict[str, Any] = {
    "id": "auth01",
    "name": "tokens",
    "type": "TOKEN",
    "authorizerUri": INVOKE,
    "identitySource": "method.request.header.X-Token",
}
_POOL = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/eu-west-1_abc"
_HOST = "https://cognito-idp.eu-west-1.amazonaws.com"
_POOLS: dict[str, Any] = {"id": "pools1", "name": "pools", "type": "COGNITO_USER_POOLS", "providerARNs": [_POOL]}


def _function(variables: dict[str, str] | None = None, **members: Any) -> FunctionAuthorizer:
    made = compile_authorizer(_TOKEN | members, variables or {}, _API_ARN)
    assert isinstance(made, FunctionAuthorizer)
    return made


def _pool(variables: dict[str, str] | None = None, **members: Any) -> PoolAuthorizer:
    made = compile_authorizer(_POOLS | members, variables or {}, _API_ARN)
    assert isinstance(made, PoolAuthorizer)
    return made


def test_a_token_authorizer() -> None:
    assert _function() == FunctionAuthorizer(
        id="auth01",
        function_arn=FUNCTION,
        target=f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations".encode(),
        assume_role=None,
        source_arn=f"{_API_ARN}/authorizers/auth01",
        payload="TOKEN",
        sources=(IdentitySource("header", "x-token"),),
        validation=None,
        ttl=300,
        timeout=29.0,
    )


def test_what_is_given_counts() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/caller"
    made = _function(
        authorizerResultTtlInSeconds=0, identityValidationExpression="Bearer [a-z]+", authorizerCredentials=role
    )
    assert (made.ttl, made.validation, made.assume_role) == (0, Pattern("Bearer [a-z]+"), role)


def test_identity_sources_of_requests() -> None:
    text = "method.request.header.Auth, method.request.querystring.Name,stageVariables.tier , context.identity.sourceIp"
    made = _function(type="REQUEST", identitySource=text, identityValidationExpression="x")
    assert made.sources == (
        IdentitySource("header", "auth"),
        IdentitySource("querystring", "Name"),
        IdentitySource("stage", "tier"),
        IdentitySource("context", "identity.sourceIp"),
    )
    assert made.validation is None  # of tokens only


def test_one_result_never_serves_everybody() -> None:
    made = _function(type="REQUEST", identitySource=None, authorizerResultTtlInSeconds=300)
    assert (made.sources, made.ttl) == ((), 0)


def test_stage_variables_name_the_function() -> None:
    uri = INVOKE.replace("my-function", "${stageVariables.function}")
    made = _function({"function": "check:prod"}, authorizerUri=uri)
    assert made.function_arn == FUNCTION.replace("my-function", "check:prod")


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"authorizerUri": "${stageVariables.uri}"}, "Invalid endpoint address: "),
        ({"authorizerUri": "arn:aws:apigateway:us-east-1:s3:path/x"}, "Invalid endpoint address: arn:aws:apigateway"),
        ({"authorizerCredentials": "arn:aws:iam::*:user/*"}, "API Gateway does not have permission to assume"),
        ({"authorizerCredentials": "nobody"}, "API Gateway does not have permission to assume"),
    ],
)
def test_what_only_calls_show(members: dict[str, Any], problem: str) -> None:
    assert (_function(**members).problem or "").startswith(problem)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"identitySource": "method.request.path.id"}, "unknown identity source method.request.path.id"),
        ({"identitySource": "method.request.header."}, "unknown identity source"),
        ({"identitySource": "method.request.querystring.q"}, "one header as its identity source"),
        ({"identitySource": "method.request.header.A,method.request.header.B"}, "one header as its identity source"),
        ({"identitySource": None}, "one header as its identity source"),
        ({"identityValidationExpression": "("}, "identityValidationExpression"),
    ],
)
def test_what_cannot_be_checked_is_refused(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError, match="authorizer auth01") as refusal:
        _function(**members)
    assert reason in str(refusal.value)


def test_user_pools() -> None:
    made = _pool(identityValidationExpression="client", authorizerResultTtlInSeconds=60)
    issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
    assert made == PoolAuthorizer("pools1", (issuer,), b"authorization", Pattern("client"), 60)
    assert _pool(identitySource="method.request.header.X-Auth").header == b"x-auth"
    china = _POOL.replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1")
    assert _pool(providerARNs=[china]).issuers == ("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc",)


def test_several_pools() -> None:
    other = _POOL.replace("eu-west-1_abc", "eu-west-1_def")
    government = _POOL.replace("arn:aws:", "arn:aws-us-gov:").replace("eu-west-1", "us-gov-west-1")
    assert _pool(providerARNs=[_POOL, other, _POOL, government]).issuers == (
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_def",
        "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_abc",
    )


def test_pools_by_stage_variables() -> None:
    arns = ["${stageVariables.pool}", _POOL]
    part = [_POOL.replace("_abc", "_${stageVariables.id}")]
    assert _pool({"id": "abc"}, providerARNs=part) == _pool()
    for wrong in ("abc/x", "abc?", "a b", "", "abc\n"):
        assert _pool({"id": wrong}, providerARNs=part).issuers in ((), (f"{_HOST}/eu-west-1_",))
    assert len(_pool({"pool": _POOL.replace("_abc", "_def")}, providerARNs=arns).issuers) == 2
    assert len(_pool(providerARNs=arns).issuers) == 1  # an unknown pool is nobody's issuer


def test_user_pools_read_one_header() -> None:
    with pytest.raises(RefusedError, match="one header"):
        _pool(identitySource="method.request.querystring.token")


def _guarded(kind: str, authorizer: str | None) -> dict[str, Any]:
    return mock() | {"authorizationType": kind, "authorizerId": authorizer}


def test_a_document_carries_the_authorizers_that_methods_name() -> None:
    snapshot = {
        "api": {"id": API},
        "resources": [resource("/", GET=_guarded("CUSTOM", "auth01"), PUT=_guarded("NONE", "other1"))],
        "authorizers": [_TOKEN, _TOKEN | {"id": "other1"}],
    }
    assert needed(snapshot) == {"authorizers": {"auth01": _TOKEN}}
    assert needed({"resources": []}) == {}
    assembled = assemble(ACCOUNT, "us-east-1", snapshot, {"stageName": "v1"}, "dep1")
    assert assembled["authorizers"] == {"auth01": _TOKEN}


def test_methods_share_their_authorizer() -> None:
    methods = {"GET": _guarded("CUSTOM", "auth01"), "PUT": _guarded("CUSTOM", "auth01"), "DELETE": mock()}
    program = compile_program(document(resource("/", **methods)) | {"authorizers": {"auth01": _TOKEN}})
    compiled = program.resources[0].methods
    assert isinstance(compiled["GET"].authorizer, FunctionAuthorizer)
    assert compiled["GET"].authorizer is compiled["PUT"].authorizer
    assert compiled["DELETE"].authorizer is None


def test_scopes_reach_the_program() -> None:
    method = _guarded("COGNITO_USER_POOLS", "pools1") | {"authorizationScopes": ["a/read", "a/write"]}
    program = compile_program(document(resource("/", GET=method)) | {"authorizers": {"pools1": _POOLS}})
    assert program.resources[0].methods["GET"].scopes == ("a/read", "a/write")


def test_an_authorizer_that_is_not_there_is_none() -> None:
    """Whoever guards the method then refuses every call."""
    assert Authorizers({}, {}, f"{_API_ARN}/v1").of(_guarded("CUSTOM", "gone01")) is None


@pytest.mark.parametrize(
    ("kind", "authorizer", "reason"),
    [
        ("CUSTOM", _POOLS, "authorizer pools1 is of type COGNITO_USER_POOLS, which is none for CUSTOM"),
        ("COGNITO_USER_POOLS", _TOKEN, "authorizer auth01 is of type TOKEN, which is none for COGNITO_USER_POOLS"),
        ("CUSTOM", _TOKEN | {"identityValidationExpression": "("}, "identityValidationExpression"),
    ],
)
def test_a_deployment_names_the_method_that_it_cannot_guard(kind: str, authorizer: dict[str, Any], reason: str) -> None:
    made = document(resource("/pets", GET=_guarded(kind, authorizer["id"])))
    with pytest.raises(CompileError, match="GET /pets") as refusal:
        compile_program(made | {"authorizers": {authorizer["id"]: authorizer}})
    assert reason in str(refusal.value)
