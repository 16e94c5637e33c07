"""Calls of functions that a program may make."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.invocations import Invocation, invocations
from gatewright.deploy.stage_document import compiled
from tests.plays import http_api, websocket_documents
from tests.plays.stage import ACCOUNT, API, FUNCTION, INVOKE, aws, document, function, mock, resource

_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
_AUTHORIZER = FUNCTION.replace("my-function", "my-authorizer")


def test_methods_and_their_authorizers() -> None:
    token = {"id": "a", "type": "TOKEN", "identitySource": "method.request.header.A"}
    token["authorizerUri"] = INVOKE.replace("my-function", "my-authorizer")
    guarded = function() | {"authorizationType": "CUSTOM", "authorizerId": "a"}
    whole = document(resource("/o/{id}", GET=guarded, PUT=aws(INVOKE), POST=function(credentials=_ROLE), DELETE=mock()))
    assert list(invocations(compiled(whole | {"authorizers": {"a": token}}))) == [
        Invocation("GET /o/{id}", FUNCTION, f"{_ARN}/v1/GET/o/*"),
        Invocation("GET /o/{id}, its authorizer", _AUTHORIZER, f"{_ARN}/authorizers/a"),
        Invocation("PUT /o/{id}", FUNCTION, f"{_ARN}/v1/PUT/o/*"),
        Invocation("POST /o/{id}", FUNCTION, None),
    ]


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        (
            http_api.http_document(
                http_api.guarded("GET /a", http_api.function()), http_api.route("GET /b", http_api.proxy("http://a"))
            )
            | {"authorizers": [http_api.authorizer()]},
            [
                Invocation("GET /a", FUNCTION, f"{_ARN}/$default/GET/a"),
                Invocation("GET /a, its authorizer", _AUTHORIZER, f"{_ARN}/authorizers/auth01"),
            ],
        ),
        (
            websocket_documents.socket_document(
                websocket_documents.route("talk", websocket_documents.function()),
                websocket_documents.route("b", websocket_documents.mock()),
            ),
            [Invocation("talk", FUNCTION, f"{_ARN}/v1/talk")],
        ),
    ],
)
def test_routes(whole: dict[str, Any], found: list[Invocation]) -> None:
    assert list(invocations(compiled(whole))) == found
