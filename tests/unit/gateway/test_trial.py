"""Authorizers that are tried. Lines of the log are those of AWS's own (observed)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.deploy.compile import compile_program
from gatewright.gateway.base import Identities, TokenSource
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.simulator import Simulator
from gatewright.net.base import Failure, UpstreamError, UpstreamResponse
from gatewright.program.records import TEST_STAGE, Simulation
from tests.plays.stage import ACCOUNT, API, FUNCTION_HOST, INVOKE, FakeUpstream, document, mock
from tests.unit.gateway.authorizers.pool_tokens import ACCESS, ID, Tokens

_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": "*"}],
}
_TOKEN = {"type": "TOKEN", "identitySource": "method.request.header.Auth"}
_REQUEST = {"type": "REQUEST", "identitySource": "method.request.header.Hash,context.stage,context.tenant"}
_POOLS = {
    "type": "COGNITO_USER_POOLS",
    "identitySource": "method.request.header.Auth",
    "providerARNs": [f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_abc"],
}
_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/ESTestInvoke-stage/GET"
_ENDPOINT = f"https://lambda.us-east-1.amazonaws.com{INVOKE.partition('path')[2]}"

Answer = UpstreamResponse | UpstreamError


async def _tried(
    authorizer: dict[str, Any],
    headers: dict[str, str],
    answer: Answer | None,
    path: str = "/",
    query: str = "",
    tokens: TokenSource | None = None,
) -> tuple[Mapping[str, Any], Any]:
    """What the test says, and the event."""
    upstream, clock = FakeUpstream(), FakeClock()
    identities = Identities(clock, issuers=tokens)
    endpoints = OneEndpoint(Endpoint(FUNCTION_HOST))
    tester = Simulator(asyncio.get_running_loop(), upstream, endpoints, clock, max_payload=1000, identities=identities)
    kind = authorizer["type"] if authorizer["type"] == _POOLS["type"] else "CUSTOM"
    method = mock() | {"authorizationType": kind, "authorizerId": "auth01"}
    resource = {"id": "test-invoke-resource-id", "path": "/", "resourceMethods": {"GET": method}}
    documents = {"auth01": {"id": "auth01", "name": "a", "authorizerUri": INVOKE} | authorizer}
    program = compile_program(document(resource) | {"authorizers": documents, "stage": {"stageName": TEST_STAGE}})
    caller = {"accountId": ACCOUNT, "apiKey": "test-invoke-api-key"}
    asked = Simulation(path, query, tuple(headers.items()), "a body", caller, {"tenant": "gold"})
    running = asyncio.ensure_future(asyncio.to_thread(tester.authorize, program, asked))
    if answer is not None:
        while not upstream.sent:
            assert not running.done(), running.result()
            await asyncio.sleep(0)
        clock.advance(0.05)
        upstream.sent[-1].done(answer)
    result: Mapping[str, Any] = await asyncio.wait_for(running, 10)
    return result, json.loads(upstream.sent[-1].body) if upstream.sent else None


def _says(**members: Any) -> UpstreamResponse:
    document = {"principalId": "somebody", "policyDocument": _POLICY} | members
    return UpstreamResponse(200, [], json.dumps(document, separators=(",", ":")).encode())


def _lines(result: Mapping[str, Any]) -> list[str]:
    return [line.partition(" : ")[2] for line in result["log"].splitlines()[1:]]


async def test_a_token() -> None:
    answer = _says(context={"n": 1, "none": None})
    result, event = await _tried(_TOKEN, {"Auth": "allowed"}, answer)
    assert event == {"type": "TOKEN", "methodArn": f"{_ARN}/", "authorizationToken": "allowed"}
    log = result["log"]
    request_id = log.partition("\n")[0].removeprefix("Execution log for request ")
    assert result == {
        "clientStatus": 200,
        "principalId": "somebody",
        "policy": json.dumps(_POLICY, separators=(",", ":")),
        "authorization": {"n": ["1"]},
        "latency": 50,
        "log": log,
    }
    lines = _lines(result)
    assert lines[:3] == [
        f"Starting authorizer: auth01 for request: {request_id}",
        "Incoming identity: ****wed",
        f"Endpoint request URI: {_ENDPOINT}",
    ]
    assert lines[4:] == [
        f"Endpoint request body after transformations: {json.dumps(event, separators=(',', ':'))}",
        f"Sending request to {_ENDPOINT}",
        f"Authorizer result body before parsing: {answer.body.decode()}",
        "Using valid authorizer policy for principal: ****body",
        "Successfully completed authorizer execution",
    ]


async def test_a_request() -> None:
    result, event = await _tried(_REQUEST, {"Hash": "aaaaaaaaaaaaaa", "X-B": "b"}, _says(), "/a/b", "q=1")
    context = event.pop("requestContext")
    assert event == {
        "type": "REQUEST",
        "methodArn": f"{_ARN}/a/b",
        "resource": "/",
        "path": "/a/b",
        "httpMethod": "GET",
        "headers": {"Hash": "aaaaaaaaaaaaaa", "X-B": "b"},
        "multiValueHeaders": {"Hash": ["aaaaaaaaaaaaaa"], "X-B": ["b"]},
        "queryStringParameters": {"q": "1"},
        "multiValueQueryStringParameters": {"q": ["1"]},
        "pathParameters": {},
        "stageVariables": {},
    }
    assert (context["stage"], context["resourceId"]) == ("test-invoke-stage", "test-invoke-resource-id")
    assert (context["domainPrefix"], context["identity"]["apiKey"]) == ("testPrefix", "test-invoke-api-key")
    assert _lines(result)[1] == (
        "Incoming identity: {method.request.header.hash=********aaaaaa, "
        "context.stage=***********-stage, context.tenant=**ld}"
    )


_UNRECOGNIZED = (
    'Execution failed due to configuration error: Invalid JSON in response: Unrecognized field "errorMessage"'
)


@pytest.mark.parametrize(
    ("headers", "answer", "status", "last"),
    [
        ({}, None, 401, ["Unauthorized"]),
        (
            {"Auth": "t"},
            UpstreamResponse(200, [(b"X-Amz-Function-Error", b"Unhandled")], b'{"errorMessage":"Unauthorized"}'),
            401,
            ["Unauthorized"],
        ),
        (
            {"Auth": "t"},
            UpstreamResponse(200, [(b"X-Amz-Function-Error", b"Unhandled")], b'{"errorMessage":"no"}'),
            500,
            [
                'Authorizer result body before parsing: {"errorMessage":"no"}',
                f"{_UNRECOGNIZED} , not marked as ignorable",
                "AuthorizerConfigurationException",
            ],
        ),
        (
            {"Auth": "t"},
            UpstreamResponse(200, [], b"null"),
            500,
            [
                "Authorizer result body before parsing: null",
                "Execution failed due to configuration error: Could not parse policy",
                "AuthorizerConfigurationException",
            ],
        ),
        (
            {"Auth": "t"},
            UpstreamError(Failure.TIMEOUT),
            500,
            ["Execution failed due to a timeout error (timeout)", "AuthorizerConfigurationException"],
        ),
    ],
    ids=["no token", "Unauthorized", "an error", "no policy", "no answer"],
)
async def test_what_the_client_would_get(
    headers: dict[str, str], answer: Answer | None, status: int, last: list[str]
) -> None:
    result, _ = await _tried(_TOKEN, headers, answer)
    assert (result["clientStatus"], "policy" in result) == (status, False)
    assert _lines(result)[-len(last) :] == last


async def test_nothing_that_tells_a_secret_is_in_the_log() -> None:
    result, _ = await _tried(_TOKEN | {"identitySource": "method.request.header.X"}, {"X": "0123456789"}, _says())
    assert "Incoming identity: *****56789" in result["log"]


async def test_a_user_pool() -> None:
    for later in (False, True):
        tokens = Tokens(**ID, exp=1469818373)
        tokens.later = later
        result, _ = await _tried(_POOLS, {"Auth": "Bearer 0123456789"}, None, tokens=tokens)
        assert (result["clientStatus"], "principalId" in result) == (200, False)
        assert result["claims"] == ID | {"exp": "Fri Jul 29 18:52:53 UTC 2016"}
        assert _lines(result)[1:] == [
            "Incoming identity: ***********456789",
            "Successfully completed authorizer execution",
        ]


@pytest.mark.parametrize(
    ("headers", "tokens", "status", "last"),
    [
        ({}, Tokens(**ID), 401, "Unauthorized"),
        ({"Auth": "t"}, Tokens(**ACCESS), 401, "Unauthorized"),
        ({"Auth": "bad the token has expired"}, Tokens(**ID), 401, "Unauthorized"),
        ({"Auth": "bad JWKS communication error"}, Tokens(**ID), 500, "AuthorizerConfigurationException"),
        ({"Auth": "t"}, None, 500, "AuthorizerConfigurationException"),
    ],
    ids=["no token", "an access token", "expired", "no keys", "nobody to ask"],
)
async def test_a_user_pool_that_refuses(headers: dict[str, str], tokens: Tokens | None, status: int, last: str) -> None:
    result, _ = await _tried(_POOLS, headers, None, tokens=tokens)
    assert (result["clientStatus"], "claims" in result) == (status, False)
    assert _lines(result)[-1] == last
