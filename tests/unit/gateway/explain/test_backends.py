from __future__ import annotations

from typing import Any

import pytest

from tests.plays import http_api
from tests.plays.stage import FUNCTION, http_proxy
from tests.unit.gateway.explain.support import LAMBDA, failed, http, record, rest, socket, told, words

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


def test_a_timeout_names_who_was_slow_and_how_long_he_may_be() -> None:
    seen = record(rest(http_proxy("http://slow.test", timeoutInMillis=50)))
    seen.integration_latency = 0.05
    error = failed("INTEGRATION_TIMEOUT", why={"address": "http://slow.test/", "failure": "timeout"})
    said = told(seen, error)
    assert "http://slow.test/ did not answer within 0.05 s" in said.why[0]
    assert "timeoutInMillis" in words(said)
    error = failed("INTEGRATION_TIMEOUT", why={"address": "http://slow.test/", "failure": "connect-timeout"})
    assert "No connection" in told(seen, error).why[0]
    function = told(record(rest(LAMBDA)), failed("INTEGRATION_TIMEOUT"))
    assert "killed by its own timeout" in words(function)
    assert "--integration-id" in words(told(record(http()), failed("INTEGRATION_TIMEOUT")))


ADDRESSES = [
    ("Invalid endpoint address", {"failure": "refused", "address": "http://a:1/", "reason": "no"}, "Nobody listens"),
    ("Invalid endpoint address", {"failure": "unresolvable", "address": "http://a/"}, "cannot be resolved"),
    ("Invalid endpoint address", {}, "none that can be called"),
    ("Invalid endpoint address: no value for {id}", {}, "integration.request.path.id"),
]


@pytest.mark.parametrize(("reason", "why", "said"), ADDRESSES)
def test_addresses_that_lead_nowhere(reason: str, why: dict[str, str], said: str) -> None:
    assert said in configuration(reason, why=why).why[0]


NETWORK = [("tls", "TLS with"), ("protocol", "not HTTP/1.1"), ("closed", "closed the connection")]


@pytest.mark.parametrize(("failure", "said"), NETWORK)
def test_calls_that_broke(failure: str, said: str) -> None:
    log = "Execution failed due to a network error communicating with endpoint (x)"
    error = failed("INTEGRATION_FAILURE", log=log, why={"failure": failure, "address": "https://a.test/"})
    explained = told(record(rest()), error)
    assert said in explained.why[0]
    assert "curl -v https://a.test/" in words(explained)


def test_too_much() -> None:
    large = told(record(rest()), failed("INTEGRATION_FAILURE", log="Execution failed: too-large (x)"))
    assert "10 MB" in large.why[0]
    busy = told(record(rest()), failed("INTEGRATION_FAILURE", log="Execution failed: busy (x)"))
    assert "upstream_connections" in words(busy)


def bad(reason: str, **members: Any) -> Any:
    return told(record(rest(LAMBDA)), failed("INTEGRATION_FAILURE", status=502, log=BEGIN + reason, **members))


def test_a_function_that_raised() -> None:
    log = 'Lambda execution failed with status 200 due to customer function error (Unhandled): {"errorMessage": "x"}'
    said = told(record(rest(LAMBDA)), failed("INTEGRATION_FAILURE", status=502, log=log))
    assert "failed (Unhandled" in said.why[0]
    assert said.exhibits[0].text == '{"errorMessage": "x"}'


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


def test_services_without_an_endpoint() -> None:
    assert "aws_endpoint_url" in words(configuration("the server has no credentials to call AWS with: set …"))


def test_backends_of_messages() -> None:
    seen = record(socket(), event="MESSAGE")
    error = failed("INTEGRATION_FAILURE", status=502, log=f"{BEGIN}the function answered with status 500")
    assert "the route talk" in told(seen, error).why[0]
