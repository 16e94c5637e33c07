"""AWS_PROXY with `responseTransferMode: STREAM`: the function host's event stream in, the client's answer out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.aws.messages import event, message
from gatewright.net.base import Failure
from tests.plays.stage import API, FUNCTION, Body, Conversation, Play, function, resource

URI = f"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/{FUNCTION}/response-streaming-invocations"
NULS = bytes(8)


def play(uri: str = URI, *, api: Body | None = None, **integration: Any) -> Play:
    return Play(resource("/f", ANY=function(uri, responseTransferMode="STREAM", **integration)), api=api)


def called(verb: str = "GET", **options: Any) -> Conversation:
    return play(**options).client(verb, "/v1/f").backend_begins(200, {"Content-Type": "x/eventstream"})


def chunk(data: bytes) -> bytes:
    return event("PayloadChunk", "application/octet-stream", data)


def complete(**members: str) -> bytes:
    return event("InvokeComplete", "application/json", json.dumps(members).encode())


def metadata(**members: Any) -> bytes:
    return json.dumps(members).encode() + NULS


def test_the_call() -> None:
    stage = play(timeoutInMillis=60_000)
    call = stage.client("POST", "/v1/f?a=1", {"X-A": "b"}, b"in")
    assert (call.backend.method, call.backend.timeout) == ("POST", 60.0)
    name = FUNCTION.replace(":", "%3A")
    assert call.backend.target == f"/2021-11-15/functions/{name}/response-streaming-invocations"
    assert call.backend_headers["x-gatewright-source-account"] == "123456789012"
    assert (call.event["httpMethod"], call.event["body"]) == ("POST", "in")


def test_metadata_then_payload_as_it_comes() -> None:
    call = called(api={"minimumCompressionSize": 0})
    assert call.request.answer is None
    head = metadata(statusCode=201, headers={"Content-Type": "text/event-stream"}, cookies=["a=1", "b=2"])
    call.backend_sends(chunk(head[:10]), chunk(head[10:-3]))
    assert call.request.answer is None
    call.backend_sends(chunk(head[-3:] + b"one"))
    headers = call.got(201, b"one")
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Set-Cookie"] == "a=1, b=2"
    assert headers["X-Amzn-Trace-Id"].startswith("Root=")
    assert call.request.announced is None
    whole = chunk(b"two")
    call.backend_sends(whole[:5], whole[5:] + chunk(NULS))
    assert call.body == b"onetwo" + NULS
    call.backend_sends(complete()).backend_ends()
    assert call.request.streamed == "whole"


def test_several_values_and_a_length() -> None:
    call = called()
    head = metadata(multiValueHeaders={"X-M": ["1", "2"]}, headers={"X-N": 3, "content-length": "2"})
    call.backend_sends(chunk(head + b"ab") + complete()).backend_ends()
    headers = call.got(200, b"ab")
    assert (headers["X-M"], headers["X-N"], call.request.announced) == ("1, 2", "3", 2)
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "output",
    [
        b'{"statusCode": 200, "body": "buffered"}',
        b"",
        b"no json" + NULS,
        b"[1]" + NULS,
        metadata(statusCode="many"),
        metadata(statusCode=99),
        metadata(headers="a"),
        metadata(headers={"a b": "c"}),
        metadata(headers={"a": "b\r\nc"}),
        metadata(multiValueHeaders={"a": "b"}),
        metadata(cookies="a=1"),
        metadata(cookies=[1]),
        b'{"a": "' + b"x" * 16_384 + b'"}' + NULS,
        b"x" * 20_000,
    ],
)
def test_malformed_output_is_500(output: bytes) -> None:
    call = called()
    call.backend_sends(chunk(output), complete()).backend_ends()
    call.got(500, b'{"message": "Internal server error"}', error="InternalServerErrorException")


def test_metadata_of_just_16_kilobytes() -> None:
    head = metadata(headers={"X": ""})
    head = metadata(headers={"X": "x" * (16 * 1024 - len(head))})
    assert len(head) == 16 * 1024
    assert called().backend_sends(chunk(head[:16_000]), chunk(head[16_000:] + b"body")).body == b"body"


@pytest.mark.parametrize("begun", [False, True])
def test_a_function_that_fails(begun: bool) -> None:
    stage = play()
    call = stage.client("GET", "/v1/f").backend_begins()
    if begun:
        call.backend_sends(chunk(metadata() + b"half"))
    call.backend_sends(complete(ErrorCode="Unhandled", ErrorDetails='{"errorType":"X"}')).backend_ends()
    if begun:
        assert (call.request.streamed, call.body) == ("cut", b"half")
    else:
        call.got(502, error="InternalServerErrorException")
    assert stage.counters.stage(API, "v1").count == 1


@pytest.mark.parametrize(
    ("status", "body", "expected"), [(403, b"{}", 500), (404, b"{}", 500), (429, b"x" * 100_000, 502), (413, b"", 413)]
)
def test_a_call_that_lambda_does_not_take(status: int, body: bytes, expected: int) -> None:
    call = play().client("GET", "/v1/f").backend_begins(status).backend_sends(body).backend_ends()
    assert call.status == expected


@pytest.mark.parametrize(
    "data",
    [
        b"this is no event stream",
        message({":message-type": "exception", ":exception-type": "Throttled"}, b"{}"),
        event("InvokeComplete", "application/json", b"[]"),
        event("PayloadChunk", "application/octet-stream", b"{}"),
    ],
)
def test_answers_that_lambda_does_not_give(data: bytes) -> None:
    call = called().backend_sends(data, b"more").backend_ends()
    call.got(502, error="InternalServerErrorException")


def test_events_to_come_are_passed_over() -> None:
    call = called().backend_sends(event("Progress", "application/json", b"{}"), chunk(metadata() + b"x"), complete())
    assert call.backend_ends().body == b"x"


def test_an_answer_that_ends_too_early_is_cut() -> None:
    call = called().backend_sends(chunk(metadata() + b"half")).backend_ends()
    assert call.request.streamed == "cut"
    call = called().backend_sends(chunk(metadata() + b"half")).backend_ends(Failure.TIMEOUT)
    assert call.request.streamed == "cut"
    called().backend_ends(Failure.TIMEOUT).got(504, error="InternalServerErrorException")


@pytest.mark.parametrize(("verb", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_no_body_where_none_may_be(verb: str, status: int) -> None:
    call = called(verb).backend_sends(chunk(metadata(statusCode=status) + b"unheard"), complete()).backend_ends()
    assert (call.status, call.body, call.request.streamed) == (status, b"", "whole")


def test_the_uri_of_a_whole_answer_cannot_stream() -> None:
    whole = URI.replace("2021-11-15", "2015-03-31").replace("response-streaming-invocations", "invocations")
    play(whole).client("GET", "/v1/f").got(500, error="InternalServerErrorException")
    buffered = Play(resource("/f", GET=function(URI)))
    buffered.client("GET", "/v1/f").got(500, error="InternalServerErrorException")
