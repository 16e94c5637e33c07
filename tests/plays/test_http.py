"""HTTP (mapped) integrations: nothing gets through but what is mapped."""

from __future__ import annotations

import re

import pytest

from tests.plays.stage import API, Play, http, resource

_ERROR = b'{"message": "Internal server error"}'


# integrations.json, test_apigateway_header_remapping_http[HTTP], no-param-integration
def test_without_mappings_the_backend_sees_only_the_gateways_headers() -> None:
    play = Play(resource("/", GET=http("https://b.test/x?y=1")))
    call = play.client("GET", "/v1?q=1", {"X-Own": "1", "Accept": "text/html", "User-Agent": "curl"})
    headers = call.backend_saw("GET", "/x?y=1")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers.pop("x-amzn-trace-id"))
    assert headers == {
        "accept": "application/json",
        "user-agent": f"AmazonAPIGateway_{API}",
        "x-amzn-apigateway-api-id": API,
        "host": "b.test",
    }
    call.backend_answers(200, {"Content-Type": "text/plain", "X-Theirs": "1", "Server": "s"}, b"hi")
    answer = call.got(200, b"hi")
    assert sorted(answer) == ["Content-Type", "X-Amzn-Trace-Id", "x-amz-apigw-id", "x-amzn-RequestId"]
    assert answer["Content-Type"] == "text/plain"
    assert re.fullmatch(r"Root=1-[0-9a-f-]{33};Parent=[0-9a-f]{16};Sampled=0", answer["X-Amzn-Trace-Id"])


# http.json, test_http_integration_with_lambda[HTTP]
def test_a_body_passes_with_its_content_type() -> None:
    play = Play(resource("/", POST=http("http://b.test/", "POST")))
    call = play.client("POST", "/v1", {"Content-Type": "application/json"}, b'{"message": "hello world"}')
    assert call.backend_saw("POST", "/", body=b'{"message": "hello world"}')["content-type"] == "application/json"
    assert play.client("POST", "/v1").backend_headers["content-type"] == "application/json"


def test_mappings_of_all_kinds() -> None:
    parameters = {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.querystring.tag": "method.request.multivaluequerystring.tag",
        "integration.request.querystring.last": "method.request.querystring.tag",
        "integration.request.header.X-All": "method.request.multivalueheader.X-Many",
        "integration.request.header.X-Last": "method.request.header.X-Many",
        "integration.request.header.X-User": "method.request.body.user.names[0]",
        "integration.request.header.X-Stage": "context.stage",
        "integration.request.header.X-Ip": "context.identity.sourceIp",
        "integration.request.header.User-Agent": "'mine'",
        "integration.request.header.X-Missing": "method.request.header.x-many",
    }
    play = Play(resource("/u/{id}", POST=http("http://b.test/users/{id}", "POST", requestParameters=parameters)))
    many = [("X-Many", "a"), ("X-Many", "b")]
    body = b'{"user": {"names": ["ann"]}}'
    call = play.client("POST", "/v1/u/7%207?tag=1&tag=2", many, body)
    headers = call.backend_saw("POST", "/users/7%207?tag=1&tag=2&last=2", body=body)
    wanted = {
        "x-all": "a,b",
        "x-last": "b",
        "x-user": "ann",
        "x-stage": "v1",
        "x-ip": "203.0.113.7",
        "user-agent": "mine",
    }
    assert wanted.items() <= headers.items()
    assert "x-missing" not in headers


def test_a_body_that_a_mapping_cannot_read_is_400() -> None:
    parameters = {"integration.request.header.X-User": "method.request.body.user"}
    play = Play(resource("/", POST=http("http://b.test/", requestParameters=parameters)))
    play.client("POST", "/v1", body=b"{oops").got(
        400, b'{"message": "Invalid JSON in request body"}', error="BadRequestException"
    )
    assert "x-user" not in play.client("POST", "/v1", body=b"plain").backend_headers


# http.json, test_http_integration_invoke_status_code_passthrough[HTTP]
def test_the_default_response_takes_every_status() -> None:
    play = Play(resource("/", GET=http("http://b.test/")))
    play.client("GET", "/v1").backend_answers(400, body=b"bad").got(200, b"bad")


def test_patterns_headers_and_templates_of_the_response() -> None:
    responses = {
        "200": {"selectionPattern": "2\\d{2}"},
        "404": {
            "selectionPattern": "404",
            "responseTemplates": {"application/json": '{"gone": true}'},
            "responseParameters": {
                "method.response.header.X-Why": "integration.response.header.x-why",
                "method.response.header.X-Code": "integration.response.body.code",
                "method.response.header.X-Body": "integration.response.body",
                "method.response.header.Date": "'long ago'",
                "method.response.header.Transfer-Encoding": "'chunked'",
                "method.response.header.X-None": "integration.response.header.None",
            },
        },
    }
    play = Play(resource("/", GET=http("http://b.test/", responses=responses)))
    call = play.client("GET", "/v1").backend_answers(404, {"X-Why": "because"}, b'{"code":7}')
    headers = call.got(404, b'{"gone": true}')
    assert (headers["X-Why"], headers["X-Code"], headers["X-Body"]) == ("because", "7", '{"code":7}')
    assert headers["x-amzn-Remapped-Date"] == "long ago"
    assert not {"X-None", "Transfer-Encoding", "Date"} & headers.keys()
    play.client("GET", "/v1").backend_answers(204, body=b"").got(200, b"")
    play.client("GET", "/v1").backend_answers(500, body=b"").got(500, _ERROR, error="InternalServerErrorException")


def test_an_empty_response_template_passes_the_body_on() -> None:
    responses = {"200": {"responseTemplates": {"application/json": ""}}}
    play = Play(resource("/", GET=http("http://b.test/", responses=responses)))
    headers = play.client("GET", "/v1").backend_answers(200, {"Content-Type": "application/x"}, b"[1]").got(200, b"[1]")
    assert headers["Content-Type"] == "application/json"


def test_a_template_without_output_takes_the_body_away() -> None:
    nothing = {"application/json": "## nothing"}
    responses = {"200": {"responseTemplates": nothing}}
    play = Play(resource("/", POST=http("http://b.test/", requestTemplates=nothing, responses=responses)))
    call = play.client("POST", "/v1", body=b"client's").backend_answers(200, body=b"backend's")
    assert call.backend.body == b""
    call.got(200, b"")


def test_a_deep_body_is_no_fault_of_ours() -> None:
    mapped = {"integration.request.header.A": "method.request.body.a"}
    play = Play(resource("/", POST=http("http://b.test/", requestParameters=mapped)))
    play.client("POST", "/v1", body=b"[" * 100_000).got(400, error="BadRequestException")


def test_a_mapped_answer_header_cannot_break_the_message() -> None:
    responses = {"200": {"responseParameters": {"method.response.header.X-Code": "integration.response.body.code"}}}
    play = Play(resource("/", GET=http("http://b.test/", responses=responses)))
    call = play.client("GET", "/v1").backend_answers(200, body=b'{"code":"a\\r\\nb: c"}')
    call.got(500, _ERROR, error="InternalServerErrorException")


def test_an_answer_that_a_mapping_cannot_read_is_500() -> None:
    responses = {"200": {"responseParameters": {"method.response.header.X-Code": "integration.response.body.code"}}}
    play = Play(resource("/", GET=http("http://b.test/", responses=responses)))
    play.client("GET", "/v1").backend_answers(200, body=b"{oops").got(500, _ERROR, error="InternalServerErrorException")


def test_literal_request_templates_and_passthrough() -> None:
    templates = {"application/json": '{"fixed": 1}', "text/plain": ""}
    integration = http("http://b.test/", "POST", requestTemplates=templates, passthroughBehavior="NEVER")
    play = Play(resource("/", POST=integration))
    assert play.client("POST", "/v1", body=b"{}").backend.body == b'{"fixed": 1}'
    assert play.client("POST", "/v1", {"Content-Type": "text/plain"}, b"own").backend.body == b"own"
    refused = play.client("POST", "/v1", {"Content-Type": "text/xml"}, b"<x/>")
    refused.got(415, b'{"message": "Unsupported Media Type"}', error="BadRequestException")


@pytest.mark.parametrize(
    ("handling", "kind", "body", "seen"),
    [
        ("CONVERT_TO_TEXT", "image/png", b"\xff", b"/w=="),
        ("CONVERT_TO_BINARY", "text/plain", b"/w==", b"\xff"),
        (None, "image/png", b"\xff", b"\xff"),
    ],
)
def test_content_handling_of_the_request(handling: str | None, kind: str, body: bytes, seen: bytes) -> None:
    integration = http("http://b.test/", "POST", contentHandling=handling)
    play = Play(resource("/", POST=integration), api={"binaryMediaTypes": ["image/png"]})
    assert play.client("POST", "/v1", {"Content-Type": kind}, body).backend.body == seen


def test_base64_that_is_none_is_a_configuration_error() -> None:
    play = Play(resource("/", POST=http("http://b.test/", "POST", contentHandling="CONVERT_TO_BINARY")))
    play.client("POST", "/v1", body=b"!").got(500, _ERROR, error="InternalServerErrorException")


def test_content_handling_of_the_response() -> None:
    play = Play(resource("/", GET=http("http://b.test/", responses={"200": {"contentHandling": "CONVERT_TO_BINARY"}})))
    play.client("GET", "/v1").backend_answers(200, body=b"/w==").got(200, b"\xff")
