"""Access logs of the three products: one line for each exchange, in whatever format."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.net.base import Failure
from tests.plays.http_api import HttpPlay
from tests.plays.http_api import function as http_function
from tests.plays.http_api import proxy as http_route_proxy
from tests.plays.http_api import route as http_route
from tests.plays.stage import ACCOUNT, API, INVOKE, Play, document, function, http_proxy, mock, resource
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import backend, route
from tests.plays.websocket_documents import mock as socket_mock
from tests.plays.written import Written

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access"
PETS = resource("/pets/{id}", GET=http_proxy("http://pets.test/list"))
UUID = r"[0-9a-f-]{36}"


def settings(form: str) -> dict[str, Any]:
    return {"accessLogSettings": {"destinationArn": GROUP, "format": form}}


class LoggedPlay(Play):
    """A REST API with an access log."""

    def __init__(self, *resources: Any, form: str, **members: Any) -> None:
        self.written = Written()
        super().__init__(*resources, telemetry=Telemetry(FakeClock(), self.written), **members)
        self.document["stage"] |= settings(form)
        self.install(f"{API}@v1")

    def line(self) -> str:
        (line,) = self.written.take()
        return line


def of_json(*names: str) -> str:
    return "{" + ", ".join(f'"{name}": "$context.{name}"' for name in names) + "}"


CLF = (
    "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"
    '"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength '
    "$context.requestId $context.extendedRequestId"
)
XML = (
    '<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> '
    "<requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> "
    "<agent>$context.identity.userAgent</agent> <status>$context.status</status> </request>"
)
CSV = (
    "$context.identity.sourceIp,$context.identity.caller,$context.requestTime,$context.httpMethod,"
    "$context.resourcePath,$context.identity.userAgent,$context.status,$context.responseLength,$context.requestId"
)


def test_clf() -> None:
    play = LoggedPlay(PETS, form=CLF)
    play.client("GET", "/v1/pets/7").backend_answers(200, body=b"hello").got(200)
    assert re.fullmatch(
        r'203\.0\.113\.7 - - \[14/Nov/2023:22:13:20 \+0000\]"GET /pets/{id} HTTP/1\.1" 200 5 ' + UUID + r" [\w-]{15}=",
        play.line(),
    )


FORGED = 'x"}\n{"status": "200", "a": "\\'


def test_json_cannot_be_forged() -> None:
    play = LoggedPlay(PETS, form=of_json("identity.userAgent", "path", "httpMethod", "status"))
    call = play.client("GET", "/v1/pets/7", headers={"User-Agent": FORGED})
    call.backend_answers(404).got(404)
    line = play.line()
    assert line.isprintable()
    said = {"identity.userAgent": FORGED, "path": "/v1/pets/7", "httpMethod": "GET", "status": "404"}
    assert json.loads(line) == said


def test_xml_and_csv_cannot_be_forged() -> None:
    agent = "</agent><status>200</status>,1,\"2'"
    play = LoggedPlay(PETS, form=XML)
    play.client("GET", "/v1/pets/7", headers={"User-Agent": agent}).backend_answers(500)
    tree = ET.fromstring(play.line())
    assert (tree.findtext("agent"), tree.findtext("status"), tree.findtext("caller")) == (agent, "500", "-")
    play = LoggedPlay(PETS, form=CSV)
    play.client("GET", "/v1/pets/7", headers={"User-Agent": agent}).backend_answers(500)
    (row,) = csv.reader([play.line()])
    assert row[3:8] == ["GET", "/pets/{id}", agent, "500", "0"]


def test_a_line_is_never_broken() -> None:
    play = LoggedPlay(PETS, form="$context.requestId $context.identity.userAgent\n")
    play.client("GET", "/v1/pets/7", headers={"User-Agent": "a\r\nb\u2028c\x00"}).backend_answers(200)
    assert play.line().endswith(r" a\r\nb\u2028c\x00")


def test_refusals_are_logged_too() -> None:
    form = of_json("status", "error.message", "error.responseType", "resourcePath", "integration.latency")
    play = LoggedPlay(resource("/x", GET=mock() | {"apiKeyRequired": True}), form=form)
    play.client("GET", "/v1/x").got(403, error="ForbiddenException")
    assert list(json.loads(play.line()).values()) == ["403", "Forbidden", "INVALID_API_KEY", "/x", "-"]
    play.client("GET", "/v1/none").got(403, error="MissingAuthenticationTokenException")
    refused = ["403", "Missing Authentication Token", "MISSING_AUTHENTICATION_TOKEN", "-", "-"]
    assert list(json.loads(play.line()).values()) == refused
    play.client("GET", "/elsewhere/x")
    assert play.written.take() == []  # no stage, no log


def test_what_backends_do_is_logged() -> None:
    form = of_json("status", "integrationStatus", "integration.status", "integrationLatency", "integration.error")
    play = LoggedPlay(PETS, resource("/f", GET=function()), form=form)
    play.client("GET", "/v1/pets/7").backend_fails(Failure.TIMEOUT)
    values = list(json.loads(play.line()).values())
    assert values[:4] == ["504", "-", "-", "0"]
    assert values[4].startswith("Execution failed due to a timeout error")
    play.client("GET", "/v1/f").function_returns({"statusCode": 201, "body": ""})
    assert list(json.loads(play.line()).values()) == ["201", "200", "201", "0", "-"]
    play.client("GET", "/v1/f").function_returns("nonsense")
    values = list(json.loads(play.line()).values())
    assert values[:4] == ["502", "200", "-", "0"]
    assert "Malformed Lambda proxy response" in values[4]


def test_message_strings_are_quoted_already() -> None:
    form = '{"id": "$context.requestId", "message": $context.error.messageString}'
    play = LoggedPlay(resource("/x", GET=mock() | {"apiKeyRequired": True}), form=form)
    play.client("GET", "/v1/x")
    assert json.loads(play.line())["message"] == "Forbidden"


def test_what_an_authorizer_says_is_in_the_log() -> None:
    authorizer = {
        "id": "auth01",
        "name": "check",
        "type": "TOKEN",
        "authorizerUri": INVOKE.replace("my-function", "check"),
        "identitySource": "method.request.header.Authorization",
    }
    guarded = resource("/x", GET=mock() | {"authorizationType": "CUSTOM", "authorizerId": "auth01"})
    form = of_json("status", "authorizer.principalId", "authorizer.who", "authorizer.status", "authorizer.error")
    play = LoggedPlay(guarded, form=form, more={"authorizers": {"auth01": authorizer}})
    play.client("GET", "/v1/x").got(401, error="UnauthorizedException")
    assert list(json.loads(play.line()).values()) == ["401", "-", "-", "401", "Unauthorized"]


def test_canaries_have_a_log_of_their_own() -> None:
    written, chances = Written(), iter([0.5, 0.0])
    form = "$context.requestId $context.isCanaryRequest"
    canary = document(resource("/x", GET=mock())) | {"deployment": "dep456"}
    canary["stage"] |= settings(form)
    play = Play(
        resource("/x", GET=mock()),
        telemetry=Telemetry(FakeClock(), written),
        chance=lambda: next(chances),
        more={"canary": {"percentTraffic": 10.0, "program": canary}},
    )
    play.document["stage"] |= settings(form)
    play.install(f"{API}@v1")
    for _ in range(2):
        play.client("GET", "/v1/x").got(200)
    said = [(destination.name, line.rpartition(" ")[2]) for destination, line, _ in written.all]
    assert said == [("access", "false"), ("access/Canary", "true")]


def test_http_apis() -> None:
    written = Written()
    form = of_json("routeKey", "status", "protocol", "path", "stage", "requestId", "error.message", "integrationStatus")
    stage = {"AccessLogSettings": {"DestinationArn": GROUP, "Format": form}}
    play = HttpPlay(
        http_route("GET /pets/{id}", http_route_proxy("http://pets.test/x")),
        http_route("POST /f", http_function()),
        more={"stage": {"StageName": "$default", "StageVariables": {}} | stage},
        telemetry=Telemetry(FakeClock(), written),
    )
    call = play.client("GET", "/pets/7")
    call.backend_answers(200, body=b"x")
    (line,) = written.take()
    said = json.loads(line)
    assert said["requestId"] == call.headers["Apigw-Requestid"]
    del said["requestId"]
    assert list(said.values()) == ["GET /pets/{id}", "200", "HTTP/1.1", "/pets/7", "$default", "-", "200"]
    play.client("POST", "/f").function_returns({"statusCode": "x"})
    (line,) = written.take()
    assert list(json.loads(line).values())[-2:] == ["Internal Server Error", "200"]
    play.client("GET", "/none")
    assert written.take() == []  # as AWS


def test_websocket_apis() -> None:
    written = Written()
    form = of_json("eventType", "routeKey", "status", "connectionId", "messageId", "requestId", "error.message")
    play = SocketPlay(
        route("talk", socket_mock(200)),
        route("call", backend("HTTP", "http://pets.test/")),
        stage={"AccessLogSettings": {"DestinationArn": GROUP, "Format": form}},
        telemetry=Telemetry(FakeClock(), written),
    )
    client = play.connect().opened()
    client.says('{"action": "talk"}')
    client.says('{"action": "none"}')
    client.leaves()
    said = [json.loads(line) for line in written.take()]
    assert [list(each.values())[:3] for each in said] == [
        ["CONNECT", "$connect", "200"],
        ["MESSAGE", "talk", "200"],
        ["MESSAGE", "-", "403"],
        ["DISCONNECT", "$disconnect", "200"],
    ]
    assert len({each["connectionId"] for each in said}) == 1
    assert [each["messageId"] != "-" for each in said] == [False, True, True, False]
    assert said[2]["error.message"] == "Forbidden"
    assert len({each["requestId"] for each in said}) == 4


@pytest.mark.parametrize("form", ["$context.requestId", '{"id": "$context.requestId"}'])
def test_the_line_has_the_time_of_its_end(form: str) -> None:
    play = LoggedPlay(PETS, form=form)
    play.client("GET", "/v1/pets/7").backend_answers(200)
    ((destination, _, at),) = play.written.all
    assert (destination.name, at) == ("access", FakeClock().now())
