"""Mapping templates in requests and answers of MOCK, HTTP and AWS: what they see, make and override."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest

from tests.plays.recorded import recording
from tests.plays.stage import ACCOUNT, API, INVOKE, Play, aws, http, mock, resource

_ERROR = b'{"message": "Internal server error"}'
_JSON = "application/json"
_STATUS = '{"statusCode": 200}'


def templated(request: str = _STATUS, response: str | None = None, **members: Any) -> Any:
    """A MOCK with these templates."""
    answer: dict[str, Any] = {} if response is None else {"responseTemplates": {_JSON: response}}
    return mock(requestTemplates={_JSON: request}, responses={"200": answer}, **members)


def says(template: str, verb: str = "GET", url: str = "/v1/pets/7%207?a=1&a=2&b=", **request: Any) -> str:
    """What a response template prints."""
    play = Play(resource("/pets/{id}", ANY=templated(response=template)), variables={"who": "me"})
    call = play.client(verb, url, **request)
    call.got(200)
    return call.body.decode()


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("$input.params('id')|$input.params().path.id", "7 7|7 7"),
        ("$input.params('a')|$input.params().querystring.get('b')|$input.params('none')", "2||"),
        ("$input.params('X-One')|$input.params('x-one')", "1|"),
        ("$input.params().header['X-Forwarded-For']", "203.0.113.7"),
        ("$input.body", "{}"),
        ("$stageVariables.who|${stageVariables['who']}|$stageVariables.none", "me|me|"),
        ("$util.urlEncode('a b')", "a+b"),
        ("$context.stage $context.httpMethod $context.resourcePath", "v1 GET /pets/{id}"),
        (
            "$context.path $context.protocol $context.apiId $context.accountId",
            f"/v1/pets/7%207 HTTP/1.1 {API} {ACCOUNT}",
        ),
        ("$context.identity.sourceIp|$context.identity.user|$context.identity.clientCert.subjectDN", "203.0.113.7||"),
        ("$context.identity['userAgent']|$context.get('stage')", "curl|v1"),
        ("$context.authorizer.principalId|$context.authorizer.claims['custom:x']|$context.nonsense", "||"),
        ("#if($context.error.message == '')none#end", "none"),
    ],
)
def test_what_templates_see(template: str, printed: str) -> None:
    assert says(template, headers={"X-One": "1", "User-Agent": "curl"}) == printed


def test_the_request_template_of_a_mock_chooses_the_status() -> None:
    request = """#if($input.params('scope') == 'internal'){"statusCode": 200}#else{statusCode: 500}#end"""
    responses = {"200": {}, "500": {"selectionPattern": "5\\d{2}", "responseTemplates": {_JSON: "$input.body"}}}
    play = Play(resource("/", ANY=mock(requestTemplates={_JSON: request}, responses=responses)))
    play.client("GET", "/v1?scope=internal").got(200, b"")
    play.client("GET", "/v1").got(500, b"{}")
    play.client("POST", "/v1", {"Content-Type": "text/plain"}, b"{'statusCode': 500}").got(500, b"{}")
    play.client("POST", "/v1", {"Content-Type": "text/plain"}, b"none").got(
        500, _ERROR, error="InternalServerErrorException"
    )


# integrations.json, test_integration_mock_with_request_overrides_in_response_template
@pytest.mark.parametrize(("key", "said"), [("path1", "path1"), ("path2", "path2"), ("path-else", "whatever")])
def test_the_response_template_reads_request_overrides(key: str, said: str) -> None:
    request = """#set($body = $util.base64Decode($input.params('testPath')))
#set($context.requestOverride.path.body = $body)
{
  "statusCode": 200
}"""
    response = """#set($body = $util.parseJson($context.requestOverride.path.body))
#set($said = $body.message)
#if($said == "path1"){"response": "path was path one"}
#elseif($said == "path2"){"response": "path was path two"}
#else{"response": "this is the else clause"}#end"""
    play = Play(resource("/{testPath}", GET=templated(request, response)))
    sent = base64.b64encode(json.dumps({"message": said}).encode()).decode()
    recorded = recording("integrations.json", "test_integration_mock_with_request_overrides_in_response_template")
    assert json.loads(play.client("GET", f"/v1/{sent}").body) == recorded[f"invoke-{key}"]


# integrations.json, test_integration_mock_with_response_override_in_request_template
@pytest.mark.parametrize("with_response", [True, False])
def test_the_request_template_may_override_the_answer(with_response: bool) -> None:
    request = """
#set($context.responseOverride.status = 444)
#set($context.responseOverride.header.foo = "bar")
#set($context.responseOverride.custom = "is also passed around")
{"statusCode": 200}"""
    response = """{"statusOverride": "$context.responseOverride.status",
"fooHeader": "$context.responseOverride.header.foo", "custom": "$context.responseOverride.custom"}"""
    play = Play(resource("/", GET=templated(request, response if with_response else None)))
    call = play.client("GET", "/v1")
    test = f"test_integration_mock_with_response_override_in_request_template[{with_response}]"
    recorded = recording("integrations.json", test)["response"]
    headers = call.got(recorded["status_code"])
    assert headers["foo"] == "bar"
    assert (json.loads(call.body) if with_response else f"{call.body!r}") == recorded["body"]


# integrations.json, test_integration_mock_with_vtl_map_assignation
def test_maps_can_be_written_in_every_way() -> None:
    request = """#set($name = "foo")
#set($context.requestOverride.querystring[$name] = "bar")
$context.requestOverride.querystring.put("putfoo", "putBar")
#set($context["requestOverride"].querystring["nestedfoo"] = "nestedFoo")
{"statusCode": 200}"""
    response = """#set($all = $context.requestOverride.querystring)
{"value": "$all.foo", "value2": "$all['putfoo']", "value3": "$all.get('nestedfoo')"}"""
    call = Play(resource("/", GET=templated(request, response))).client("GET", "/v1")
    recorded = recording("integrations.json", "test_integration_mock_with_vtl_map_assignation")["response"]
    call.got(recorded["status_code"])
    assert json.loads(call.body) == recorded["body"]


@pytest.mark.parametrize(
    ("written", "status"), [("418", 418), ("99", 200), ("600", 200), ("'418'", 200), ("true", 200), ("101", 200)]
)
def test_only_a_status_is_a_status(written: str, status: int) -> None:
    play = Play(resource("/", GET=templated(response=f"#set($context.responseOverride.status = {written})x")))
    play.client("GET", "/v1").got(status, b"x")


def test_written_headers_of_the_answer_are_final() -> None:
    response = """#set($context.responseOverride.header.X-Mapped = ["a", "b"])
#set($context.responseOverride.header["content-type"] = "text/plain")
#set($context.responseOverride.header.Date = "now")
#set($context.responseOverride.header.X-None = $nothing)x"""
    answer = {
        "responseTemplates": {_JSON: response},
        "responseParameters": {"method.response.header.x-mapped": "'mapped'"},
    }
    call = Play(resource("/", GET=mock(responses={"200": answer}))).client("GET", "/v1")
    headers = call.got(200, b"x")
    assert (headers["X-Mapped"], headers["content-type"]) == ("a, b", "text/plain")
    assert headers["x-amzn-Remapped-Date"] == "now"
    assert not {"x-mapped", "Content-Type", "X-None"} & headers.keys()


def test_an_unsound_header_is_a_configuration_error() -> None:
    response = """#set($context.responseOverride.header.X = $util.urlDecode('a%0D%0Ab'))x"""
    play = Play(resource("/", GET=templated(response=response)))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")


def test_http_gets_what_the_template_makes() -> None:
    request = """#set($all = $input.path('$'))
#set($context.requestOverride.path.id = $all.id)
#set($context.requestOverride.querystring.tag = ["x y", 2])
#set($context.requestOverride.header.X-Mapped = "written")
#set($context.requestOverride.header.X-More = 7)
{"name": $input.json('$.name')}"""
    parameters = {
        "integration.request.path.id": "'mapped'",
        "integration.request.querystring.tag": "'mapped'",
        "integration.request.header.x-mapped": "'mapped'",
        "integration.request.header.X-Kept": "'kept'",
    }
    document = http(
        "http://b.test/{id}/x?fixed=1",
        "POST",
        requestTemplates={_JSON: request},
        requestParameters=parameters,
        responses={"201": {"responseTemplates": {_JSON: "$input.path('$.said') $input.params('q')"}}},
    )
    play = Play(resource("/", POST=document))
    call = play.client("POST", "/v1?q=asked", body=b'{"id": "7/7", "name": "ann"}')
    headers = call.backend_saw("POST", "/7%2F7/x?fixed=1&tag=x%20y&tag=2", body=b'{"name": "ann"}')
    assert (headers["x-mapped"], headers["x-more"], headers["x-kept"]) == ("written", "7", "kept")
    call.backend_answers(200, {"Content-Type": "text/html"}, b'{"said": "hi"}')
    assert call.got(201, b"hi asked")["Content-Type"] == _JSON


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("header.Content-Length = 1", 500),
        ("header.X-Amzn-Trace-Id = 'x'", 500),
        ("path.id = '../x'", 400),
    ],
)
def test_what_no_template_may_write(written: str, status: int) -> None:
    template = f"#set($context.requestOverride.{written})x"
    document = http("http://b.test/a/{id}", requestTemplates={_JSON: template})
    assert Play(resource("/", GET=document)).client("GET", "/v1").status == status


def test_templates_by_content_type_and_accept() -> None:
    templates = {_JSON: "json $input.body", "text/plain": "plain $input.body"}
    document = http(
        "http://b.test/", "POST", requestTemplates=templates, responses={"200": {"responseTemplates": templates}}
    )
    play = Play(resource("/", POST=document | {}))
    call = play.client("POST", "/v1", {"Content-Type": "text/plain; charset=x", "Accept": "text/plain"}, b"1")
    assert call.backend.body == b"plain 1"
    assert call.backend_answers(body=b"2").got(200, b"plain 2")["Content-Type"] == "text/plain"
    call = play.client("POST", "/v1", {"Content-Type": _JSON, "Accept": "image/png"}, b"1")
    assert call.backend.body == b"json 1"
    call.backend_answers(body=b"2").got(200, b"json 2")


@pytest.mark.parametrize("behaviour", ["WHEN_NO_TEMPLATES", "NEVER"])
def test_no_template_for_a_type_is_415(behaviour: str) -> None:
    document = http("http://b.test/", requestTemplates={_JSON: "$input.body"}, passthroughBehavior=behaviour)
    call = Play(resource("/", POST=document)).client("POST", "/v1", {"Content-Type": "text/xml"}, b"<x/>")
    call.got(415, b'{"message": "Unsupported Media Type"}', error="BadRequestException")


def test_a_template_that_fails_is_500_and_says_where(caplog: pytest.LogCaptureFixture) -> None:
    document = http("http://b.test/", requestTemplates={_JSON: "one\n#foreach($i in [1..100000000])x#end"})
    with caplog.at_level(logging.ERROR):
        call = Play(resource("/", GET=document)).client("GET", "/v1")
    call.got(500, _ERROR, error="InternalServerErrorException")
    assert "Unable to transform request" in caplog.text
    assert "line 2" in caplog.text


def test_binary_payloads_are_read_as_base64_after_conversion() -> None:
    api = {"binaryMediaTypes": ["image/png"]}
    document = http(
        "http://b.test/",
        "POST",
        requestTemplates={"image/png": '{"data": "$input.body"}'},
        contentHandling="CONVERT_TO_TEXT",
        responses={"200": {"responseTemplates": {_JSON: "<$input.body>"}, "contentHandling": "CONVERT_TO_TEXT"}},
    )
    call = Play(resource("/", POST=document), api=api).client("POST", "/v1", {"Content-Type": "image/png"}, b"\xff\xfe")
    assert call.backend.body == b'{"data": "//4="}'
    call.backend_answers(200, {"Content-Type": "image/png"}, b"\xff\xfe").got(200, b"<//4=>")


def test_a_template_cannot_read_raw_binary() -> None:
    api = {"binaryMediaTypes": ["image/png"]}
    document = http("http://b.test/", responses={"200": {"responseTemplates": {_JSON: "x"}}})
    call = Play(resource("/", GET=document), api=api).client("GET", "/v1")
    call.backend_answers(200, {"Content-Type": "image/png"}, b"\xff").got(
        500, _ERROR, error="InternalServerErrorException"
    )


def test_convert_to_binary_decodes_what_the_template_made() -> None:
    answer = {"responseTemplates": {_JSON: "$input.path('$.data')"}, "contentHandling": "CONVERT_TO_BINARY"}
    document = http("http://b.test/", responses={"200": answer})
    call = Play(resource("/", GET=document)).client("GET", "/v1")
    call.backend_answers(200, body=b'{"data": "//4="}').got(200, b"\xff\xfe")


# lambda.json, test_lambda_aws_integration_with_request_template and ..._response_with_mapping_templates
def test_a_function_behind_templates() -> None:
    responses = {
        "202": {"responseTemplates": {_JSON: '{"statusCode": 200, "body": "$input.path(\'$.answer\')"}'}},
        "400": {
            "selectionPattern": ".*customerror.*",
            "responseTemplates": {_JSON: '{"body": "$input.path(\'$.errorMessage\')"}'},
        },
    }
    template = """{"param1": "$input.params('param1')"}"""
    play = Play(resource("/", GET=aws(INVOKE, requestTemplates={_JSON: template}, responses=responses)))
    call = play.client("GET", "/v1?param1=foobar")
    assert (
        call.event
        == recording("lambda.json", "test_lambda_aws_integration_with_request_template")["lambda-aws-integration-1"]
    )
    call.function_returns({"answer": "noerror"})
    call.got(202, b'{"statusCode": 200, "body": "noerror"}')
    failed = play.client("GET", "/v1").backend_answers(
        200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "customerror"}'
    )
    failed.got(400, b'{"body": "customerror"}')


@pytest.mark.parametrize(
    "written",
    [
        "#set($s = '0123456789')#foreach($i in [1..14])#set($s = $s + $s)#end",
        '#set($s = [1..1000])#foreach($i in [1..100])#set($context.responseOverride.header["X$i"] = $s)#end',
    ],
)
def test_headers_that_nobody_takes_are_not_sent(written: str) -> None:
    play = Play(resource("/", GET=templated(response=written + "#set($context.responseOverride.header.X = $s)x")))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")
