"""The simulator on the test's own loop; who waits for it is a thread, as in life."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.deploy.compile import compile_program
from gatewright.gateway import simulator
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.simulator import SimulatedRequest, Simulator
from gatewright.net.base import Failure, UpstreamError, UpstreamResponse
from gatewright.program.records import Simulation
from tests.plays.stage import FUNCTION_HOST, Body, FakeUpstream, Sent, document, function, http_proxy, mock, resource

IDENTITY = {"accountId": "111111111111", "apiKey": "test-invoke-api-key", "accessKey": "AKID", "userArn": "arn"}


def simulation(path: str = "/things/7", query: str = "", body: str = "", **headers: str) -> Simulation:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Simulation(path, query, pairs, body, IDENTITY)


async def run(method: Body, asked: Simulation, *answers: UpstreamResponse | UpstreamError) -> tuple[Any, list[Sent]]:
    upstream, clock = FakeUpstream(), FakeClock()
    endpoints = OneEndpoint(Endpoint(FUNCTION_HOST))
    tester = Simulator(asyncio.get_running_loop(), upstream, endpoints, clock, max_payload=1000)
    program = compile_program(document(resource("/things/{id}", GET=method)))
    running = asyncio.ensure_future(asyncio.to_thread(tester.invoke, program, "GET", asked))
    for answer in answers:
        while not upstream.sent:
            assert not running.done(), running.result()
            await asyncio.sleep(0)
        clock.advance(0.05)
        upstream.sent[-1].done(answer)
    result: Mapping[str, Any] = await asyncio.wait_for(running, 10)
    return result, upstream.sent


def lines(result: Mapping[str, Any]) -> list[str]:
    return [line.partition(" : ")[2] for line in result["log"].splitlines()]


async def test_a_mock_has_no_endpoint() -> None:
    result, _ = await run(mock(), simulation(query="a=1", body="x", Content_Type="application/json"))
    assert (result["status"], result["headers"]) == (200, {"Content-Type": "application/json"})
    log = lines(result)
    assert "Method request path: {id=7}" in log
    assert "Method request query string: {a=1}" in log
    assert "Method request headers: {Content-Type=application/json}" in log
    assert "Method request body before transformations: x" in log
    assert not any(line.startswith(("Endpoint", "Sending", "Received")) for line in log)


async def test_a_backend_is_called_and_what_was_said_is_logged() -> None:
    method = http_proxy(
        "http://b.test:8080/{id}", requestParameters={"integration.request.path.id": "method.request.path.id"}
    )
    method["requestParameters"] = {"method.request.path.id": True}
    answer = UpstreamResponse(404, [(b"X-A", b"1"), (b"X-A", b"2")], b"gone")
    result, [sent] = await run(method, simulation(X_Sent="yes"), answer)
    assert (sent.target, ("X-Sent", "yes") in sent.headers) == ("/7", True)
    assert (result["status"], result["body"], result["latency"]) == (404, "gone", 50)
    assert result["headers"] == {"X-A": "2", "Content-Type": "application/json"}
    assert result["multiValueHeaders"]["X-A"] == ["1", "2"]
    log = lines(result)
    assert "Sending request to http://b.test:8080/7" in log
    assert "Received response. Status: 404, Integration latency: 50 ms" in log
    assert "Endpoint response headers: {X-A=1,2}" in log
    assert "Endpoint response body before transformations: gone" in log
    assert log[-1] == "Method completed with status: 404"


async def test_a_backend_that_cannot_be_found() -> None:
    failure = UpstreamError(Failure.UNRESOLVABLE, "no such host")
    result, _ = await run(http_proxy("http://b.test/"), simulation(), failure)
    assert (result["status"], result["body"]) == (500, '{"message": "Internal server error"}')
    assert result["headers"] == {"x-amzn-ErrorType": "InternalServerErrorException"}
    assert lines(result)[-2:] == [
        "Execution failed due to configuration error: Invalid endpoint address",
        "Method completed with status: 500",
    ]


async def test_a_path_of_another_resource_has_no_parameters() -> None:
    result, _ = await run(mock(), simulation("/other/place"))
    assert "Method request path: {}" in lines(result)
    assert "HTTP Method: GET, Resource Path: /other/place" in lines(result)


async def test_the_event_of_a_function() -> None:
    answer = UpstreamResponse(200, [], b'{"body": "ok"}')
    result, [sent] = await run(function(), simulation(X_One="1"), answer)
    assert result["body"] == "ok"
    event = json.loads(sent.body)
    assert event["path"] == event["requestContext"]["path"] == "/things/7"
    assert event["pathParameters"] == {"id": "7"}
    assert (event["headers"], event["multiValueHeaders"]) == ({"X-One": "1"}, {"X-One": ["1"]})
    context = event["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == ("testPrefix.testDomainName", "testPrefix")
    assert "deploymentId" not in context
    identity = context["identity"]
    assert (identity["sourceIp"], identity["apiKey"]) == ("test-invoke-source-ip", "test-invoke-api-key")
    assert (identity["accountId"], identity["accessKey"]) == ("111111111111", "AKID")
    assert identity["userArn"] == "arn"


async def test_no_headers_are_null_in_an_event() -> None:
    _, [sent] = await run(function(), simulation(), UpstreamResponse(200, [], b"{}"))
    event = json.loads(sent.body)
    assert (event["headers"], event["multiValueHeaders"]) == (None, None)


async def test_an_answer_in_pieces_is_put_together() -> None:
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    request = SimulatedRequest("GET", simulation(query="a=%20", Host="h"), 0.0, answered)
    assert (request.target, request.query, request.header(b"host")) == (b"/things/7?a=%20", b"a=%20", b"h")
    assert request.head_size > len(request.target)
    request.start(201, b"A: B\r\n", None)
    assert request.write(b"one")
    await request.drained()
    request.write(b"two")
    request.finish()
    request.abort()
    assert (await answered, request.head, request.content) == (201, b"A: B\r\n", b"onetwo")


async def run_streamed(
    *pieces: bytes, error: UpstreamError | None = None, ends: bool = True, upstream: FakeUpstream | None = None
) -> Mapping[str, Any]:
    upstream = upstream or FakeUpstream()
    endpoints = OneEndpoint(Endpoint(FUNCTION_HOST))
    tester = Simulator(asyncio.get_running_loop(), upstream, endpoints, FakeClock(), max_payload=1000)
    method = http_proxy("http://b.test/", responseTransferMode="STREAM")
    program = compile_program(document(resource("/things/{id}", GET=method)))
    running = asyncio.ensure_future(asyncio.to_thread(tester.invoke, program, "GET", simulation()))
    while not upstream.sent:
        assert not running.done(), running.result()
        await asyncio.sleep(0)
    sink = upstream.sent[-1].sink
    assert sink is not None
    if pieces:
        sink.head(200, [(b"Content-Type", b"text/plain")], None)
    for piece in pieces:
        sink.data(piece)
    if ends:
        sink.end(error)
    return await asyncio.wait_for(running, 10)


async def test_a_streamed_answer_is_gathered() -> None:
    result = await run_streamed(b"one ", b"two")
    assert (result["status"], result["body"], result["headers"]["Content-Type"]) == (200, "one two", "text/plain")
    log = lines(result)
    assert "Sending request to http://b.test/" in log
    assert "Received response. Status: 200, Integration latency: 0 ms" in log
    assert log[-2:] == ["Successfully completed execution", "Method completed with status: 200"]


async def test_a_streamed_answer_that_breaks_off() -> None:
    result = await run_streamed(b"one ", error=UpstreamError(Failure.CLOSED, "gone"))
    assert (result["status"], result["body"]) == (200, "one ")
    assert "Execution failed due to a network error" in result["log"]
    assert "Successfully completed" not in result["log"]


async def test_a_stream_that_never_begins() -> None:
    result = await run_streamed(error=UpstreamError(Failure.CLOSED, "gone"))
    assert result["status"] == 504
    assert "Execution failed due to a network error" in result["log"]


async def test_who_asks_is_known_to_mappings() -> None:
    mapped = {
        "integration.request.header.Key": "context.identity.apiKey",
        "integration.request.header.Deployment": "context.deploymentId",
        "integration.request.header.Stage": "context.stage",
    }
    method = http_proxy("http://b.test/", requestParameters=mapped)
    _, [sent] = await run(method, simulation(), UpstreamResponse(200, [], b""))
    headers = dict(sent.headers)
    assert (headers["Key"], headers["Stage"]) == ("test-invoke-api-key", "v1")
    assert headers["Deployment"] == "dep123"


async def test_more_of_a_stream_than_a_megabyte_is_not_waited_for() -> None:
    upstream = FakeUpstream()
    result = await run_streamed(b"x" * 1_000_000, b"y" * 100_000, b"late", ends=False, upstream=upstream)
    assert (result["status"], len(result["body"])) == (200, 1_100_000)
    assert upstream.sent[-1].cancelled


@pytest.mark.parametrize(("pieces", "status"), [((), 0), ((b"one",), 200)])
async def test_a_stream_that_takes_too_long(
    monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...], status: int
) -> None:
    monkeypatch.setattr(simulator, "STREAM_SECONDS", 0.2)
    upstream = FakeUpstream()
    result = await run_streamed(*pieces, ends=False, upstream=upstream)
    assert (result["status"], result["body"]) == (status, b"".join(pieces).decode())
    assert upstream.sent[-1].cancelled
