from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.program.authorizers import FunctionAuthorizer, PoolAuthorizer
from gatewright.program.records import Simulation, StageProgram
from tests.unit.control.support import Control, patch, refused

LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)


def mock_at_root(plane: Control, verb: str = "GET", **method: Any) -> dict[str, Any]:
    """A method that answers with a header, a body and a stage variable."""
    api_id, root = plane.api(minimumCompressionSize=0)
    at = {"restApiId": api_id, "resourceId": root, "httpMethod": verb}
    plane.rest.put_method(**at, **{"authorizationType": "NONE"} | method)
    plane.rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    declared = {"method.response.header.X-Variable": True}
    plane.rest.put_method_response(**at, statusCode="200", responseParameters=declared)
    mapped = {"method.response.header.X-Variable": "stageVariables.a"}
    plane.rest.put_integration_response(
        **at, statusCode="200", responseParameters=mapped, responseTemplates={"text/plain": "hello"}
    )
    return at


def test_a_method_runs_undeployed(plane: Control) -> None:
    at = mock_at_root(plane)
    answer = plane.rest.test_invoke_method(
        **at, stageVariables={"a": "one"}, multiValueHeaders={"Accept-Encoding": ["gzip", "br"]}
    )
    assert (answer["status"], answer["body"]) == (200, "hello")
    assert answer["headers"] == {"X-Variable": "one", "Content-Type": "text/plain"}
    assert answer["multiValueHeaders"] == {"X-Variable": ["one"], "Content-Type": ["text/plain"]}
    assert "Method request headers: {Accept-Encoding=gzip,br}" in answer["log"]
    assert answer["latency"] >= 0


def test_headers_without_values(plane: Control) -> None:
    """Null, which SDKs do not send."""
    given = {"headers": {"A": "1", "B": None}, "multiValueHeaders": {"A": None, "C": [], "D": ["2"]}}

    def with_null(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps(given).encode()

    plane.rest.meta.events.register("before-call.apigateway.TestInvokeMethod", with_null)
    log = plane.rest.test_invoke_method(**mock_at_root(plane))["log"]
    assert "Method request headers: {A=1, B=, D=2}" in log


@pytest.mark.parametrize("method", [{"authorizationType": "AWS_IAM"}, {"apiKeyRequired": True}])
def test_nobody_asks_who_calls(plane: Control, method: dict[str, Any]) -> None:
    assert plane.rest.test_invoke_method(**mock_at_root(plane, **method))["status"] == 200


def test_any_stands_for_the_usual_methods(plane: Control) -> None:
    at = mock_at_root(plane, "ANY")
    for verb, shown in (("PATCH", "PATCH"), ("ANY", "GET")):
        answer = plane.rest.test_invoke_method(**at | {"httpMethod": verb})
        assert f"HTTP Method: {shown}, Resource Path: /" in answer["log"]
    assert refused(plane.rest.test_invoke_method, **at | {"httpMethod": "BREW"})[0] == 404


def test_what_is_wrong_elsewhere_does_not_matter(plane: Control) -> None:
    at = mock_at_root(plane)
    plane.rest.put_method(**at | {"httpMethod": "POST"}, authorizationType="NONE")
    assert plane.rest.test_invoke_method(**at)["status"] == 200
    assert (
        "No integration defined for method" in refused(plane.rest.test_invoke_method, **at | {"httpMethod": "POST"})[2]
    )


def test_customised_gateway_responses_count(plane: Control) -> None:
    at = mock_at_root(plane)
    plane.rest.delete_integration_response(**at, statusCode="200")
    patches = [patch("replace", "/statusCode", "599")]
    plane.rest.update_gateway_response(restApiId=at["restApiId"], responseType="DEFAULT_5XX", patchOperations=patches)
    answer = plane.rest.test_invoke_method(**at)
    assert (answer["status"], answer["headers"]) == (599, {"x-amzn-ErrorType": "InternalServerErrorException"})
    assert "Method completed with status: 599" in answer["log"]


@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"clientCertificateId": "none"}, 404, "Invalid Client Certificate identifier specified"),
        ({"stageVariables": {"a b": "1"}}, 400, "Invalid stage variable name: a b"),
        ({"headers": {"A": "1\r\nB: 2"}}, 400, "Invalid header specified"),
        ({"headers": {"é": "1"}}, 400, "Invalid header specified"),
    ],
)
def test_what_is_refused(plane: Control, params: dict[str, Any], status: int, said: str) -> None:
    answer = refused(plane.rest.test_invoke_method, **mock_at_root(plane), **params)
    assert answer[0] == status
    assert said in answer[2]


def test_a_client_certificate_goes_along(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = []

    def look(program: StageProgram, verb: str, simulation: Simulation) -> Any:
        programs.append(program)
        return {"status": 200}

    monkeypatch.setattr(plane.bench, "invoke", look)
    made = plane.rest.generate_client_certificate()
    plane.rest.test_invoke_method(**mock_at_root(plane), clientCertificateId=made["clientCertificateId"])
    [program] = programs
    assert program.identity is not None
    assert program.identity[0] == made["pemEncodedCertificate"]


def test_paths_as_a_client_would_send_them(plane: Control) -> None:
    at = mock_at_root(plane)
    answer = plane.rest.test_invoke_method(**at, pathWithQueryString="a b/ü?q=x y&r")
    assert "Resource Path: /a%20b/%C3%BC\n" in answer["log"]
    assert "Method request query string: {q=x y, r=}" in answer["log"]


def test_an_execution_without_an_end(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(program: StageProgram, verb: str, simulation: Simulation) -> Any:
        raise TimeoutError

    monkeypatch.setattr(plane.bench, "invoke", never)
    assert refused(plane.rest.test_invoke_method, **mock_at_root(plane))[:2] == (503, "ServiceUnavailableException")


def _authorizer(plane: Control, **members: Any) -> dict[str, str]:
    api_id, _ = plane.api()
    given = {"type": "TOKEN", "authorizerUri": LAMBDA, "identitySource": "method.request.header.Auth"} | members
    made = plane.rest.create_authorizer(restApiId=api_id, name="a", **given)
    return {"restApiId": api_id, "authorizerId": made["id"]}


def test_an_authorizer_is_asked_undeployed(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[StageProgram, Simulation]] = []

    def authorize(program: StageProgram, simulation: Simulation) -> Any:
        asked.append((program, simulation))
        return {"clientStatus": 200, "latency": 7}

    monkeypatch.setattr(plane.bench, "authorize", authorize)
    at = _authorizer(plane, identityValidationExpression="a.*")
    variables = {"tier": "gold"}
    answer = plane.rest.test_invoke_authorizer(
        **at,
        headers={"Auth": "abc"},
        pathWithQueryString="/a?b=c",
        stageVariables=variables,
        additionalContext={"d": "e"},
    )
    assert (answer["clientStatus"], answer["latency"]) == (200, 7)
    ((program, simulation),) = asked
    assert (simulation.path, simulation.query, simulation.headers) == ("/a", "b=c", (("Auth", "abc"),))
    assert (simulation.context, program.variables) == ({"d": "e"}, variables)
    method = program.resources[0].methods["GET"]
    assert isinstance(method.authorizer, FunctionAuthorizer)
    assert (method.authorization, method.authorizer.id, method.resource_id) == (
        "CUSTOM",
        at["authorizerId"],
        "test-invoke-resource-id",
    )


def test_an_authorizer_that_answers_nothing(plane: Control) -> None:
    """The bench has no functions."""
    answer = plane.rest.test_invoke_authorizer(**_authorizer(plane), headers={"Auth": "abc"})
    assert answer["clientStatus"] == 500
    assert "AuthorizerConfigurationException" in answer["log"]
    assert "principalId" not in answer


def test_an_authorizer_that_hangs(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(program: StageProgram, simulation: Simulation) -> Any:
        raise TimeoutError

    monkeypatch.setattr(plane.bench, "authorize", never)
    assert refused(plane.rest.test_invoke_authorizer, **_authorizer(plane))[:2] == (503, "ServiceUnavailableException")


def test_authorizers_that_are_not_there(plane: Control) -> None:
    test = plane.rest.test_invoke_authorizer
    at = _authorizer(plane)
    assert refused(test, **at | {"authorizerId": "none"})[2] == "Invalid Authorizer identifier specified"
    assert refused(test, restApiId="none", authorizerId="none")[0] == 404
    assert refused(test, **at, headers={"a": "b\r\nc: d"})[0] == 400


def test_user_pools(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc"
    at = _authorizer(plane, type="COGNITO_USER_POOLS", authorizerUri=None, providerARNs=[pool])
    answer = plane.rest.test_invoke_authorizer(**at, headers={"Auth": "abc"})
    assert (answer["clientStatus"], "claims" in answer) == (500, False)  # the bench knows no pools

    def authorize(program: StageProgram, simulation: Simulation) -> Any:
        method = program.resources[0].methods["GET"]
        assert isinstance(method.authorizer, PoolAuthorizer)
        assert (method.authorization, method.scopes) == ("COGNITO_USER_POOLS", ())
        return {"clientStatus": 200, "claims": {"sub": "me"}, "latency": 7}

    monkeypatch.setattr(plane.bench, "authorize", authorize)
    assert plane.rest.test_invoke_authorizer(**at, headers={"Auth": "abc"})["claims"] == {"sub": "me"}
