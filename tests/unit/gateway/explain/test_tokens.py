from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.http_api import compile_http_api
from gatewright.gateway.explain.base import AnyProgram
from gatewright.identity import tokens
from tests.plays import http_api
from tests.plays.stage import mock
from tests.unit.gateway.explain.support import AT, failed, record, rest, told, words


def program(**route: Any) -> AnyProgram:
    key = "GET /things/{id}"
    made = http_api.route(key, http_api.proxy("http://a.test"), **http_api.JWT, **route)
    return compile_http_api(http_api.http_document(made) | {"authorizers": [http_api.jwt()]})


POOL = {
    "id": "pool01",
    "type": "COGNITO_USER_POOLS",
    "providerARNs": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"],
    "identitySource": "method.request.header.Authorization",
    "identityValidationExpression": "client",
}


def pool() -> AnyProgram:
    method = mock() | {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": "pool01"}
    return rest(method, authorizers={"pool01": POOL})


TOKEN = {"iss": "https://other.test", "aud": "mobile", "exp": AT - 10, "nbf": AT + 5, "kid": "k1", "alg": "HS256"}

REASONS = [
    ("no token in the identity source", "the header authorization is missing or empty"),
    ("the identity source is there more than once", "comes more than once"),
    (tokens.EXPIRED, "exp is 1699999990.0 (2023-11-14 22:13:10 UTC), 10 s before the request"),
    (tokens.EARLY, "not valid yet: nbf is 1700000005.0"),
    (tokens.AUDIENCE, 'aud is "mobile", and the authorizer takes client'),
    (tokens.ISSUER, 'iss is "https://other.test"'),
    (tokens.SEGMENTS, "no token of three parts"),
    (tokens.MALFORMED, "no token of three parts"),
    (tokens.KEY, '"k1"'),
    (tokens.SIGNATURE, "signature is wrong"),
    (tokens.ALGORITHM.format("HS256"), 'signed with "HS256"'),
    (tokens.TIMES.format("exp"), "no usable exp"),
    ("something new", "refused the token: invalid_token: something new"),
]


@pytest.mark.parametrize(("reason", "said"), REASONS)
def test_tokens_that_are_refused(reason: str, said: str) -> None:
    error = failed("UNAUTHORIZED", log=f"invalid_token: {reason}", evidence={"token": TOKEN | {"segments": 2}})
    explained = told(record(program()), error)
    assert said in explained.why[0]
    assert [each.title for each in explained.exhibits] == ["The authorizer", "What the token says (not proved)"]
    assert "issuer    https://issuer.test" in explained.exhibits[0].text


def test_a_token_of_three_parts_that_are_none() -> None:
    error = failed("UNAUTHORIZED", log=f"invalid_token: {tokens.MALFORMED}", evidence={"token": {"segments": 3}})
    assert "are not JSON in base64url" in told(record(program()), error).why[0]


def test_a_token_without_the_scopes() -> None:
    error = failed("ACCESS_DENIED", log="insufficient_scope: x", evidence={"token": {"scope": "read"}})
    explained = told(record(program(AuthorizationScopes=["write"])), error)
    assert "it has read, wanted is write" in explained.why[0]
    assert "scopes    one of write" in explained.exhibits[0].text


def test_keys_that_cannot_be_fetched() -> None:
    for reason in (tokens.DISCOVERY, tokens.JWKS):
        error = failed("AUTHORIZER_CONFIGURATION_ERROR", log=f"invalid_token: {reason}")
        assert "https://issuer.test could not be fetched" in told(record(program()), error).why[0]
    error = failed("AUTHORIZER_CONFIGURATION_ERROR", log="JWT authorizer: nobody here can check its tokens")
    assert "stays closed" in told(record(program()), error).why[0]


def test_user_pools() -> None:
    kind = failed("UNAUTHORIZED", log="an ID token is needed", evidence={"token": {"token_use": "access"}})
    assert 'token_use is "access", and the method wants an ID token' in told(record(pool()), kind).why[0]
    audience = told(record(pool()), failed("UNAUTHORIZED", log=f"invalid token: {tokens.AUDIENCE}"))
    assert "identityValidationExpression wants client" in audience.why[0]
    assert "audience  client" in words(audience)
    missing = told(record(pool()), failed("UNAUTHORIZED", log="no token in the identity source"))
    assert "the header authorization" in missing.why[0]
    scope = failed("UNAUTHORIZED", log="the token has none of the scopes of the method")
    assert "none of the scopes" in told(record(pool()), scope).why[0]


def test_dates_that_are_none_are_left_as_they_are() -> None:
    error = failed("UNAUTHORIZED", log=tokens.EXPIRED, evidence={"token": {"exp": 1e300}})
    assert "exp is 1e+300" in told(record(program()), error).why[0]
