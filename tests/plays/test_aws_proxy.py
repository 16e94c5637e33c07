"""AWS_PROXY: the event that a function gets, and what becomes of its answer. Golden truth: aws-recorded/lambda.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.net.base import Failure, Header, Origin
from tests.parity.recorded import agreed
from tests.plays.recorded import differences, recording
from tests.plays.stage import ACCOUNT, API, FUNCTION, FUNCTION_HOST, INVOKE, Play, function, resource

_ERROR = b'{"message": "Internal server error"}'
_EVENTS = recording("lambda.json", "test_lambda_aws_proxy_integration")
# What CloudFront adds in front of an edge-optimised API; ours are regional in this respect.
_EDGE_HEADERS = ("CloudFront-", "Via", "X-Amz-Cf-Id")

_QUERY_ALL = (
    "?dateTimeOffset=2023-06-12T18:05:10.123456+00:00&email=test%2Balias@gmail.com&plus=test+alias@gmail.com"
    "&url=https://www.google.com/&whitespace=foo%20bar&zhash=abort/#"
)


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("invocation-payload-without-trailing-slash", "/stage/proxy-value"),
        ("invocation-payload-with-trailing-slash", "/stage/proxy-value/"),
        ("invocation-payload-with-double-slash", "/stage/proxy-value//double-slash"),
        ("invocation-payload-with-prepended-slash-to-stage", "//stage/proxy-value"),
        ("invocation-payload-with-prepended-slash", "/stage//proxy-value"),
        ("invocation-payload-without-trailing-slash-and-query-params", "/stage/proxy-value?urlparam=test"),
        ("invocation-payload-with-trailing-slash-and-query-params", "/stage/proxy-value/?urlparam=test"),
        (
            "invocation-payload-with-path-encoded-email",
            "/stage/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
        ),
        ("invocation-payload-with-params-encoding", "/stage/proxy-value/api" + _QUERY_ALL.removesuffix("#")),
        ("invocation-hardcoded", "/stage//hardcoded"),
    ],
)
def test_events_as_recorded(key: str, url: str) -> None:
    sent = {
        "Host": f"{API}.execute-api.us-east-1.amazonaws.com",
        "User-Agent": "python-requests/testing",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "tEsT-HEADeR": "aValUE",
        "Authorization": "random-value",
    }
    assert _compare(key, "GET", url, sent) == []


def test_the_event_of_a_post_as_recorded() -> None:
    sent = {
        "Host": "h.test",
        "User-Agent": "python-requests/testing",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Content-Length": "26",
        "Content-Type": "application/json;charset=utf-8",
        "Authorization": "Bearer token123;API key456",
    }
    key = "invocation-payload-with-params-encoding-multi"
    url = "/stage/proxy-value?category=electronics&category=books&price=10&price=20&price=30"
    assert _compare(key, "POST", url, sent, b'{"message": "hello world"}') == []


def _compare(key: str, verb: str, url: str, sent: dict[str, str], body: bytes = b"") -> list[str]:
    play = Play(resource("/{proxy+}", ANY=function()), resource("/hardcoded", ANY=function()))
    play.document["account"] = "111111111111"
    play.document["stage"] = {"stageName": "stage"}
    _install(play, f"{API}@stage")
    event = play.client(verb, url, sent, body).event
    recorded = json.loads(json.dumps(_EVENTS[key]))
    for headers in (recorded["headers"], recorded["multiValueHeaders"]):
        for name in [name for name in headers if name.startswith(_EDGE_HEADERS)]:
            del headers[name]
    recorded["body"] = recorded["body"] and json.dumps(recorded["body"])  # recorded parsed
    found = differences(recorded, event)
    if not found:
        agreed("lambda.json", "test_lambda_aws_proxy_integration", key)
    return found


def _install(play: Play, name: str) -> None:
    from gatewright.deploy.compile import compile_program

    play.gateway.install(name, compile_program(play.document))


def test_times_ids_and_the_domain_of_the_event() -> None:
    play = Play(resource("/{proxy+}", ANY=function() | {"operationName": "doIt"}), variables={"colour": "green"})
    call = play.client("GET", "/v1/x", {"Host": "custom.test"}, domain=f"{API}.execute-api.localhost")
    context = call.event["requestContext"]
    assert (context["requestTime"], context["requestTimeEpoch"]) == ("14/Nov/2023:22:13:20 +0000", 1_700_000_000_000)
    assert (context["domainName"], context["domainPrefix"]) == (f"{API}.execute-api.localhost", API)
    assert context["operationName"] == "doIt"
    assert call.event["stageVariables"] == {"colour": "green"}
    call.function_returns({})
    assert context["requestId"] == call.headers["x-amzn-RequestId"]
    assert context["extendedRequestId"] == call.headers["x-amz-apigw-id"]
    path_form = play.client("GET", "/v1/x", {"Host": "localhost:4566"}).event["requestContext"]
    assert path_form["domainName"] == f"{API}.execute-api.us-east-1.amazonaws.com"


# lambda.json, test_lambda_aws_proxy_integration_request_data_mapping: mappings have no effect
def test_mappings_are_ignored() -> None:
    parameters = {"integration.request.header.headerVar": "method.request.header.foobar"}
    play = Play(resource("/{pathVariable}", ANY=function(requestParameters=parameters)))
    event = play.client("POST", "/v1/foobar", {"foobar": "mapped-value", "headerVar": "request-value"}).event
    assert event["headers"]["headerVar"] == "request-value"


# integrations.json, test_apigateway_header_remapping_aws[AWS_PROXY]
@pytest.mark.parametrize("name", ["content-length", "transfer-encoding", "authorization", "connection", "expect", "te"])
def test_but_an_illegal_mapping_fails(name: str) -> None:
    play = Play(resource("/", ANY=function(requestParameters={f"integration.request.header.{name}": "'1'"})))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")


def test_headers_in_the_event_as_recorded() -> None:
    recorded = recording(
        "integrations.json", "TestApiGatewayHeaderRemapping::test_apigateway_header_remapping_aws[AWS_PROXY]"
    )
    visible = {name for name in recorded["no-param-integration"]["headers"] if not name.startswith(_EDGE_HEADERS)}
    hidden: tuple[str, ...] = (
        "Connection",
        "Content-Length",
        "Content-MD5",
        "Expect",
        "Max-Forwards",
        "Proxy-Authenticate",
        "Server",
    )
    hidden += ("TE", "Transfer-Encoding", "Trailer", "Upgrade", "WWW-Authenticate")
    sent = {name: "x" for name in (*visible, *hidden) if not name.startswith("X-")} | {"Content-Encoding": "identity"}
    event = Play(resource("/", GET=function())).client("GET", "/v1", sent).event
    assert event["headers"].keys() == visible


def test_binary_bodies_are_base64() -> None:
    play = Play(resource("/", POST=function()), api={"binaryMediaTypes": ["image/png"]})
    event = play.client("POST", "/v1", {"Content-Type": "image/png; q=1"}, b"\xff").event
    assert (event["body"], event["isBase64Encoded"]) == ("/w==", True)
    event = play.client("POST", "/v1", {"Content-Type": "text/plain"}, b"\xff").event
    assert (event["body"], event["isBase64Encoded"]) == ("�", False)


def test_the_call_names_the_api_for_the_functions_policy() -> None:
    play = Play(
        resource("/pets/{id}/{rest+}", ANY=function()), resource("/pets", GET=function()), resource("/", GET=function())
    )
    call = play.client("PUT", "/v1/pets/1/a/b")
    path = f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations"
    assert (call.backend.method, call.backend.target, call.backend.origin) == ("POST", path, FUNCTION_HOST)
    headers = call.backend_headers
    arn = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1"
    assert headers["x-gatewright-source-arn"] == f"{arn}/*/pets/*/*"
    assert headers["x-gatewright-source-account"] == ACCOUNT
    assert headers["x-amzn-trace-id"] == call.event["headers"]["X-Amzn-Trace-Id"]
    assert play.client("GET", "/v1/pets").backend_headers["x-gatewright-source-arn"] == f"{arn}/GET/pets"
    assert play.client("GET", "/v1").backend_headers["x-gatewright-source-arn"] == f"{arn}/GET/"


def test_a_call_with_a_role_is_the_account_s_and_no_method_s() -> None:
    """Whatever role is named: the account is the API's own."""
    play = Play(resource("/", GET=function(credentials="arn:aws:iam::999999999999:role/apigw")))
    call = play.client("GET", "/v1")
    told = {name: value for name, value in call.backend_headers.items() if name.startswith("x-gatewright")}
    assert told == {"x-gatewright-source-account": ACCOUNT}


def test_a_role_that_may_not_invoke(caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/", GET=function(credentials="arn:aws:iam::123456789012:role/apigw")))
    call = play.client("GET", "/v1")
    call.backend_answers(403, body=b"{}")
    call.got(500, b'{"message": "Internal server error"}', error="InternalServerErrorException")
    assert f"Invalid permissions on Lambda function: the role may not invoke {FUNCTION}" in caplog.text


def test_another_endpoint_gets_a_signature_instead() -> None:
    def sign(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> list[Header]:
        return [*headers, (b"Authorization", b"signed " + method)]

    aws = Origin("https", "lambda.us-east-1.amazonaws.com", 443)
    play = Play(resource("/", GET=function()), endpoints=OneEndpoint(Endpoint(aws, sign)))
    call = play.client("GET", "/v1")
    assert call.backend.origin == aws
    assert call.backend_headers["authorization"] == "signed POST"
    assert "x-gatewright-source-arn" not in call.backend_headers


def test_stage_variables_choose_the_function() -> None:
    uri = INVOKE.replace("my-function", "${stageVariables.fn}:${stageVariables.alias}")
    play = Play(resource("/", GET=function(uri)), variables={"fn": "other", "alias": "live"})
    assert play.client("GET", "/v1").backend.target.endswith("%3Aother%3Alive/invocations")


# lambda.json, test_aws_proxy_response_payload_format_validation
@pytest.mark.parametrize(
    ("key", "result"),
    [
        ("invoke-api-no-body", {"statusCode": 200}),
        ("invoke-api-with-headers", {"statusCode": 200, "headers": {"test-header": "value", "header-bool": True}}),
        ("invoke-api-with-headers-null", {"statusCode": 200, "headers": None}),
        ("invoke-api-wrong-format", {"statusCode": 200, "wrongValue": "value"}),
        ("invoke-api-empty-response", None),
        ("invoke-api-b64-encoded-true", {"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": True}),
        ("invoke-api-b64-encoded-false", {"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": False}),
        (
            "invoke-api-multi-headers-valid",
            {"statusCode": 200, "multiValueHeaders": {"test-multi": ["value1", "value2"]}},
        ),
        (
            "invoke-api-multi-headers-overwrite",
            {
                "statusCode": 200,
                "headers": {"test-multi": "value-solo"},
                "multiValueHeaders": {"test-multi": ["value-multi"]},
            },
        ),
        (
            "invoke-api-multi-headers-overwrite-casing",
            {
                "statusCode": 200,
                "headers": {"TEST-multi": "value-solo"},
                "multiValueHeaders": {"tesT-Multi": ["value-multi"]},
            },
        ),
        ("invoke-api-multi-headers-invalid", {"statusCode": 200, "multiValueHeaders": {"test-multi": "value"}}),
        ("invoke-api-invalid-status-code", {"statusCode": "test"}),
        ("invoke-api-status-code-str", {"statusCode": "201"}),
        ("invoke-api-just-string", "just a string"),
        ("invoke-api-only-headers", {"headers": {"test-header": "value"}}),
    ],
)
def test_answers_as_recorded(key: str, result: Any) -> None:
    recorded = recording("lambda.json", "test_aws_proxy_response_payload_format_validation")[key]
    call = Play(resource("/", GET=function())).client("GET", "/v1").function_returns(result)
    if recorded["content"]:
        wanted = recorded["content"]
        assert (json.loads(call.body) if isinstance(wanted, dict) else call.body.decode()) == wanted
    else:
        assert call.body == b""
    if isinstance(recorded["content"], dict):
        call.got(502, _ERROR, error="InternalServerErrorException")
    elif key.endswith("status-code-str"):
        call.got(201)
    else:
        call.got(200)
    if "headers" in recorded:
        server = ("Connection", "Content-Length", "Date", "Via", "X-Amz-Cf-Id", "X-Amz-Cf-Pop", "X-Cache")
        wanted = {name: value for name, value in recorded["headers"].items() if name not in server}
        assert differences(wanted, call.headers) == []
    agreed("lambda.json", "test_aws_proxy_response_payload_format_validation", key)


@pytest.mark.parametrize(
    "result",
    [
        {"body": {"an": "object"}},
        {"headers": ["a"]},
        {"headers": {"a": {"b": 1}}},
        {"headers": {"a": "x\r\nb: c"}},
        {"headers": {"a b": "x"}},
        {"multiValueHeaders": {"a": ["x\ny"]}},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": 200.5},
        [],
        7,
    ],
)
def test_malformed_answers(result: Any, caplog: pytest.LogCaptureFixture) -> None:
    call = Play(resource("/", GET=function())).client("GET", "/v1").function_returns(result)
    call.got(502, _ERROR, error="InternalServerErrorException")
    assert "Execution failed due to configuration error: Malformed Lambda proxy response" in caplog.text


def test_an_answer_that_is_no_json_is_malformed() -> None:
    call = Play(resource("/", GET=function())).client("GET", "/v1").backend_answers(200, body=b"<html>")
    call.got(502, _ERROR, error="InternalServerErrorException")


def test_cookies_keep_their_own_lines_and_numbers_become_text() -> None:
    result = {
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "headers": {"X-Number": 7, "X-Null": None, "X-No": False},
    }
    call = Play(resource("/", GET=function())).client("GET", "/v1").function_returns(result)
    assert [value for name, value in call.answer[1] if name == b"Set-Cookie"] == [b"a=1", b"b=2"]
    assert (call.headers["X-Number"], call.headers["X-No"]) == ("7", "false")
    assert "X-Null" not in call.headers


def test_headers_that_belong_to_the_gateway_are_remapped() -> None:
    result = {"headers": {"Content-Length": "99", "Date": "x", "Transfer-Encoding": "chunked", "X-Amzn-Trace-Id": "x"}}
    call = Play(resource("/", GET=function())).client("GET", "/v1").function_returns(result)
    headers = call.got(200)
    assert headers["x-amzn-Remapped-Content-Length"] == "99"
    assert not {"Content-Length", "Date", "Transfer-Encoding"} & headers.keys()
    assert headers["X-Amzn-Trace-Id"].startswith("Root=")


def test_base64_is_decoded_for_a_client_that_wants_binary() -> None:
    play = Play(resource("/", GET=function()), api={"binaryMediaTypes": ["image/png"]})
    result = {"body": "/w==", "isBase64Encoded": True}
    play.client("GET", "/v1", {"Accept": "image/png"}).function_returns(result).got(200, b"\xff")
    play.client("GET", "/v1", {"Accept": "text/html, image/png"}).function_returns(result).got(200, b"/w==")
    bad = play.client("GET", "/v1", {"Accept": "image/png"}).function_returns(result | {"body": "!"})
    bad.got(500, _ERROR, error="InternalServerErrorException")


def test_a_function_error_is_502_and_its_text_stays_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    call = Play(resource("/", GET=function())).client("GET", "/v1")
    call.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "secret"}')
    call.got(502, _ERROR, error="InternalServerErrorException")
    assert "secret" in caplog.text


@pytest.mark.parametrize(("status", "got"), [(403, 500), (404, 500), (429, 502), (500, 502)])
def test_an_invoke_that_is_refused(status: int, got: int, caplog: pytest.LogCaptureFixture) -> None:
    call = Play(resource("/", GET=function())).client("GET", "/v1").backend_answers(status, body=b'{"Message":"no"}')
    call.got(got, _ERROR, error="InternalServerErrorException")
    if status == 403:
        arn = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/GET/"
        assert "Invalid permissions on Lambda function" in caplog.text
        assert f"aws lambda add-permission --function-name {FUNCTION}" in caplog.text
        assert f"--source-arn '{arn}'" in caplog.text
    if status == 404:
        assert f"there is no function {FUNCTION}" in caplog.text


def test_a_function_that_hangs_is_504() -> None:
    call = Play(resource("/", GET=function(timeoutInMillis=1000))).client("GET", "/v1").backend_fails(Failure.TIMEOUT)
    call.got(504, b'{"message": "Endpoint request timed out"}', error="InternalServerErrorException")


# lambda.json, test_lambda_aws_proxy_integration_non_post_method
def test_a_function_can_be_invoked_with_post_only() -> None:
    play = Play(resource("/", GET=function(httpMethod="GET")))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")


def test_an_event_that_lambda_does_not_take_is_too_large() -> None:
    call = Play(resource("/", POST=function())).client("POST", "/v1", body=b"x")
    call.backend_answers(413, body=b'{"message":"Request must be smaller than 6291456 bytes"}')
    call.got(413, b'{"message":"Request Too Long"}', error="RequestTooLargeException")


def test_a_signature_does_not_reach_the_function() -> None:
    play = Play(resource("/", GET=function()))
    signed = play.client("GET", "/v1", {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}).event
    assert "Authorization" not in signed["headers"]
    assert "Authorization" not in signed["multiValueHeaders"]
    assert play.client("GET", "/v1", {"Authorization": "Bearer x"}).event["headers"]["Authorization"] == "Bearer x"
