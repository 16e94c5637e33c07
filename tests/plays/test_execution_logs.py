"""Execution logs of stages, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.net.base import Failure
from tests.plays.stage import ACCOUNT, API, Play, http_proxy, mock, resource
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import backend, route
from tests.plays.websocket_documents import mock as socket_mock
from tests.plays.written import Written

GROUP = f"API-Gateway-Execution-Logs_{API}/v1"


class LoggedPlay(Play):
    def __init__(self, *resources: Any, stage: dict[str, Any], **members: Any) -> None:
        self.written = Written()
        super().__init__(*resources, telemetry=Telemetry(FakeClock(), self.written), **members)
        self.document["stage"] |= stage
        self.install(f"{API}@v1")

    def lines(self) -> list[str]:
        """What was written, without the request's id."""
        groups = {each.name for each, _, _ in self.written.all}
        assert groups <= {GROUP}
        return [line.partition(") ")[2] for line in self.written.take()]


def logged(level: str, *, data: bool = False) -> dict[str, Any]:
    return {"methodSettings": {"*/*": {"loggingLevel": level, "dataTraceEnabled": data}}}


PETS = resource("/pets/{id}", GET=http_proxy("http://pets.test/{id}", "id"))


@pytest.fixture
def secrets() -> dict[str, str]:
    return {"Authorization": "Bearer abcdefghijkl", "X-Api-Key": "0123456789abcdefghij"}


def test_info_says_what_happened_without_the_data(secrets: dict[str, str]) -> None:
    play = LoggedPlay(resource("/pets", GET=http_proxy("http://pets.test/list")), stage=logged("INFO"))
    call = play.client("GET", "/v1/pets", headers=secrets)
    call.backend_saw("GET", "/list")
    call.backend_answers(200, body=b"[]")
    call.got(200)
    lines = play.lines()
    assert lines[0].startswith("Extended Request Id: ")
    assert lines[1].startswith("Verifying Usage Plan for request: ")
    assert lines[2] == (
        "API Key  authorized because method 'GET /pets' does not require API Key. "
        "Request will not contribute to throttle or quota limits"
    )
    assert lines[3] == f"Usage Plan check succeeded for API Key  and API Stage {API}/v1"
    assert lines[4].startswith("Starting execution for request: ")
    assert lines[5:] == [
        "HTTP Method: GET, Resource Path: /pets",
        "Sending request to http://pets.test/list",
        "Received response. Status: 200, Integration latency: 0 ms",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]


def test_data_trace_shows_what_came_and_went_but_no_secret(secrets: dict[str, str]) -> None:
    play = LoggedPlay(resource("/pets", POST=http_proxy("http://pets.test/list")), stage=logged("INFO", data=True))
    call = play.client("POST", "/v1/pets?a=b", headers=secrets, body=b'{"name":"Rex"}')
    call.backend_saw("POST", "/list?a=b", body=b'{"name":"Rex"}')
    call.backend_answers(201, body=b'{"id":1}')
    call.got(201)
    text = "\n".join(play.lines())
    for shown in (
        "Method request query string: {a=b}",
        'Method request body before transformations: {"name":"Rex"}',
        'Endpoint response body before transformations: {"id":1}',
        'Method response body after transformations: {"id":1}',
    ):
        assert shown in text
    for value in secrets.values():
        assert value not in text
        assert value[-6:] in text


def test_error_is_silent_about_what_went_well() -> None:
    play = LoggedPlay(resource("/pets", GET=http_proxy("http://pets.test/list")), stage=logged("ERROR", data=True))
    call = play.client("GET", "/v1/pets")
    call.backend_saw("GET", "/list")
    call.backend_answers(200, body=b"[]")
    call.got(200)
    assert play.lines() == []


def test_error_tells_of_a_failure() -> None:
    broken = http_proxy("http://b.test", requestParameters={"integration.request.header.Content-Length": "'1'"})
    play = LoggedPlay(resource("/pets", GET=broken), stage=logged("ERROR"))
    play.client("GET", "/v1/pets").got(500, error="InternalServerErrorException")
    lines = play.lines()
    assert lines[0].startswith("Execution failed due to configuration error: ")
    assert lines[1] == "Gateway response type: API_CONFIGURATION_ERROR with status code: 500"
    assert lines[2] == 'Gateway response body: {"message": "Internal server error"}'
    assert lines[3].startswith("Gateway response headers: {Content-Type=application/json, ")
    assert lines[4:] == ["Method completed with status: 500"]


def test_a_refusal_is_told_before_execution_starts() -> None:
    play = LoggedPlay(resource("/pets", GET=mock() | {"apiKeyRequired": True}), stage=logged("INFO"))
    play.client("GET", "/v1/pets").got(403, error="ForbiddenException")
    lines = play.lines()
    assert not any(line.startswith("Starting execution") for line in lines)
    assert "Gateway response type: INVALID_API_KEY with status code: 403" in lines


def test_methods_without_logging_write_nothing() -> None:
    play = LoggedPlay(
        resource("/pets", GET=mock()),
        resource("/loud", GET=mock()),
        stage={"methodSettings": {"loud/GET": {"loggingLevel": "INFO"}}},
    )
    play.client("GET", "/v1/pets").got(200)
    assert play.lines() == []
    play.client("GET", "/v1/loud").got(200)
    assert play.lines()[-1] == "Method completed with status: 200"


def test_lines_know_their_account_and_region() -> None:
    play = LoggedPlay(resource("/pets", GET=mock()), stage=logged("INFO"))
    play.client("GET", "/v1/pets").got(200)
    destination, line, _ = play.written.all[0]
    assert (destination.kind, destination.account, destination.region) == ("logs", ACCOUNT, "us-east-1")
    assert line.startswith("(")


# WebSocket APIs: a log for each event of a connection


class Talk:
    def __init__(self, *routes: Any, level: str = "INFO", data: bool = False) -> None:
        self.written = Written()
        setting = {"LoggingLevel": level, "DataTraceEnabled": data}
        self.play = SocketPlay(
            *routes, telemetry=Telemetry(FakeClock(), self.written), stage={"DefaultRouteSettings": setting}
        )

    def lines(self) -> list[str]:
        assert {each.name for each, _, _ in self.written.all} == {"/aws/apigateway/abcdefghij/v1"}
        lines = [line.partition(") ")[2] for line in self.written.take()]
        assert lines[0].startswith("Extended Request Id: ")
        begun = next(index for index, line in enumerate(lines) if line.startswith("Starting execution for request: "))
        return [*lines[1:begun], *lines[begun + 1 :]]


def test_a_connection_has_a_log_for_each_event() -> None:
    talk = Talk(
        route("$connect", socket_mock(200)), route("$disconnect", socket_mock(200)), route("talk", socket_mock(200))
    )
    client = talk.play.connect("/v1", [("User-Agent", "browser")]).opened()
    mine = client.id
    verifying, *lines = talk.lines()
    assert verifying.startswith("Verifying Usage Plan for request: ")
    assert verifying.endswith("=. API Key:  API Stage: abcdefghij/v1")
    assert lines == [
        "API Key  authorized because route '$connect' does not require API Key. "
        "Request will not contribute to throttle or quota limits",
        "Usage Plan check succeeded for API Key  and API Stage abcdefghij/v1",
        "WebSocket Request Route: [$connect]",
        "Client [UserAgent: browser, SourceIp: 203.0.113.7] is connecting to WebSocket API [abcdefghij].",
        f"Client [Connection Id: {mine}] connected to API [abcdefghij] successfully.",
    ]
    client.says('{"action":"talk"}')
    assert talk.lines() == [
        "WebSocket Request Route: [talk]",
        f"WebSocket API [abcdefghij] received message from client [Connection Id: {mine}].",
        f"Message from client [Connection Id: {mine}] sent to API [abcdefghij] with response status code [200].",
    ]
    client.leaves(1001, "Going away")
    assert talk.lines() == [
        "WebSocket Request Route: [$disconnect]",
        f"Client [Connection Id: {mine}] disconnected from API [abcdefghij]. Close reason: [1001: Going away]",
    ]


def test_data_trace_shows_messages() -> None:
    talk = Talk(route("talk", socket_mock(200)), data=True)
    talk.play.connect().opened().says('{"action":"talk"}')
    assert 'Request body: {"action":"talk"}' in talk.lines()


def test_error_tells_of_failed_messages_alone() -> None:
    talk = Talk(route("talk", backend("HTTP", "http://a.test/")), level="ERROR")
    client = talk.play.connect().opened()
    assert talk.written.take() == []
    client.says('{"action":"talk"}')
    client.backend_fails(Failure.REFUSED)
    lines = [line.partition(") ")[2] for line in talk.written.take()]
    assert lines[0] == "Execution failed due to configuration error: Invalid endpoint address"
    assert lines[-1] == "Method completed with status: 500"
