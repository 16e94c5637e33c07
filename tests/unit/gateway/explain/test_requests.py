from __future__ import annotations

from typing import Any

from gatewright.deploy.compile import compile_program
from tests.plays.stage import document, http, method, resource
from tests.unit.gateway.explain.support import failed, record, rest, socket, told, words
from tests.unit.gateway.explain.support import http as http_program

BEGIN = "Execution failed due to configuration error: "


def requiring(**parameters: Any) -> Any:
    required = method(
        {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}},
        requestParameters=parameters,
        requestValidatorId="v1",
    )
    validators = {"v1": {"validateRequestParameters": True}}
    return compile_program(document(resource("/things/{id}", GET=required)) | {"validators": validators})


def test_parameters_that_are_missing_are_told_by_their_place() -> None:
    program = requiring(**{"method.request.querystring.page": True, "method.request.header.X-Id": True})
    said = told(record(program), failed("BAD_REQUEST_PARAMETERS", "Missing required request parameters: [page, X-Id]"))
    assert "requires the query parameter page and the header X-Id" in said.why[0]
    assert "update-method" in words(said)


def test_bodies_that_no_model_accepts() -> None:
    problems = '[object has missing required properties (["name"])]'
    log = f"Request body does not match model schema for content type application/json: {problems}"
    said = told(record(rest()), failed("BAD_REQUEST_BODY", log=log, validation=problems))
    assert said.why[0] == "The body is not as the method's model wants it:"
    assert "missing required properties" in said.why[1]
    error = failed("BAD_REQUEST_BODY", log=f"Request body does not match model schema: {problems}")
    message = told(record(socket(), event="MESSAGE"), error)
    assert "Send a message" in message.fix[0].text


def test_bodies_that_are_no_json() -> None:
    lambda_s = failed("BAD_REQUEST_BODY", "Could not parse request body into json: x", log="Execution failed: x")
    assert "What the request template made is no JSON" in told(record(rest()), lambda_s).why[0]
    assert "reads a member of the body" in told(record(rest()), failed("BAD_REQUEST_BODY")).why[0]


def test_values_that_lead_elsewhere() -> None:
    log = "A path value leads out of its place by '..'"
    assert "another path" in told(record(rest()), failed("BAD_REQUEST_PARAMETERS", log=log)).why[0]
    header = "Invalid mapped value for header X-A"
    assert "sound header" in told(record(http_program()), failed("BAD_REQUEST_PARAMETERS", log=header)).why[0]


def test_media_types_without_a_template() -> None:
    integration = http("http://a.test", requestTemplates={"application/json": "x"}, passthroughBehavior="NEVER")
    seen = record(rest(integration), headers=[("Content-Type", "text/plain")])
    said = told(seen, failed("UNSUPPORTED_MEDIA_TYPE"))
    assert "(text/plain)" in said.why[0]
    assert "NEVER" in said.why[0]
    assert said.why[1] == "There are templates for: application/json."
    assert "get-integration" in words(said)
    coding = failed("UNSUPPORTED_MEDIA_TYPE", log="Content-Encoding b'br': br")
    assert "gzip and deflate" in told(record(rest()), coding).why[0]


def test_calls_of_services_that_lack_something() -> None:
    said = told(record(http_program()), failed("BAD_REQUEST_PARAMETERS", log="Execution failed: no value for QueueUrl"))
    assert "no value for QueueUrl" in said.why[0]
    odd = told(record(http_program()), failed("BAD_REQUEST_PARAMETERS", log="something"))
    assert "something" in odd.why[0]
