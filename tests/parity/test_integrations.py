"""Calls through integrations against AWS's recorded answers: integrations.json, lambda.json, http.json.

The backends of the recordings are played here: an echoing HTTP server behind a Lambda URL, and functions. What a
recording holds of the recorder's network (CloudFront, TLS of the URL) is said by the players, and what the server
itself writes (Connection, Content-Length, Date) is taken over: `net/http1` has its own tests.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.recorded import Recording
from tests.plays.stage import (
    ACCOUNT,
    API,
    INVOKE,
    Body,
    Conversation,
    Play,
    aws,
    function,
    http,
    http_proxy,
    mock,
    resource,
)
from tests.unit.control.support import Control

JSON = "application/json"
HELLO = b'{"message": "hello world"}'
HOST = f"{API}.execute-api.us-east-1.amazonaws.com"
_WRITTEN_BY_THE_SERVER = {"connection", "content-length", "date"}


def answer_headers(call: Conversation, recorded: dict[str, str]) -> dict[str, str]:
    """The answer's headers with those that only the server writes, in the recording's spelling of names."""
    spelled = {name.lower(): name for name in recorded}
    headers = {spelled.get(name.lower(), name): value for name, value in call.headers.items()}
    own = {name: value for name, value in recorded.items() if name.lower() in _WRITTEN_BY_THE_SERVER}
    return own | headers


# --- header mapping: TestApiGatewayHeaderRemapping -------------------------------------------------------------------

_MAPPED = {
    "Accept": "text/html",
    "Accept-Charset": "UTF-16",
    "Accept-Encoding": "zstd",
    "Age": "request_params_age",
    "Authorization": "request_params_authorization",
    "Content-Encoding": "compress",
    "Content-Length": "0",
    "Content-MD5": "request_params_Content-MD5",
    "Content-Type": "application/json",
    "Date": "request_params_Date",
    "Expect": "200-ok",
    "Max-Forwards": "2",
    "Pragma": "no-cache",
    "Range": "bytes=0-499",
    "Referer": "https://example.com/page",
    "Server": "https://example.com/page",
    "Trailer": "user-agent",
    "Transfer-Encoding": "deflate",
    "Upgrade": "HTTP/2.0",
    "User-Agent": "Override-Agent",
    "Warn": '110 anderson/1.3.37 "Response is stale"',
    "WWW-Authenticate": "Basic YWxhZGRpbjpvcGVuc2VzYW1l",
    "Connection": "keep-alive",
    "Proxy-Authenticate": 'Basic realm="Access to the internal site"',
    "TE": "gzip",
    "Via": "othersite.net",
}
_SENT = {
    "Host": HOST,
    "Accept": "application/json",
    "Accept-Charset": "UTF-8",
    "Accept-Encoding": "br",
    "Age": "request_Age",
    "Authorization": "Unauthorized",
    "Connection": "close",
    "Content-Encoding": "deflate",
    "Content-MD5": "request_Content-MD5",
    "Content-Type": "application/json",
    "Date": "request_Date",
    "Expect": "100-continue",
    "Max-Forwards": "2",
    "Pragma": "cache",
    "Proxy-Authenticate": "Basic",
    "Range": "bytes=500-999",
    "Referer": "https://example.com/",
    "Server": "https://example.com/",
    "TE": "deflate",
    "Trailer": "Expires",
    "Upgrade": "HTTP/2.0",
    "User-Agent": "localStack/0.0",
    "Via": "p.example.net",
    "Warn": "299 localStack/0.0",
    "WWW-Authenticate": "Basic YWxhZGRpbjpvcGVuc2VzYW1l",
}
_HEADERS = [
    "Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Connection", "Content-Encoding",
    "Content-Length", "Content-MD5", "Content-Type", "Date", "Expect", "Host", "Max-Forwards", "Pragma",
    "Proxy-Authenticate", "Range", "Referer", "Server", "TE", "Transfer-Encoding", "Trailer", "Upgrade", "User-Agent",
    "Via", "Warn", "WWW-Authenticate",
]  # fmt: skip
_ILLEGAL = ["Content-Length", "Transfer-Encoding"]
_ILLEGAL_AWS = [*_ILLEGAL, "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"]


def header_play(make: Callable[..., Body], illegal: list[str]) -> Play:
    """The recorded API: a resource without mappings, one with all that are legal, one for each that is not."""
    legal = {
        f"integration.request.header.{name}": f"'{value}'" for name, value in _MAPPED.items() if name not in illegal
    }
    legal["integration.request.header.Host"] = "method.request.header.Host"
    template = "{" + ",".join(f'"{name}": "$input.params(\'{name}\')"' for name in _HEADERS) + "}"
    answers = {f"method.response.header.{name}": f"'response_param_{name}'" for name in _HEADERS}
    full = make(
        requestParameters=legal,
        requestTemplates={JSON: template},
        responses={"200": {"responseParameters": answers}},
    )
    special = [
        resource(
            f"/{name.lower()}",
            GET=make(requestParameters={f"integration.request.header.{name}": f"'{_MAPPED[name]}'"}),
        )
        for name in illegal
    ]
    return Play(resource("/no-param", GET=make()), resource("/full", GET=full), *special)


def parsed(body: bytes) -> Any:
    return json.loads(body) if body else ""


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_header_remapping_http(kind: str) -> None:
    aws_said = Recording(
        "integrations.json", f"TestApiGatewayHeaderRemapping::test_apigateway_header_remapping_http[{kind}]"
    )

    def make(*, responses: Body | None = None, **members: Any) -> Body:
        if kind == "HTTP":
            return http("http://echo.test/post", "POST", responses=responses, **members)
        return http_proxy("http://echo.test/post", "POST", **members)

    play = header_play(make, _ILLEGAL)
    aws_said.match("apigw-id", API)
    for key, path in (("no-param-integration", "no-param"), ("full-integration", "full")):
        recorded = aws_said.recorded(key)
        call = play.client("GET", f"/v1/{path}", _SENT)
        # The recorded echo server spells names in title case, hides these, and adds the length.
        hidden = {"via", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
        spelled = {name.lower(): name for name in recorded["headers"]}
        seen = {spelled.get(name, name): value for name, value in call.backend_headers.items() if name not in hidden}
        seen["Content-Length"] = recorded["headers"]["Content-Length"]
        body = parsed(call.backend.body)
        if kind == "HTTP_PROXY":
            assert body == ""  # its templates have no effect
        theirs = {"Content-Type": JSON, "Server": "gunicorn/19.9.0", "Connection": "keep-alive", "Date": "now"}
        theirs |= {"Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Origin": "*"}
        theirs["Content-Length"] = recorded["response-headers"]["Content-Length"]
        call.backend_answers(200, theirs, b"{}")
        answered = answer_headers(call, recorded["response-headers"])
        aws_said.match(
            key, {"body": _hiding_via(body, recorded["body"]), "headers": seen, "response-headers": answered}
        )
    _match_refusals(aws_said, play, _ILLEGAL)


@pytest.mark.parametrize("kind", ["AWS", "AWS_PROXY"])
def test_header_remapping_aws(kind: str) -> None:
    aws_said = Recording(
        "integrations.json", f"TestApiGatewayHeaderRemapping::test_apigateway_header_remapping_aws[{kind}]"
    )

    def make(*, responses: Body | None = None, **members: Any) -> Body:
        return aws(INVOKE, responses=responses, **members) if kind == "AWS" else function(**members)

    play = header_play(make, _ILLEGAL_AWS)
    aws_said.match("apigw-id", API)
    for key, path in (("no-param-integration", "no-param"), ("full-integration", "full")):
        recorded = aws_said.recorded(key)
        call = play.client("GET", f"/v1/{path}", _SENT)
        # The recorded function answers with its event, and the test looks at its members `headers` and `body`.
        event = call.event
        call.function_returns({"statusCode": 200, "body": json.dumps(event), "isBase64Encoded": False})
        said = json.loads(call.body)
        answered = answer_headers(call, recorded["response-headers"])
        body = said["body"] if kind == "AWS_PROXY" else json.loads(said["body"])
        headers = said.get("headers")
        aws_said.match(key, {"body": body, "headers": headers, "response-headers": answered})
    _match_refusals(aws_said, play, _ILLEGAL_AWS)


def _hiding_via(body: Any, recorded: Any) -> Any:
    """What CloudFront adds to Via is not ours to say."""
    return body | {"Via": recorded["Via"]} if isinstance(body, dict) and "Via" in recorded else body


def _match_refusals(aws_said: Recording, play: Play, names: list[str]) -> None:
    for name in names:
        call = play.client("GET", f"/v1/{name.lower()}", _SENT)
        assert call.status == 500
        headers = answer_headers(call, aws_said.recorded(name.lower())["response-headers"])
        aws_said.match(name.lower(), {"body": json.loads(call.body), "response-headers": headers})
    aws_said.done()


# --- MOCK ------------------------------------------------------------------------------------------------------------


def test_request_overrides_in_the_response_template() -> None:
    aws_said = Recording("integrations.json", "test_integration_mock_with_request_overrides_in_response_template")
    request = """#set($body = $util.base64Decode($input.params('testPath')))
#set($context.requestOverride.path.body = $body)
{
  "statusCode": 200
}"""
    response = """
#set($body = $util.parseJson($context.requestOverride.path.body))
#set($said = $body.message)
#if($said == "path1")
{"response": "path was path one"}
#elseif($said == "path2")
{"response": "path was path two"}
#else
{"response": "this is the else clause"}
#end
"""
    answers = {"200": {"selectionPattern": "2\\d{2}", "responseTemplates": {JSON: response}}}
    play = Play(resource("/{testPath}", GET=mock(requestTemplates={JSON: request}, responses=answers)))
    for key, message in (("invoke-path1", "path1"), ("invoke-path2", "path2"), ("invoke-path-else", "whatever")):
        sent = base64.b64encode(json.dumps({"message": message}).encode()).decode()
        aws_said.match(key, json.loads(play.client("GET", f"/v1/{sent}").body))
    aws_said.done()


@pytest.mark.parametrize("with_response", [True, False])
def test_response_override_in_the_request_template(with_response: bool) -> None:
    test = f"test_integration_mock_with_response_override_in_request_template[{with_response}]"
    aws_said = Recording("integrations.json", test)
    request = """
#set($context.responseOverride.status = 444)
#set($context.responseOverride.header.foo = "bar")
#set($context.responseOverride.custom = "is also passed around")
{
  "statusCode": 200
}
"""
    response = """
#set($statusOverride = $context.responseOverride.status)
#set($fooHeader = $context.responseOverride.header.foo)
#set($custom = $context.responseOverride.custom)
{"statusOverride": "$statusOverride", "fooHeader": "$fooHeader", "custom": "$custom"}
"""
    answer: Body = {"selectionPattern": "2\\d{2}", "responseTemplates": {JSON: response} if with_response else {}}
    play = Play(resource("/", GET=mock(requestTemplates={JSON: request}, responses={"200": answer})))
    call = play.client("GET", "/v1")
    assert call.headers["foo"] == "bar"
    body = json.loads(call.body) if with_response else str(call.body)
    aws_said.match("response", {"body": body, "status_code": call.status})
    aws_said.done()


def test_map_assignation() -> None:
    aws_said = Recording("integrations.json", "test_integration_mock_with_vtl_map_assignation")
    request = """
#set($paramName = "foo")
#set($context.requestOverride.querystring[$paramName] = "bar")
#set($paramPutName = "putfoo")
$context.requestOverride.querystring.put($paramPutName, "putBar")
#set($context["requestOverride"].querystring["nestedfoo"] = "nestedFoo")
{
  "statusCode": 200
}
"""
    response = """
#set($value = $context.requestOverride.querystring["foo"])
#set($value2 = $context.requestOverride.querystring["putfoo"])
#set($value3 = $context.requestOverride.querystring["nestedfoo"])
{"value": "$value", "value2": "$value2", "value3": "$value3"}
"""
    answer = {"selectionPattern": "2\\d{2}", "responseTemplates": {JSON: response}}
    play = Play(resource("/", GET=mock(requestTemplates={JSON: request}, responses={"200": answer})))
    call = play.client("GET", "/v1")
    aws_said.match("response", {"body": json.loads(call.body), "status_code": call.status})
    aws_said.done()


# --- functions behind mappings: lambda.json --------------------------------------------------------------------------


def test_a_functions_answer_passes(plane: Control) -> None:
    aws_said = Recording("lambda.json", "test_lambda_aws_integration")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "POST"}
    aws_said.match("put-method", plane.rest.put_method(**at, authorizationType="NONE"))
    role = f"arn:aws:iam::{ACCOUNT}:role/apigw"
    made = plane.rest.put_integration(**at, type="AWS", integrationHttpMethod="POST", uri=INVOKE, credentials=role)
    aws_said.match("put-integration", made)
    aws_said.match("put-integration-response", plane.rest.put_integration_response(**at, statusCode="200"))
    aws_said.match("put-method-response", plane.rest.put_method_response(**at, statusCode="200"))
    call = Play(resource("/test", POST=aws(INVOKE))).client("POST", "/v1/test", body=HELLO)
    aws_said.match("lambda-aws-integration", json.loads(call.function_returns(call.event).body))
    aws_said.done()


def test_a_request_template_makes_the_event() -> None:
    aws_said = Recording("lambda.json", "test_lambda_aws_integration_with_request_template")
    template = '{"param1": "$input.params(\'param1\')"}'
    play = Play(resource("/test", GET=aws(INVOKE, requestTemplates={JSON: template})))
    for key, query in (("lambda-aws-integration-1", ""), ("lambda-aws-integration-2", "&Signature=1")):
        call = play.client("GET", f"/v1/test?param1=foobar{query}")
        aws_said.match(key, json.loads(call.function_returns(call.event).body))
    # (the other keys: test_control_rest_methods.py)


def test_selection_patterns() -> None:
    aws_said = Recording("lambda.json", "test_lambda_selection_patterns")
    responses = {
        "200": {"selectionPattern": ""},
        "405": {"selectionPattern": ".*four hundred.*"},
        "502": {"selectionPattern": ".+"},
        "504": {"selectionPattern": "200"},
    }
    template = '{"statusCode": "$input.params(\'statusCode\')"}'
    document = aws(INVOKE, requestTemplates={JSON: template}, responses=responses)
    play = Play(resource("/{statusCode}", GET=document))
    for asked, status in (("200", 200), ("400", 405), ("500", 502)):
        key = f"lambda-selection-pattern-{asked}"
        call = play.client("GET", f"/v1/{asked}")
        assert call.event == {"statusCode": asked}
        said = aws_said.recorded(key)
        failed = {"X-Amz-Function-Error": "Unhandled"} if asked != "200" else {}
        call.backend_answers(200, failed, json.dumps(said).encode())
        assert call.status == status
        aws_said.match(key, json.loads(call.body))
    aws_said.done()


def test_response_templates_choose_the_status() -> None:
    aws_said = Recording("lambda.json", "test_lambda_aws_integration_response_with_mapping_templates")
    # The recorded templates are not public; these do what the recorded answers show.
    request = """{"body": $input.json('$')}"""
    response = """#set($out = $input.path('$'))
#set($status = 202)
#if($out.body == 'customerror')#set($status = 400)#end
#set($context.responseOverride.status = $status)
$input.json('$')"""
    document = aws(INVOKE, requestTemplates={JSON: request}, responses={"200": {"responseTemplates": {JSON: response}}})
    play = Play(resource("/test", POST=document))
    for key, status in (("response-template-202", "200"), ("response-template-400", "400")):
        call = play.client("POST", "/v1/test", {"Content-Type": JSON}, json.dumps({"httpStatus": status}).encode())
        failed = int(call.event["body"]["httpStatus"]) >= 400
        call.function_returns({"statusCode": 200, "body": "customerror" if failed else "noerror"})
        aws_said.match(key, {"body": json.loads(call.body), "statusCode": call.status})
    aws_said.done()


def test_a_function_can_be_called_with_post_only() -> None:
    aws_said = Recording("lambda.json", "test_lambda_aws_proxy_integration_non_post_method")
    call = Play(resource("/", GET=function(httpMethod="GET"))).client("GET", "/v1")
    assert call.status == 500
    aws_said.match("invocation-payload-with-get-proxy-method", json.loads(call.body))
    aws_said.done()


_DATA_MAPPINGS = {
    "integration.request.header.headerVar": "method.request.header.foobar",
    "integration.request.path.qsVar": "method.request.querystring.testVar",
    "integration.request.path.pathVar": "method.request.path.pathVariable",
    "integration.request.querystring.queryString": "method.request.querystring.testQueryString",
    "integration.request.querystring.testQs": "method.request.querystring.testQueryString",
    "integration.request.querystring.testEmptyQs": "method.request.header.emptyheader",
}
_DATA_HEADERS = {
    "Host": HOST,
    "Content-Type": JSON,
    "Accept": JSON,
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "Content-Length": "26",
    "foobar": "mapped-value",
    "User-Agent": "test/integration",
    "headerVar": "request-value",
}


def test_mappings_do_nothing_for_aws_proxy() -> None:
    aws_said = Recording("lambda.json", "test_lambda_aws_proxy_integration_request_data_mapping")
    aws_said.match("api_id", {"rest_api_id": API})
    key = "http-proxy-invocation-data-mapping"
    play = Play(resource("/{pathVariable}", ANY=function(requestParameters=_DATA_MAPPINGS)))
    play.document |= {"account": "111111111111", "stage": {"stageName": "test"}}
    play.install(f"{API}@test")
    call = play.client("POST", "/test/foobar?testQueryString=foo&testVar=bar", _DATA_HEADERS, HELLO, domain=HOST)
    event = call.event
    for headers, recorded in (
        (event["headers"], aws_said.recorded(key)["content"]["headers"]),
        (event["multiValueHeaders"], aws_said.recorded(key)["content"]["multiValueHeaders"]),
    ):
        # CloudFront stood before the recorded API, which was edge-optimised.
        headers |= {name: recorded[name] for name in recorded if name.startswith(("CloudFront-", "Via", "X-Amz-Cf-Id"))}
        headers |= {name: recorded[name] for name in recorded if name.startswith("X-Forwarded-")}
    context = event["requestContext"]
    context["requestTimeEpoch"] = str(context["requestTimeEpoch"])  # recorded as text in place of the number
    call.function_returns({"statusCode": 200})
    aws_said.match(key, {"content": event, "status_code": call.status})
    aws_said.done()


# --- HTTP: http.json -------------------------------------------------------------------------------------------------


def echo(call: Conversation, *, trim: bool) -> bytes:
    """The recorded echo function behind a Lambda URL. `trim`: without the headers that begin with X-."""
    parts = call.backend.target.partition("?")
    headers = call.backend_headers | {"content-length": str(len(call.backend.body))}
    if not trim:
        seen = {"x-amzn-tls-cipher-suite": "c", "x-amzn-tls-version": "TLSv1.3", "x-forwarded-for": "198.51.100.1"}
        headers |= seen | {"x-forwarded-port": "443", "x-forwarded-proto": "https"}
    arguments: dict[str, list[str]] = {}
    for pair in parts[2].split("&") if parts[2] else []:
        name, _, value = pair.partition("=")
        arguments.setdefault(name, []).append(value)
    said = {
        "args": {name: ",".join(values) for name, values in arguments.items()},
        "data": json.loads(call.backend.body),
        "domain": headers["host"],
        "headers": {n: v for n, v in headers.items() if not (trim and n.startswith("x-"))},
        "method": call.backend.method,
        "origin": "198.51.100.1",
        "path": parts[0],
    }
    body = json.dumps(said).encode()
    theirs = {"Date": "Mon, 01 Jan 2024 00:00:00 GMT", "Content-Type": JSON, "Content-Length": str(len(body))}
    theirs |= {"Connection": "keep-alive", "x-amzn-RequestId": "8c1b2c9e-0000-4000-8000-000000000000"}
    call.backend_answers(200, theirs | {"X-Amzn-Trace-Id": "Root=1-theirs;Sampled=0"}, body)
    return body


def make_http(kind: str, uri: str, **members: Any) -> Body:
    return http(uri, "POST", **members) if kind == "HTTP" else http_proxy(uri, "POST", **members)


def client_headers(call: Conversation, body: bytes) -> dict[str, str]:
    """The answer's headers in lower case, with those that the server writes."""
    headers = {name.lower(): value for name, value in call.headers.items()}
    return headers | {"connection": "keep-alive", "content-length": str(len(body)), "date": "now"}


_CLIENT = {
    "Host": HOST,
    "User-Agent": "test/integration",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "Content-Type": JSON,
    "Content-Length": "26",
}


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_http_integration_with_lambda(kind: str) -> None:
    aws_said = Recording("http.json", f"test_http_integration_with_lambda[{kind}]")
    aws_said.match("api_id", {"rest_api_id": API})
    play = Play(resource("/test", POST=make_http(kind, "https://url.test/")))
    call = play.client("POST", "/v1/test", _CLIENT | {"Accept": "application/xml"}, HELLO)
    body = echo(call, trim=False)
    answer = {"content": json.loads(call.body), "headers": client_headers(call, body), "status_code": call.status}
    aws_said.match("http-invocation-lambda-url", answer)
    aws_said.done()


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_http_status_passthrough(kind: str) -> None:
    aws_said = Recording("http.json", f"test_http_integration_invoke_status_code_passthrough[{kind}]")
    parameters = {"integration.request.path.map": "method.request.path.map"}
    play = Play(resource("/{map+}", POST=make_http(kind, "http://status.test/{map}", requestParameters=parameters)))
    for key, status in (("matching-response", 200), ("non-matching-response", 400)):
        call = play.client("POST", f"/v1/status/{status}")
        assert call.backend.target == f"/status/{status}"
        call.backend_answers(status, body=json.dumps({"message": "", "status_code": status}).encode())
        aws_said.match(key, {"body": json.loads(call.body), "status_code": call.status})
    aws_said.done()


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_http_integration_method(kind: str) -> None:
    aws_said = Recording("http.json", f"test_http_integration_method[{kind}]")
    aws_said.match("api_id", {"rest_api_id": API})
    play = Play(resource("/test", ANY=make_http(kind, "https://url.test/")))
    for verb in ("POST", "PUT", "GET"):
        # (the recorder sent POST each time, whatever the key says)
        call = play.client("POST", "/v1/test", _CLIENT | {"Accept": JSON}, HELLO)
        echo(call, trim=True)
        aws_said.match(f"http-invocation-lambda-url-{verb.lower()}", json.loads(call.body))
    aws_said.done()


def test_http_proxy_data_mappings() -> None:
    aws_said = Recording("http.json", "test_http_proxy_integration_request_data_mappings")
    aws_said.match("api_id", {"rest_api_id": API})
    uri = "https://url.test/?testVar={pathVar}&testQs={qsVar}"
    document = http_proxy(uri, "POST", requestParameters=_DATA_MAPPINGS)
    play = Play(resource("/{pathVariable}", POST=document))
    call = play.client("POST", "/v1/foobar?testQueryString=foo&testVar=bar", _DATA_HEADERS, HELLO)
    body = echo(call, trim=True)
    answer = {"content": json.loads(call.body), "headers": client_headers(call, body), "status_code": call.status}
    aws_said.match("http-proxy-invocation", answer)
    aws_said.done()


def test_a_mock_with_a_path_mapping(plane: Control) -> None:
    aws_said = Recording("integrations.json", "test_integration_mock_with_path_param")
    api_id, root_id = plane.api()
    made = plane.rest.create_resource(restApiId=api_id, parentId=root_id, pathPart="{testPath}")
    at = {"restApiId": api_id, "resourceId": made["id"], "httpMethod": "GET"}
    declared = {"method.request.path.testPath": True}
    plane.rest.put_method(**at, authorizationType="NONE", requestParameters=declared)
    parameters = {"integration.request.path.integrationPath": "method.request.path.testPath"}
    integration = plane.rest.put_integration(
        **at,
        type="MOCK",
        integrationHttpMethod="POST",
        requestParameters=parameters,
        requestTemplates={JSON: "{statusCode: 200}"},
    )
    aws_said.match("integration", integration)
    aws_said.done()


def test_what_is_not_replayed_here() -> None:
    aws_said = Recording("integrations.json", "test_create_execute_api_vpc_endpoint")
    # EC2's answer; and an API with its endpoints, which the control plane's own recordings (api.json) compare.
    aws_said.set_aside("endpoint-details", "api-details")
    aws_said.done()
