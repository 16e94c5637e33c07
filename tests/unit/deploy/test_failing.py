"""What compiles and fails at every call."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.failing import failing
from gatewright.deploy.stage_document import compiled
from tests.plays import websocket_documents as websocket
from tests.plays.http_api import authorizer, guarded, http_document, proxy, route
from tests.plays.stage import document, http_proxy, mock, resource

_POOLS = {"id": "a", "type": "COGNITO_USER_POOLS", "providerARNs": ["arn:nothing"]}
_TOKEN = {"id": "a", "type": "TOKEN", "authorizerUri": "nothing", "identitySource": "method.request.header.A"}


def _guarded(kind: str, *authorizers: dict[str, Any]) -> dict[str, Any]:
    method = mock() | {"authorizationType": kind, "authorizerId": "a"}
    return document(resource("/", GET=method)) | {"authorizers": {each["id"]: each for each in authorizers}}


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        (document(resource("/", GET=mock(), PUT=http_proxy("http://a"))), []),
        (document(resource("/", GET=http_proxy("http://${stageVariables.a}"))), [("GET /", "integration's URI")]),
        (
            document(resource("/", GET=http_proxy("http://a", connectionType="VPC_LINK", connectionId="x"))),
            [("GET /", "Invalid VPC link: x does not exist")],
        ),
        (_guarded("CUSTOM"), [("GET /", "its authorizer is not there")]),
        (_guarded("CUSTOM", _TOKEN), [("GET /", "its authorizer: Invalid endpoint address")]),
        (_guarded("COGNITO_USER_POOLS", _POOLS), [("GET /", "its authorizer names no user pool")]),
        (
            http_document(route("GET /a"), route("GET /b", proxy("http://a")), route("GET /c", proxy("x"))),
            [("GET /a", "no integration"), ("GET /c", "Invalid endpoint address: x")],
        ),
        (
            http_document(guarded("GET /a", proxy("http://a"))) | {"authorizers": [authorizer(AuthorizerUri="x")]},
            [("GET /a", "its authorizer: Invalid Authorizer URI: x")],
        ),
        (
            websocket.socket_document(
                websocket.route("a", websocket.mock()), websocket.route("b", websocket.backend("HTTP_PROXY", "x"))
            ),
            [("b", "integration's URI")],
        ),
    ],
)
def test_what_fails(whole: dict[str, Any], found: list[tuple[str, str]]) -> None:
    seen = list(failing(compiled(whole)))
    assert [place for place, _ in seen] == [place for place, _ in found]
    for (_, reason), (_, words) in zip(seen, found, strict=True):
        assert words in reason
