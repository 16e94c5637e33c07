from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.context import context_members, context_value
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.program.usage import ApiKey
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.support import exchange


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accountId", ACCOUNT),
        ("apiId", API),
        ("stage", "v1"),
        ("deploymentId", "dep123"),
        ("resourcePath", "/things/{id}"),
        ("httpMethod", "GET"),
        ("path", "/v1/things/7%207"),
        ("protocol", "HTTP/1.1"),
        ("domainName", f"{API}.execute-api.us-east-1.amazonaws.com"),
        ("domainPrefix", API),
        ("requestTime", "14/Nov/2023:22:13:20 +0000"),
        ("requestTimeEpoch", "1700000000000"),
        ("identity.sourceIp", "203.0.113.7"),
        ("identity.userAgent", "curl"),
        ("identity.vpceId", None),
        ("identity.vpcId", None),
        ("identity.caller", None),
        ("operationName", None),
        ("nothing", None),
    ],
)
def test_variables(name: str, value: str | None) -> None:
    assert context_value(exchange({"User-Agent": "curl"}), name) == value


def test_ids_are_those_of_the_exchange() -> None:
    made = exchange()
    assert context_value(made, "requestId") == made.request_id.decode()
    assert context_value(made, "extendedRequestId") == made.extended_id.decode()
    assert context_value(made, "resourceId") == made.method.resource_id


def test_the_request_time_is_when_the_request_came() -> None:
    made = exchange()
    made.clock.advance(5)  # type: ignore[attr-defined]  # the fake clock of these tests
    assert context_value(made, "requestTimeEpoch") == "1700000000000"


def _granted(authorization: str = "CUSTOM", **grant: Any) -> Exchange:
    made = exchange({"User-Agent": "curl"}, authorization=authorization)
    made.grant = Grant(**grant)
    return made


_CONTEXT = {"principalId": "u1", "key": "value", "number": 1, "part": 1.5, "yes": True, "no": False, "none": None}
_CLAIMS = {"sub": "s", "cognito:username": "ada", "https://a.test/role": "boss", "claims.sub": "odd"}
_WHO = {"caller": "AIDA", "userArn": "arn:u", "accessKey": None, "cognitoIdentityId": "pool:1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorizer.principalId", "u1"),
        ("authorizer.key", "value"),
        ("authorizer.number", "1"),
        ("authorizer.part", "1.5"),
        ("authorizer.yes", "true"),
        ("authorizer.no", "false"),
        ("authorizer.none", None),
        ("authorizer.nothing", None),
        ("authorizer.integrationLatency", "12"),
        ("authorizer.claims.sub", None),
        ("authorizer", None),
        ("identity.caller", "AIDA"),
        ("identity.userArn", "arn:u"),
        ("identity.cognitoIdentityId", "pool:1"),
        ("identity.accessKey", None),
        ("identity.user", None),
        ("identity.sourceIp", "203.0.113.7"),
        ("key", None),
        ("error.key", None),
    ],
)
def test_what_a_lambda_authorizer_said(name: str, value: str | None) -> None:
    assert context_value(_granted(context=_CONTEXT, identity=_WHO, latency=12), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorizer.claims.sub", "s"),
        ("authorizer.claims.cognito:username", "ada"),
        ("authorizer.claims.https://a.test/role", "boss"),
        ("authorizer.claims.claims.sub", "odd"),
        ("authorizer.claims.none", None),
        ("authorizer.claims", None),  # the map as a whole is null
        ("authorizer.scopes", None),
        ("authorizer.integrationLatency", None),
    ],
)
def test_claims(name: str, value: str | None) -> None:
    made = _granted("COGNITO_USER_POOLS", context={"claims": _CLAIMS, "scopes": ["a", "b"]})
    assert context_value(made, name) == value


def test_an_authorizer_cannot_speak_for_the_gateway() -> None:
    made = _granted(context={"integrationLatency": "0"}, identity={"sourceIp": "10.0.0.1"}, latency=7)
    assert context_value(made, "authorizer.integrationLatency") == "7"
    assert context_value(made, "identity.sourceIp") == "203.0.113.7"


def test_what_templates_walk_over() -> None:
    made = _granted(context={"key": "value", "number": 1, "none": None}, identity=_WHO, latency=3)
    assert context_members(made, "authorizer") == {"key": "value", "number": "1", "integrationLatency": "3"}
    assert context_members(made, "authorizer.claims") == {}
    assert context_members(made, "requestOverride") == {}
    identity = context_members(made, "identity")
    assert identity["caller"] == "AIDA"
    assert identity["sourceIp"] == "203.0.113.7"
    assert identity["cognitoIdentityId"] == "pool:1"
    assert identity["userAgent"] == "curl"


def test_what_templates_walk_over_without_a_lambda_authorizer() -> None:
    made = _granted("COGNITO_USER_POOLS", context={"claims": {"sub": "s", "n": 1}})
    assert context_members(made, "authorizer.claims") == {"sub": "s", "n": "1"}
    assert context_members(made, "authorizer") == {}
    nobody = exchange()
    assert context_members(nobody, "authorizer") == {}
    assert context_members(nobody, "identity").keys() >= {"caller", "sourceIp", "userAgent", "userArn", "user"}


def test_the_api_key_of_methods_that_require_one() -> None:
    made = exchange()
    assert context_value(made, "identity.apiKey") is None
    assert "apiKey" not in context_members(made, "identity")
    made.api_key = ApiKey((ACCOUNT, "us-east-1"), "keyid", "secret", "name", None, ())
    assert context_value(made, "identity.apiKey") == "secret"
    assert context_value(made, "identity.apiKeyId") == "keyid"
    assert context_members(made, "identity")["apiKeyId"] == "keyid"
