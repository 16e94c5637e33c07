from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.methods import RefusedError, compile_integration
from gatewright.program.records import HttpIntegration, HttpProxyIntegration, LambdaIntegration, MockIntegration
from tests.plays.stage import FUNCTION, INVOKE, function, http, http_proxy, method, mock

_BROKEN = {"application/json": "#if("}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "No integration defined for method"),
        (method({"type": "TEAPOT"}), "type TEAPOT are not supported"),
        (
            http("http://a.test", responseTransferMode="STREAM"),
            "STREAM is for AWS_PROXY and HTTP_PROXY only, not for HTTP",
        ),
        (mock(requestTemplates=_BROKEN), "requestTemplates application/json: "),
        (mock(responses={"200": {"responseTemplates": _BROKEN}}), "integration response 200, responseTemplates"),
        (mock(responses={"200": {"selectionPattern": "("}}), "integration response 200: selectionPattern"),
        (http("http://a.test", requestParameters={"integration.request.header.a": "b"}), "Invalid mapping expression"),
        (http("http://a.test", requestParameters={"nonsense": "'b'"}), "Invalid mapping expression parameter"),
        (
            http("http://a.test", requestParameters={"integration.request.header.a": "method.request.body[b]"}),
            "Invalid mapping expression",
        ),
        (function("arn:aws:apigateway:us-east-1:firehose:path/x"), "other services than Lambda"),
        (function(credentials="arn:aws:iam::*:user/*"), "credentials of the caller"),
    ],
)
def test_what_is_refused(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError, match=reason.replace("(", r"\(")):
        compile_integration(document, {})


def test_mock() -> None:
    integration, problem = compile_integration(
        mock(requestTemplates={"Text/Plain": "{}", "$default": '{"statusCode":1}'}), {}
    )
    assert isinstance(integration, MockIntegration)
    assert problem is None
    assert integration.statuses == {"text/plain": None, "$default": 1}


def test_http_and_its_defaults() -> None:
    integration, _ = compile_integration(http("http://${stageVariables.h}/", "any"), {"h": "a.test"})
    assert isinstance(integration, HttpIntegration)
    assert integration.uri is not None
    assert (integration.uri.host, integration.method, integration.timeout) == ("a.test", b"", 29.0)
    assert (integration.verify, integration.passthrough) == (True, "WHEN_NO_MATCH")


def test_http_proxy_may_skip_verification_and_ignores_templates() -> None:
    document = http_proxy(
        "https://a.test/", "get", tlsConfig={"insecureSkipVerification": True}, requestTemplates=_BROKEN
    )
    integration, _ = compile_integration(document, {})
    assert isinstance(integration, HttpProxyIntegration)
    assert (integration.verify, integration.method) == (False, b"GET")


def test_lambda() -> None:
    integration, problem = compile_integration(function(timeoutInMillis=1500), {})
    assert isinstance(integration, LambdaIntegration)
    assert (integration.function_arn, integration.timeout, problem) == (FUNCTION, 1.5, None)


@pytest.mark.parametrize(
    "document",
    [
        function(httpMethod="GET"),
        function(INVOKE.removesuffix("/invocations")),
        function(requestParameters={"integration.request.header.Authorization": "'x'"}),
        http("http://a.test", requestParameters={"integration.request.header.Content-Length": "'1'"}),
    ],
)
def test_what_aws_deploys_and_fails(document: dict[str, Any]) -> None:
    assert compile_integration(document, {})[1] is not None


def test_responses_without_a_method_response_are_a_problem_of_their_own() -> None:
    integration, _ = compile_integration(mock() | {"methodResponses": {}}, {})
    assert isinstance(integration, MockIntegration)
    assert integration.responses[0].problem == "Output mapping refers to an invalid method response: 200"


def test_undefined_stage_variables_are_no_mapping() -> None:
    parameters = {"integration.request.header.a": "stageVariables.no"}
    integration, _ = compile_integration(http("http://a.test", requestParameters=parameters), {})
    assert isinstance(integration, HttpIntegration)
    assert integration.parameters == ()
