"""WebSocket APIs compiled: what becomes of each part, and what is refused, naming the route."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.websocket import compile_websocket
from gatewright.program.authorizers import FunctionAuthorizer, IdentitySource
from gatewright.program.records import (
    AwsIntegration,
    CustomLambdaIntegration,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    MockIntegration,
    RequiredParameter,
)
from gatewright.program.throttle import Throttle
from tests.plays.stage import FUNCTION, INVOKE, Body
from tests.plays.websocket_documents import backend, function, mock, response, route, socket_document

_QUEUE = "arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue"
_AUTHORIZER = {
    "AuthorizerId": "auth01",
    "AuthorizerType": "REQUEST",
    "AuthorizerUri": INVOKE,
    "IdentitySource": [
        "route.request.header.X-Who",
        "route.request.querystring.who",
        "stageVariables.a",
        "context.stage",
    ],
}


def _mapped(source: str) -> Body:
    return backend("HTTP", "http://a.test/", RequestParameters={"integration.request.header.a": source})


def test_a_program() -> None:
    program = compile_websocket(
        socket_document(
            route("$connect"),
            route("talk", mock(200, response(template="ok")), two_way=True),
            api={"ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey"},
            variables={"a": "b"},
            stage={"RouteSettings": {"talk": {"ThrottlingRateLimit": 5.0, "ThrottlingBurstLimit": 7}}},
        )
    )
    assert program.arn == "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/v1"
    assert program.domain == "abcdefghij.execute-api.us-east-1.amazonaws.com"
    assert program.key_from_authorizer
    connect, talk = program.routes
    assert (connect.integration, connect.two_way) == (None, False)
    assert (talk.two_way, talk.throttle) == (True, Throttle(5.0, 7))
    assert talk.source_arn == f"{program.arn}/talk"


@pytest.mark.parametrize(
    ("integration", "kind"),
    [
        (mock(), MockIntegration),
        (function(), LambdaIntegration),
        (backend("HTTP", "http://a.test/"), HttpIntegration),
        (backend("HTTP_PROXY", "http://a.test/"), HttpProxyIntegration),
        (backend("AWS", INVOKE), CustomLambdaIntegration),
        (backend("AWS", _QUEUE), AwsIntegration),
    ],
)
def test_integrations(integration: Any, kind: type) -> None:
    (built,) = compile_websocket(socket_document(route("talk", integration))).routes
    assert built.integration is not None
    assert type(built.integration.backend) is kind
    assert built.problem is None


def test_a_function_may_be_named_by_its_plain_arn() -> None:
    (built,) = compile_websocket(socket_document(route("talk", function(FUNCTION)))).routes
    assert built.integration is not None
    backend = built.integration.backend
    assert isinstance(backend, LambdaIntegration)
    assert (backend.function_arn, built.problem) == (FUNCTION, None)
    with pytest.raises(CompileError, match="names no AWS service"):
        compile_websocket(socket_document(route("talk", function(FUNCTION, IntegrationType="AWS"))))


def test_a_route_is_two_way_with_its_expression_and_its_response() -> None:
    document = socket_document(route("talk", mock(), RouteResponseSelectionExpression="$default"))
    del document["routes"][0]["answered"]
    assert not compile_websocket(document).routes[0].two_way


def test_an_address_that_is_none_is_the_problem_of_its_messages() -> None:
    (built,) = compile_websocket(
        socket_document(route("talk", function("arn:aws:apigateway:us-east-1:lambda:path/x")))
    ).routes
    assert built.problem == "Invalid endpoint address: arn:aws:apigateway:us-east-1:lambda:path/x"


def test_an_authorizer() -> None:
    document = socket_document(
        route("$connect", AuthorizationType="CUSTOM", AuthorizerId="auth01"), authorizers=[_AUTHORIZER]
    )
    connect = compile_websocket(document).routes[0]
    assert connect.authorization == "CUSTOM"
    authorizer = connect.authorizer
    assert isinstance(authorizer, FunctionAuthorizer)
    assert (authorizer.function_arn, authorizer.ttl) == (FUNCTION, 0)
    assert authorizer.sources == (
        IdentitySource("header", "x-who"),
        IdentitySource("querystring", "who"),
        IdentitySource("stage", "a"),
        IdentitySource("context", "stage"),
    )


def test_required_parameters_of_connect() -> None:
    declared = {
        "route.request.querystring.b": {"Required": True},
        "route.request.header.A": {"Required": True},
        "route.request.header.C": {"Required": False},
    }
    connect, talk = compile_websocket(
        socket_document(route("$connect", RequestParameters=declared), route("talk", RequestParameters=declared))
    ).routes
    assert connect.required == (RequiredParameter("header", "A"), RequiredParameter("querystring", "b"))
    assert talk.required == ()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (route("x", {"IntegrationType": "NONE"}), "integrations of type NONE are not supported"),
        (route("x", Target="integrations/gone"), "there is no integration integrations/gone"),
        (route("x", mock(RequestTemplates={"a": "#if("})), "requestTemplates a: "),
        (route("x", mock(TemplateSelectionExpression="$request.header.a")), "request.header cannot be named"),
        (route("x", mock(200, response(ResponseTemplates={"a": "#if("}))), "integration response $default a: "),
        (route("x", mock(200, response("/(/"))), "integration response /(/: "),
        (route("x", _mapped("route.request.path.a")), "Invalid mapping expression specified: route.request.path.a"),
        (route("x", _mapped("what")), "Invalid mapping expression specified: what"),
        (route("x", RequestModels={"$default": "None"}), "there is no model None"),
        (route("x", RequestModels={"a": "None"}, ModelSelectionExpression="$context.a"), "modelSelectionExpression: "),
        (route("$connect", AuthorizationType="JWT"), "authorization type JWT is not supported"),
        (route("$connect", AuthorizationType="CUSTOM", AuthorizerId="gone"), "requires a valid authorizer"),
    ],
)  # fmt: skip
def test_refused(bad: Any, reason: str) -> None:
    with pytest.raises(CompileError) as refused:
        compile_websocket(socket_document(bad))
    assert refused.value.place in ("x", "$connect")
    assert reason in refused.value.reason


def test_a_wrong_selection_of_routes_is_refused() -> None:
    with pytest.raises(CompileError, match="routeSelectionExpression"):
        compile_websocket(socket_document(api={"RouteSelectionExpression": "$request.header.x"}))


def test_an_unknown_identity_source_is_refused() -> None:
    document = socket_document(
        route("$connect", AuthorizationType="CUSTOM", AuthorizerId="auth01"),
        authorizers=[_AUTHORIZER | {"IdentitySource": ["$request.header.X"]}],
    )
    with pytest.raises(CompileError, match="Invalid identity source expression"):
        compile_websocket(document)


def test_documents_of_other_kinds_are_refused() -> None:
    with pytest.raises(CompileError):
        compile_websocket(socket_document() | {"format": 2})
    with pytest.raises(CompileError):
        compile_websocket(socket_document() | {"type": "HTTP"})
