"""HTTP_PROXY with `responseTransferMode: STREAM`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.edge.target import Door
from gatewright.net.base import Failure
from tests.plays.stage import API, Body, Play, http_proxy, resource


def play(*, api: Body | None = None, **integration: Any) -> Play:
    streaming = http_proxy("http://b.test/things", responseTransferMode="STREAM", **integration)
    return Play(resource("/things", ANY=streaming), api=api)


def test_head_pieces_and_end_go_through_as_they_come() -> None:
    stage = play()
    call = stage.client("GET", "/v1/things?a=1", {"X-A": "b"})
    assert call.backend_saw("GET", "/things?a=1")["x-a"] == "b"
    assert call.backend_headers["x-amzn-trace-id"].startswith("Root=")
    call.backend_begins(201, {"Content-Type": "text/event-stream", "Server": "s", "Transfer-Encoding": "chunked"})
    headers = call.got(201, b"")
    assert call.request.streamed == "open"
    assert call.request.announced is None
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["x-amzn-Remapped-Server"] == "s"
    assert len(headers["x-amzn-RequestId"]) == 36
    call.backend_sends(b"one ")
    assert call.body == b"one "
    call.backend_sends(b"", b"two").backend_ends()
    assert call.body == b"one two"
    assert call.request.streamed == "whole"
    counters = stage.counters.stage(API, "v1")
    assert (counters.count, counters.integration_count, counters.server_errors) == (1, 1, 0)


def test_a_known_length_stays_known() -> None:
    call = play().client("GET", "/v1/things").backend_begins(200, {"Content-Length": "3"}, 3)
    assert call.request.announced == 3
    assert call.backend_sends(b"abc").backend_ends().body == b"abc"
    assert call.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("coding", [{}, {"Content-Encoding": "br"}])
def test_nothing_is_compressed_or_converted(coding: dict[str, str]) -> None:
    stage = play(api={"minimumCompressionSize": 0, "binaryMediaTypes": ["image/png"]})
    call = stage.client("GET", "/v1/things", {"Accept": "text/plain", "Accept-Encoding": "gzip"})
    body = b"\x89PNG\xff\x00" * 10
    call.backend_begins(200, {"Content-Type": "image/png"} | coding).backend_sends(body).backend_ends()
    assert call.body == body
    assert call.headers.get("Content-Encoding") == coding.get("Content-Encoding")


@pytest.mark.parametrize(
    ("failure", "status"),
    [(Failure.TIMEOUT, 504), (Failure.REFUSED, 500), (Failure.CLOSED, 504), (Failure.BUSY, 500)],
)
def test_a_failure_before_the_head_is_answered_as_any_other(failure: Failure, status: int) -> None:
    stage = play()
    call = stage.client("GET", "/v1/things").backend_ends(failure)
    call.got(status, error="InternalServerErrorException")
    assert stage.counters.stage(API, "v1").server_errors == 1


def test_a_backend_that_dies_midway_leaves_the_answer_cut() -> None:
    stage = play()
    call = stage.client("GET", "/v1/things").backend_begins().backend_sends(b"half").backend_ends(Failure.CLOSED)
    assert call.request.streamed == "cut"
    assert stage.counters.stage(API, "v1").count == 1


def test_more_than_announced_is_cut() -> None:
    call = play().client("GET", "/v1/things").backend_begins(200, None, 3).backend_sends(b"1234", b"5")
    assert call.request.streamed == "cut"
    assert call.backend.cancelled
    assert call.body == b""


def test_a_head_that_is_no_http_is_answered_with_500() -> None:
    call = play().client("GET", "/v1/things").backend_begins(200, {"A": "b\r\n\r\nc"})
    call.got(500, error="InternalServerErrorException")
    assert call.backend.cancelled


@pytest.mark.parametrize("begun", [False, True])
def test_a_client_that_leaves_ends_the_call(begun: bool) -> None:
    stage = play()
    call = stage.client("GET", "/v1/things")
    if begun:
        call.backend_begins().backend_sends(b"x")
    assert call.request.on_disconnect is not None
    call.request.on_disconnect()
    call.request.on_disconnect()
    assert call.backend.cancelled
    assert call.request.streamed == "cut"
    assert stage.counters.stage(API, "v1").count == 1


def test_head_asks_for_a_head() -> None:
    call = play().client("HEAD", "/v1/things").backend_begins(200, None, 77).backend_ends()
    assert call.request.announced == 77
    assert (call.status, call.body, call.request.streamed) == (200, b"", "whole")


@pytest.mark.parametrize(("kind", "idle"), [("EDGE", 30.0), ("REGIONAL", 300.0), ("PRIVATE", 300.0)])
def test_limits_of_time(kind: str, idle: float) -> None:
    policy = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    api = {"endpointConfiguration": {"types": [kind]}, "policy": json.dumps({"Statement": policy})}
    stage = play(api=api, timeoutInMillis=900_000)
    door: dict[str, Any] = {"door": Door.VPC_ENDPOINT} if kind == "PRIVATE" else {}
    call = stage.client("GET", "/v1/things", **door)
    assert (call.backend.timeout, call.backend.idle_timeout) == (900.0, idle)


def test_mappings_hold_for_streams_too() -> None:
    stage = play(requestParameters={"integration.request.header.X-Mapped": "'yes'"})
    assert stage.client("GET", "/v1/things").backend_headers["x-mapped"] == "yes"
