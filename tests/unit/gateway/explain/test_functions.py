from __future__ import annotations

from typing import Any

from tests.plays import http_api
from tests.plays.stage import FUNCTION
from tests.unit.gateway.explain.support import LAMBDA, failed, http, record, rest, told, words

BEGIN = "Execution failed due to configuration error: "
COMMAND = (
    "aws lambda add-permission --function-name f --statement-id apigateway-12ab --action lambda:InvokeFunction "
    "--principal apigateway.amazonaws.com --source-arn 'arn:aws:execute-api:us-east-1:1:abc/v1/GET/x'"
)


def configuration(reason: str, **members: Any) -> Any:
    return told(record(rest(LAMBDA)), failed("API_CONFIGURATION_ERROR", log=BEGIN + reason, **members))


def test_a_missing_permission_comes_with_the_command() -> None:
    said = configuration(f"Invalid permissions on Lambda function. What its policy lacks: {COMMAND}")
    assert f"may not invoke {FUNCTION}" in said.why[0]
    assert said.fix[0].command == COMMAND
    assert said.fix[1].command is not None
    assert said.fix[1].command.endswith("--source-arn 'arn:aws:execute-api:us-east-1:1:abc/*/*'")
    assert "--statement-id apigateway --action" in said.fix[1].command


def test_functions_and_roles_that_are_not_there() -> None:
    said = configuration(
        "Invalid permissions on Lambda function: there is no function arn:aws:lambda:x:1:function:pets"
    )
    assert "gatewright functions add pets DIR" in words(said)
    said = configuration("Invalid permissions on Lambda function: the role may not invoke f")
    assert "put-role-policy" in words(said)
    said = configuration("API Gateway does not have permission to assume the provided role arn:r/x (not trusted)")
    assert "arn:r/x" in said.why[0]
    assert "not trusted" in said.why[0]
    assert "--role-name x" in words(said)
    said = configuration("the integration is called as the caller, and nobody has signed the request")
    assert "caller's own credentials" in said.why[0]


def bad(reason: str, **members: Any) -> Any:
    return told(record(rest(LAMBDA)), failed("INTEGRATION_FAILURE", status=502, log=BEGIN + reason, **members))


def test_a_function_that_raised() -> None:
    log = 'Lambda execution failed with status 200 due to customer function error (Unhandled): {"errorMessage": "x"}'
    said = told(record(rest(LAMBDA)), failed("INTEGRATION_FAILURE", status=502, log=log))
    assert "failed (Unhandled" in said.why[0]
    assert said.exhibits[0].text == '{"errorMessage": "x"}'
    assert any("logs/functions/" in fix.text for fix in said.fix)


def test_an_answer_that_is_no_proxy_response() -> None:
    said = bad("Malformed Lambda proxy response", detail="body is no string", why={"answer": '{"body": {}}'})
    assert "body is no string" in said.why[0]
    assert "json.dumps" in said.why[1]
    assert said.exhibits[0].text == '{"body": {}}'
    program = http(http_api.route("GET /things/{id}", http_api.function()))
    other = failed("INTEGRATION_FAILURE", log=f"{BEGIN}Malformed Lambda proxy response: cookies is no list of strings")
    assert "cookies is no list" in told(record(program), other).why[0]


def test_lambda_that_refuses_and_streams_that_are_none() -> None:
    throttled = bad("Lambda invocation failed with status 429: x", why={"status": 429, "answer": "x"})
    assert "throttled" in throttled.why[1]
    assert "(status 429)" in throttled.exhibits[0].title
    assert "streamed" in bad("Lambda's answer ended before it was complete").why[0]
    said = configuration("Malformed Lambda proxy response: it has no delimiter of eight NUL bytes")
    assert "delimiter" in said.why[0]
