from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.deploy.gateway_responses import compile_gateway_responses
from gatewright.edge.target import Target
from gatewright.gateway.customised import build
from gatewright.gateway.errors import FORBIDDEN, GatewayError
from gatewright.gateway.exchange import Answer, Exchange
from gatewright.gateway.grants import Grant
from tests.plays.stage import API, FakeRequest
from tests.unit.gateway.support import exchange

HEADER = "gatewayresponse.header."


def answered(
    response: Mapping[str, Any], error: GatewayError, headers: Sequence[tuple[str, str]] = (), **stage: Any
) -> tuple[int, dict[str, str], str]:
    made = exchange(headers, query="q=1&q=2", **stage)
    render = build(compile_gateway_responses([response], made.program.variables))
    assert render is not None
    return read(render(made, error))


def read(answer: Answer) -> tuple[int, dict[str, str], str]:
    lines = (line.partition(": ") for line in answer.head.decode().split("\r\n") if line)
    return answer.status, {name: value for name, _, value in lines}, answer.body.decode()


def test_nothing_customised_needs_no_renderer() -> None:
    assert build({}) is None


def test_status_headers_and_body() -> None:
    response = {
        "responseType": "BAD_REQUEST_BODY",
        "statusCode": "422",
        "responseParameters": {
            f"{HEADER}X-Text": "'text'",
            f"{HEADER}X-Header": "method.request.header.X-Sent",
            f"{HEADER}X-Path": "method.request.path.id",
            f"{HEADER}X-Query": "method.request.querystring.q",
            f"{HEADER}X-Type": "context.error.responseType",
            f"{HEADER}X-Stage": "stageVariables.a",
            f"{HEADER}X-Absent": "method.request.header.Absent",
        },
        "responseTemplates": {
            "application/problem+json": '{"m":$context.error.messageString,"t":"$context.error.responseType",'
            '"v":"$context.error.validationErrorString","s":"$context.stage","a":"$stageVariables.a"}'
        },
    }
    error = GatewayError("BAD_REQUEST_BODY", 'a "b"', validation="[why]")
    status, headers, body = answered(response, error, [("X-Sent", "sent")], variables={"a": "one"})
    assert status == 422
    assert headers == {
        "X-Text": "text",
        "X-Header": "sent",
        "X-Path": "7 7",
        "X-Query": "2",
        "X-Type": "BAD_REQUEST_BODY",
        "X-Stage": "one",
        "Content-Type": "application/problem+json",
        "x-amzn-ErrorType": "BadRequestException",
    }
    assert body == '{"m":"a \\"b\\"","t":"BAD_REQUEST_BODY","v":"[why]","s":"v1","a":"one"}'


def test_without_a_status_the_error_s_own_stays() -> None:
    error = GatewayError("INTEGRATION_FAILURE", status=502)
    status, _, body = answered({"responseType": "DEFAULT_5XX"}, error)
    assert (status, body) == (502, '{"message":"Internal server error"}')


def test_a_message_that_is_null() -> None:
    templates = {"application/json": '{"m":$context.error.messageString,"n":"$context.error.message"}'}
    response = {"responseType": "DEFAULT_5XX", "responseTemplates": templates}
    assert answered(response, GatewayError("AUTHORIZER_FAILURE"))[2] == '{"m":null,"n":""}'


@pytest.mark.parametrize("error", [GatewayError("THROTTLED"), GatewayError(FORBIDDEN)])
def test_other_errors_stay_as_they_are(error: GatewayError) -> None:
    status, headers, _ = answered({"responseType": "UNAUTHORIZED", "statusCode": "499"}, error)
    assert (status, headers["Content-Type"]) == (error.status, "application/json")


def test_the_gateway_s_own_headers_are_not_replaced() -> None:
    parameters = {
        f"{HEADER}Content-Length": "'1'",
        f"{HEADER}x-amzn-ErrorType": "'x'",
        f"{HEADER}Content-Type": "'text/html'",
        f"{HEADER}WWW-Authenticate": "'Basic'",
    }
    _, headers, _ = answered(
        {"responseType": "UNAUTHORIZED", "responseParameters": parameters}, GatewayError("UNAUTHORIZED")
    )
    assert headers == {
        "Content-Type": "text/html",
        "WWW-Authenticate": "Basic",
        "x-amzn-ErrorType": "UnauthorizedException",
    }


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("text/html", "text/html"), ("image/png", "application/json"), ("TEXT/HTML;q=1, application/json", "text/html")],
)
def test_the_template_that_the_client_accepts(accept: str, kind: str) -> None:
    response = {"responseType": "THROTTLED", "responseTemplates": {"text/html": "<p>", "application/json": "{}"}}
    assert answered(response, GatewayError("THROTTLED"), [("Accept", accept)])[1]["Content-Type"] == kind


def test_an_error_before_there_is_a_route() -> None:
    made = exchange()
    fresh = Exchange(FakeRequest("GET", "/v1/none", [], b""), Target(API, b"/v1/none"), FakeClock())
    fresh.program = made.program
    template = "$context.resourcePath|$method.request.path.id|$context.httpMethod|$context.stage"
    response = {
        "responseType": "MISSING_AUTHENTICATION_TOKEN",
        "responseTemplates": {"text/plain": template},
        "responseParameters": {f"{HEADER}X-Path": "method.request.path.id"},
    }
    render = build(compile_gateway_responses([response], {}))
    assert render is not None
    _, headers, body = read(render(fresh, GatewayError("MISSING_AUTHENTICATION_TOKEN")))
    assert body == "|||v1"
    assert "X-Path" not in headers


def test_an_authorizer_explains_its_deny() -> None:
    response = {
        "responseType": "ACCESS_DENIED",
        "responseParameters": {f"{HEADER}X-Why": "context.authorizer.why"},
        "responseTemplates": {"application/json": '{"why":"$context.authorizer.why"}'},
    }
    made = exchange(authorization="CUSTOM")
    render = build(compile_gateway_responses([response], {}))
    assert render is not None
    made.grant = Grant(context={"why": "too late"})
    status, headers, body = read(render(made, GatewayError("ACCESS_DENIED")))
    assert (status, headers["X-Why"], body) == (403, "too late", '{"why":"too late"}')
