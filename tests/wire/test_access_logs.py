"""Access logs over real sockets: three products, what reads them, and places that are stuck."""

from __future__ import annotations

import csv
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.wire.http_api_support import Api as HttpApi
from tests.wire.support import Server
from tests.wire.test_websocket import Client

FORMATS = {
    "json": (
        '{"requestId": "$context.requestId", "ip": "$context.identity.sourceIp", "method": "$context.httpMethod", '
        '"path": "$context.resourcePath", "agent": "$context.identity.userAgent", "status": "$context.status", '
        '"length": "$context.responseLength", "type": "$context.error.responseType"}'
    ),
    "clf": (
        '$context.identity.sourceIp - - [$context.requestTime]"$context.httpMethod $context.resourcePath '
        '$context.protocol" $context.status $context.responseLength $context.requestId'
    ),
    "xml": '<request id="$context.requestId"><agent>$context.identity.userAgent</agent></request>',
    "csv": "$context.requestId,$context.httpMethod,$context.identity.userAgent,$context.status",
}
AGENT = 'Wire "test", <1>'


def group() -> str:
    return f"access-{uuid.uuid4().hex[:8]}"


def arn_of(name: str) -> str:
    return f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"


def until(look: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What is seen as soon as something is."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def events(server: Server, name: str, number: int) -> list[str]:
    """So many lines of a log group, read by the AWS CLI."""

    def look() -> list[str] | None:
        said = server.aws("logs", "filter-log-events", "--log-group-name", name, check=False)
        found = [event["message"] for event in said["events"]] if isinstance(said, dict) else []
        return found if len(found) >= number else None

    lines: list[str] = until(look)
    assert len(lines) == number
    return lines


def get(server: Server, host: str, path: str) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host, "User-Agent": AGENT})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


_MOCK = {
    "responses": {"200": {"description": "ok"}},
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    },
}
_DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "logged", "version": "1"},
    "paths": {
        "/pets": {"get": _MOCK},
        "/shut": {"get": _MOCK | {"security": [{"api_key": []}]}},
    },
    "components": {"securitySchemes": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}},
}


class Logged:
    """A REST API with mocks, whose stages have access logs."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = server.client("apigateway")
        self.id: str = self.client.import_rest_api(body=json.dumps(_DOCUMENT).encode())["id"]
        self.host = f"{self.id}.execute-api.us-east-1.amazonaws.com"

    def stage(self, name: str, form: str, destination: str, **settings: str) -> None:
        self.client.create_deployment(restApiId=self.id, stageName=name)
        values = {"accessLogSettings/destinationArn": destination, "accessLogSettings/format": form} | settings
        patches = [{"op": "replace", "path": f"/{path}", "value": value} for path, value in values.items()]
        self.client.update_stage(restApiId=self.id, stageName=name, patchOperations=patches)

    def get(self, path: str) -> tuple[int, http.client.HTTPMessage]:
        return get(self.server, self.host, path)


@pytest.fixture
def rest(live: Server) -> Iterator[Logged]:
    api = Logged(live)
    yield api
    api.client.delete_rest_api(restApiId=api.id)


def test_every_format_of_a_rest_api_is_read_by_the_real_cli(live: Server, rest: Logged) -> None:
    names = {form: group() for form in FORMATS}
    for form, name in names.items():
        rest.stage(form, FORMATS[form], arn_of(name))
    sent = {form: rest.get(f"/{form}/pets") for form in FORMATS}
    assert {status for status, _ in sent.values()} == {200}
    ids = {form: headers["x-amzn-RequestId"] for form, (_, headers) in sent.items()}
    lines = {form: events(live, name, 1)[0] for form, name in names.items()}
    said = json.loads(lines["json"])
    assert (said["requestId"], said["agent"], said["status"]) == (ids["json"], AGENT, "200")
    assert (said["ip"], said["method"], said["path"], said["type"]) == ("127.0.0.1", "GET", "/pets", "-")
    assert lines["clf"].startswith("127.0.0.1 - - [")
    assert lines["clf"].endswith(f'"GET /pets HTTP/1.1" 200 0 {ids["clf"]}')
    tree = ET.fromstring(lines["xml"])
    assert (tree.get("id"), tree.findtext("agent")) == (ids["xml"], AGENT)
    assert next(csv.reader([lines["csv"]])) == [ids["csv"], "GET", AGENT, "200"]


def test_refusals_are_logged_and_files_have_what_the_group_has(live: Server, rest: Logged) -> None:
    name = group()
    rest.stage("v1", FORMATS["json"], arn_of(name))
    assert [rest.get(path)[0] for path in ("/v1/pets", "/v1/shut", "/v1/none")] == [200, 403, 403]
    lines = events(live, name, 3)
    said = sorted((each["status"], each["type"], each["path"]) for each in map(json.loads, lines))
    assert said == [
        ("200", "-", "/pets"),
        ("403", "INVALID_API_KEY", "/shut"),
        ("403", "MISSING_AUTHENTICATION_TOKEN", "-"),
    ]
    file = live.data / "logs" / "access" / rest.id / "v1.log"
    stored = until(lambda: len(text := file.read_text().splitlines()) == 3 and text)
    assert sorted(line.partition(" ")[2] for line in stored) == sorted(lines)


def test_http_apis(live: Server) -> None:
    name, api = group(), HttpApi(live)
    api.route("GET /pets", api.integration(f"http://127.0.0.1:{live.port}/_gatewright/ready"))
    form = '{"id": "$context.requestId", "route": "$context.routeKey", "status": "$context.status"}'
    api.stage(AccessLogSettings={"DestinationArn": arn_of(name), "Format": form})
    status, headers = get(live, api.host, "/pets")
    assert get(live, api.host, "/none")[0] == 404  # in no log, as on AWS
    (line,) = events(live, name, 1)
    assert json.loads(line) == {"id": headers["Apigw-Requestid"], "route": "GET /pets", "status": str(status)}
    api.v2.delete_api(ApiId=api.id)


def test_websocket_apis(live: Server, v2: Any, websocket_api: str) -> None:
    name = group()
    template = {"$default": '{"statusCode": 200}'}
    made = v2.create_integration(ApiId=websocket_api, IntegrationType="MOCK", RequestTemplates=template)
    v2.create_route(ApiId=websocket_api, RouteKey="talk", Target=f"integrations/{made['IntegrationId']}")
    form = "$context.requestId $context.eventType $context.routeKey $context.status $context.connectionId"
    v2.create_stage(
        ApiId=websocket_api,
        StageName="v1",
        DeploymentId=v2.create_deployment(ApiId=websocket_api)["DeploymentId"],
        AccessLogSettings={"DestinationArn": arn_of(name), "Format": form},
    )
    client = Client(live.port, f"{websocket_api}.execute-api.us-east-1.amazonaws.com", "/v1")
    client.send(b'{"action": "talk"}')
    client.ask('{"action": "none"}')
    client.close()
    said = [line.split() for line in events(live, name, 4)]
    assert [each[1:4] for each in said] == [
        ["CONNECT", "$connect", "200"],
        ["MESSAGE", "talk", "200"],
        ["MESSAGE", "-", "403"],
        ["DISCONNECT", "$disconnect", "200"],
    ]
    assert len({each[4] for each in said}) == 1


def command(server: Server, *words: str) -> list[str]:
    return [sys.executable, "-m", "gatewright", "logs", *words, "--data-dir", str(server.data)]


def test_the_command_shows_and_follows_and_says_how_to_begin(live: Server, rest: Logged) -> None:
    rest.client.create_deployment(restApiId=rest.id, stageName="v1")
    said = subprocess.run(command(live, rest.id), capture_output=True, text=True, check=True).stderr
    orders = [line.partition("Turn it on: ")[2] for line in said.splitlines()]
    assert len(orders) == 2
    for order in orders:  # what it advises works
        live.aws(*shlex.split(order)[1:])
    with subprocess.Popen(command(live, rest.id, "-f"), stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        ids = []
        for _ in range(3):
            ids.append(rest.get("/v1/pets")[1]["x-amzn-RequestId"])
            seen = ""
            while not seen.endswith(f"access {rest.id}/v1 {ids[-1]} 200\n"):
                seen = follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
    assert follower.returncode == 0
    shown = subprocess.run(
        command(live, rest.id, "--json"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [json.loads(line) for line in shown.splitlines()]
    assert [line["message"].split()[0] for line in lines if line["log"] == "access"] == ids
    executions = [line["message"] for line in lines if line["log"] == "execution"]
    assert executions[0].startswith(f"({ids[0]}) Extended Request Id: ")
    assert executions[-1] == f"({ids[2]}) Method completed with status: 200"


def test_firehose(live: Server, rest: Logged) -> None:
    bucket, stream = f"logs-{uuid.uuid4().hex[:8]}", f"amazon-apigateway-{uuid.uuid4().hex[:8]}"
    s3 = live.client("s3")
    s3.create_bucket(Bucket=bucket)
    made = live.client("firehose").create_delivery_stream(
        DeliveryStreamName=stream,
        S3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
            "BucketARN": f"arn:aws:s3:::{bucket}",
        },
    )
    rest.stage("v1", "$context.requestId $context.status\n", made["DeliveryStreamARN"])
    ids = {rest.get("/v1/pets")[1]["x-amzn-RequestId"] for _ in range(3)}

    def look() -> list[str]:
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
        text = b"".join(s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys)
        lines = text.decode().splitlines()
        return lines if len(lines) == 3 else []

    assert {line.split()[0] for line in until(look)} == ids


def test_standard_output(own_server: Callable[..., Server]) -> None:
    server = own_server("--access-log", "stdout", "--workers", "2")
    api = Logged(server)
    api.stage("v1", "$context.requestId seen $context.status", arn_of("unused"))
    ids = {api.get("/v1/pets")[1]["x-amzn-RequestId"] for _ in range(20)}
    wanted = {f"{each} seen 200" for each in ids}
    until(lambda: wanted <= set(server.log.read_text().splitlines()))
    assert not (server.data / "logs" / "access").exists()


class Stuck:
    """A service that takes calls and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        for each in (self.listener, *self.connections):
            each.close()


def resident(server: Server) -> int:
    """Bytes of memory that its processes have."""
    assert server.process is not None
    return sum(int(each.memory_info().rss) for each in psutil.Process(server.process.pid).children())


def test_places_that_are_stuck_slow_nobody(own_server: Callable[..., Server], tmp_path: Path) -> None:
    """Execution logs go to a service that hangs, access logs into a pipe that nobody reads."""
    pipe, service = tmp_path / "pipe", Stuck()
    os.mkfifo(pipe)
    server = own_server(
        *("--access-log", str(pipe), "--log-buffer", str(1024 * 1024), "--no-log-files"),
        env={"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": service.url},
    )
    api = Logged(server)
    form = " ".join(["$context.requestId", *["$context.path"] * 100])
    api.stage("v1", form, arn_of("unused"), **{"*/*/logging/loglevel": "INFO", "*/*/logging/dataTrace": "true"})
    path = f"/v1/pets?{'x' * 2000}"
    with ThreadPoolExecutor(8) as pool:

        def rush() -> int:
            assert {status for status, _ in pool.map(api.get, [path] * 500)} == {200}
            return resident(server)

        begun = rush()
        assert max(rush() for _ in range(3)) - begun < 40 * 1024 * 1024  # with each rush more is dropped
    health = json.load(urllib.request.urlopen(f"{server.url}/_gatewright/health"))
    assert health["workers"][0]["log_lines_dropped"] > 1000
    told = until(lambda: [line for line in server.log.read_text().splitlines() if "log lines dropped" in line])
    assert len(told) == 1
    assert f"file {pipe} (no room)" in told[0]
    with open(pipe, "rb") as reader:  # somebody reads after all
        assert len(reader.readline().split()) == 101
        server.stop()
    service.close()


class Slow(BaseHTTPRequestHandler):
    """A service of logs that answers nobody for a while, and then everybody."""

    begins = 0.0
    messages: list[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if time.monotonic() < self.begins:
            time.sleep(self.begins - time.monotonic())
            self.close_connection = True
            return
        self.messages += [event["message"] for event in body.get("logEvents", ())]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.slow
def test_what_had_room_while_a_service_was_stuck_arrives(own_server: Callable[..., Server]) -> None:
    Slow.begins, Slow.messages = time.monotonic() + 30, []
    service = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{service.server_address[1]}"
    server = own_server(env={"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": url})
    api = Logged(server)
    api.stage("v1", "$context.requestId", arn_of("slow"))
    ids = []
    while time.monotonic() < Slow.begins:
        ids.append(api.get("/v1/pets")[1]["x-amzn-RequestId"])
        time.sleep(0.05)
    until(lambda: len(Slow.messages) >= len(ids), 60)
    assert sorted(Slow.messages) == sorted(ids)
    health = json.load(urllib.request.urlopen(f"{server.url}/_gatewright/health"))
    assert health["workers"][0]["log_lines_dropped"] == 0
    service.shutdown()
    service.server_close()
