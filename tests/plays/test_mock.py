"""MOCK integrations."""

from __future__ import annotations

import pytest

from tests.plays.stage import Play, method, mock, resource

_ERROR = b'{"message": "Internal server error"}'


def test_a_literal_template_is_the_body() -> None:
    rule = {"200": {"responseTemplates": {"application/json": '{"ok": true}'}}}
    Play(resource("/", GET=mock(responses=rule))).client("GET", "/v1").got(200, b'{"ok": true}')


def test_the_status_chooses_the_response() -> None:
    responses = {"200": {}, "404": {"selectionPattern": "4\\d{2}", "responseTemplates": {"text/plain": "gone"}}}
    play = Play(resource("/", GET=mock(410, responses=responses)), resource("/ok", GET=mock(204, responses=responses)))
    headers = play.client("GET", "/v1").got(404, b"gone")
    assert headers["Content-Type"] == "text/plain"
    play.client("GET", "/v1/ok").got(200, b"")


def test_cors_preflight_as_the_console_writes_it() -> None:
    parameters = {
        "method.response.header.Access-Control-Allow-Headers": "'Content-Type,X-Api-Key'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
        "method.response.header.Access-Control-Allow-Origin": "'*'",
    }
    play = Play(resource("/", OPTIONS=mock(responses={"200": {"responseParameters": parameters}})))
    headers = play.client("OPTIONS", "/v1").got(200, b"")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Allow-Headers"] == "Content-Type,X-Api-Key"


def test_the_accept_header_chooses_among_templates() -> None:
    templates = {"application/json": "{}", "text/plain": "text"}
    play = Play(resource("/", GET=mock(responses={"200": {"responseTemplates": templates}})))
    assert play.client("GET", "/v1", {"Accept": "text/plain, */*"}).body == b"text"
    assert play.client("GET", "/v1", {"Accept": "image/png"}).body == b"{}"
    assert play.client("GET", "/v1").body == b"{}"


def test_a_mapped_context_variable_goes_into_a_header() -> None:
    parameters = {"method.response.header.X-Id": "context.requestId", "method.response.header.X-No": "context.nothing"}
    play = Play(resource("/", GET=mock(responses={"200": {"responseParameters": parameters}})))
    headers = play.client("GET", "/v1").got(200)
    assert headers["X-Id"] == headers["x-amzn-RequestId"]
    assert "X-No" not in headers


def test_stage_variables_reach_headers() -> None:
    parameters = {
        "method.response.header.X-Colour": "stageVariables.colour",
        "method.response.header.X-No": "stageVariables.no",
    }
    rule = {"200": {"responseParameters": parameters}}
    play = Play(resource("/", GET=mock(responses=rule)), variables={"colour": "green"})
    headers = play.client("GET", "/v1").got(200)
    assert headers["X-Colour"] == "green"
    assert "X-No" not in headers


@pytest.mark.parametrize("template", ["{}", '{"statusCode": "many"}', "not json", ""])
def test_without_a_status_it_is_a_configuration_error(template: str, caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/", GET=mock(requestTemplates={"application/json": template})))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")
    assert "Unable to parse statusCode" in caplog.text


def test_no_match_and_no_default_is_a_configuration_error(caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/", GET=mock(responses={"404": {"selectionPattern": "404"}})))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")
    assert "Endpoint Response Status Code: 200" in caplog.text


def test_an_undeclared_method_response_is_a_configuration_error(caplog: pytest.LogCaptureFixture) -> None:
    document = mock()
    play = Play(resource("/", GET=method(document["methodIntegration"], methodResponses={})))
    play.client("GET", "/v1").got(500, _ERROR, error="InternalServerErrorException")
    assert "Output mapping refers to an invalid method response: 200" in caplog.text


@pytest.mark.parametrize(
    ("behaviour", "kind", "status"),
    [
        ("WHEN_NO_MATCH", "application/json", 200),
        ("WHEN_NO_MATCH", "text/xml", 201),
        ("WHEN_NO_TEMPLATES", "application/json; charset=utf-8", 200),
        ("WHEN_NO_TEMPLATES", "text/xml", 415),
        ("NEVER", "application/json", 200),
        ("NEVER", "text/xml", 415),
    ],
)
def test_passthrough(behaviour: str, kind: str, status: int) -> None:
    responses = {"200": {}, "201": {"selectionPattern": "201"}}
    play = Play(resource("/", POST=mock(responses=responses, passthroughBehavior=behaviour)))
    call = play.client("POST", "/v1", {"Content-Type": kind}, b'{"statusCode": 201}')
    assert call.status == status
    if status == 415:
        call.got(415, b'{"message": "Unsupported Media Type"}', error="BadRequestException")


def test_binary_everything_spoils_the_template_unless_converted_to_text() -> None:
    api = {"binaryMediaTypes": ["*/*"]}
    Play(resource("/", GET=mock()), api=api).client("GET", "/v1").got(500, error="InternalServerErrorException")
    Play(resource("/", GET=mock(contentHandling="CONVERT_TO_TEXT")), api=api).client("GET", "/v1").got(200)


def test_compression_is_for_those_who_ask_and_for_large_bodies() -> None:
    rule = {"200": {"responseTemplates": {"application/json": '"' + "x" * 1000 + '"'}}}
    play = Play(resource("/", GET=mock(responses=rule)), api={"minimumCompressionSize": 100})
    call = play.client("GET", "/v1", {"Accept-Encoding": "br, gzip;q=0.5"})
    assert call.headers["Content-Encoding"] == "gzip"
    assert len(call.body) < 100
    assert "Content-Encoding" not in play.client("GET", "/v1").headers
    assert "Content-Encoding" not in play.client("GET", "/v1", {"Accept-Encoding": "gzip;q=0, *"}).headers
