"""Customised gateway responses on every error of an API, wherever it arises."""

from __future__ import annotations

from typing import Any

from gatewright.net.base import Failure
from tests.plays.stage import Body, Conversation, Play, function, http_proxy, method, mock, resource

MARK = {"gatewayresponse.header.X-Mark": "context.error.responseType"}


def play(*resources: Body, **more: Any) -> Play:
    responses = [
        {"responseType": "DEFAULT_4XX", "responseParameters": MARK},
        {"responseType": "DEFAULT_5XX", "responseParameters": MARK, "statusCode": "599"},
        {"responseType": "REQUEST_TOO_LARGE", "responseParameters": MARK, "statusCode": "400"},
    ]
    return Play(*resources, more={"gatewayResponses": responses}, **more)


def marked(call: Conversation, status: int, mark: str) -> None:
    assert (call.status, call.headers.get("X-Mark")) == (status, mark)
    assert "x-amzn-ErrorType" in call.headers
    assert "x-amzn-RequestId" in call.headers


def test_every_error_is_answered_so() -> None:
    refused = mock()
    refused["apiKeyRequired"] = True
    guarded = mock()
    guarded["authorizationType"] = "AWS_IAM"
    typed = mock(passthroughBehavior="NEVER")
    said = play(
        resource("/key", GET=refused),
        resource("/guarded", GET=guarded),
        resource("/typed", POST=typed),
        resource("/broken", GET=method({"type": "HTTP", "uri": "http://a.test/", "integrationResponses": {}})),
        resource("/backend", GET=http_proxy("http://a.test/")),
        resource("/function", GET=function()),
    )
    marked(said.client("GET", "/v1/none"), 403, "MISSING_AUTHENTICATION_TOKEN")
    marked(said.client("PUT", "/v1/key", {"Authorization": "x"}), 403, "INVALID_SIGNATURE")
    marked(said.client("GET", "/v1/key"), 403, "INVALID_API_KEY")
    marked(said.client("GET", "/v1/guarded"), 403, "MISSING_AUTHENTICATION_TOKEN")
    marked(said.client("POST", "/v1/typed", {"Content-Type": "a/b"}, b"x"), 415, "UNSUPPORTED_MEDIA_TYPE")
    marked(said.client("GET", "/v1/broken").backend_answers(200), 599, "API_CONFIGURATION_ERROR")
    marked(said.client("GET", "/v1/backend").backend_fails(Failure.TIMEOUT), 599, "INTEGRATION_TIMEOUT")
    marked(said.client("GET", "/v1/backend").backend_fails(Failure.CLOSED), 599, "INTEGRATION_FAILURE")
    marked(said.client("GET", "/v1/function").function_returns([]), 599, "INTEGRATION_FAILURE")
    large = said.client("POST", "/v1/typed", {"Content-Encoding": "gzip"}, b"no gzip")
    marked(large, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_where_there_is_no_api_nothing_can_be_customised() -> None:
    said = play(resource("/", GET=mock()))
    call = said.client("GET", "/other/")
    call.got(403, b'{"message":"Forbidden"}', error="ForbiddenException")
    assert "X-Mark" not in call.headers


def test_what_a_backend_answers_is_no_gateway_response() -> None:
    call = play(resource("/", GET=http_proxy("http://a.test/"))).client("GET", "/v1").backend_answers(500)
    assert call.status == 500
    assert "X-Mark" not in call.headers


def test_the_stage_counts_the_status_that_was_sent() -> None:
    said = play(resource("/", GET=mock(responses={})))
    said.client("GET", "/v1")
    said.client("GET", "/v1/none")
    [counters] = said.counters.snapshot().values()
    assert (counters.count, counters.server_errors, counters.client_errors) == (2, 1, 1)
