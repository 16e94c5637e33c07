"""What a method refuses before its integration is asked."""

from __future__ import annotations

import gzip
import logging

import pytest

from gatewright.edge.target import Target
from tests.plays.stage import API, Conversation, FakeRequest, Play, http_proxy, method, mock, resource


@pytest.mark.parametrize("kind", ["KERBEROS"])
def test_authorization_of_a_kind_that_nobody_knows_stays_closed(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    guarded = mock() | {"authorizationType": kind}
    call = Play(resource("/", GET=guarded)).client("GET", "/v1")
    body = b'{"Message":"User is not authorized to access this resource"}'
    call.got(403, body, error="AccessDeniedException")
    assert kind in caplog.text


def test_a_method_that_wants_an_api_key_stays_closed() -> None:
    call = Play(resource("/", GET=mock() | {"apiKeyRequired": True})).client("GET", "/v1")
    call.got(403, b'{"message":"Forbidden"}', error="ForbiddenException")


def test_a_body_over_the_limit_is_413() -> None:
    play = Play(resource("/", POST=http_proxy("http://b.test/")))
    request = FakeRequest("POST", "/v1", [], b"")
    request.too_large = True
    target = Target(API, request.path)
    assert play.gateway.admit(request, target) == 10 * 1024 * 1024
    play.gateway.handle(request, target)
    call = Conversation(request, play.upstream, play.clock)
    call.got(413, b'{"message":"HTTP content length exceeded 10485760 bytes"}', error="RequestTooLargeException")


def test_a_compressed_body_is_unpacked_and_a_bad_one_is_415() -> None:
    play = Play(resource("/", POST=http_proxy("http://b.test/")))
    good = play.client("POST", "/v1", {"Content-Encoding": "gzip"}, gzip.compress(b"hello"))
    headers = good.backend_saw("POST", "/", body=b"hello")
    assert "content-encoding" not in headers
    for coding, body in (("gzip", b"hello"), ("br", b"hello"), ("gzip", gzip.compress(b"hello")[:-4])):
        bad = play.client("POST", "/v1", {"Content-Encoding": coding}, body)
        bad.got(415, b'{"message": "Unsupported Media Type"}', error="BadRequestException")


def test_a_body_that_unpacks_to_more_than_the_limit_is_413() -> None:
    play = Play(resource("/", POST=http_proxy("http://b.test/")))
    bomb = gzip.compress(bytes(11 * 1024 * 1024))
    play.client("POST", "/v1", {"Content-Encoding": "gzip"}, bomb).got(413, error="RequestTooLargeException")


@pytest.mark.parametrize(
    "header", ["Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "x-amzn-apigateway-api-id"]
)
def test_an_illegal_mapped_header_fails_every_call(header: str, caplog: pytest.LogCaptureFixture) -> None:
    parameters = {f"integration.request.header.{header}": "'1'"}
    play = Play(resource("/", GET=http_proxy("http://b.test/", requestParameters=parameters)))
    body = b'{"message": "Internal server error"}'
    play.client("GET", "/v1").got(500, body, error="InternalServerErrorException")
    assert "Execution failed due to configuration error" in caplog.text


def test_a_fault_of_ours_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    play = Play(resource("/", GET=http_proxy("http://b.test/")))
    play.upstream.fetch = None  # type: ignore[assignment, method-assign]
    body = b'{"message": "Internal server error"}'
    call = play.client("GET", "/v1")
    call.got(500, body, error="InternalServerErrorException")
    assert call.headers["x-amzn-RequestId"] in caplog.text


def test_method_documents_without_an_authorization_type_are_open() -> None:
    document = mock()
    del document["authorizationType"]
    Play(resource("/", GET=method(document["methodIntegration"]))).client("GET", "/v1").got(200)


def test_heads_that_are_too_long() -> None:
    play = Play(resource("/{proxy+}", ANY=mock()))
    play.client("GET", "/v1/" + "x" * 10_000, {"A": "x" * 10_000}).got(200)
    long = play.client("GET", "/v1/" + "x" * 10_240)
    long.got(414, b'{"message":"Request URI too long"}', error="RequestUriTooLongException")
    play.client("GET", "/v1/x", {"A": "x" * 10_240}).got(413, error="RequestTooLargeException")
