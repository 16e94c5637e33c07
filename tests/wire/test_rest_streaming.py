"""Response streaming at the socket: what a backend has sent is with the client before it sends more."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.rest_support import Api, Backend, Wire
from tests.wire.support import Server

_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_SIZE = 30_000_000


class Script:
    """What the backend does, by path; each step waits for the test's word."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.gone = threading.Event()
        self.sent = 0

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        path = head.split(b" ")[1]
        getattr(self, path.strip(b"/").decode())(connection)

    def events(self, connection: socket.socket) -> None:
        connection.sendall(_CHUNKED + b"5\r\nfirst\r\n")
        assert self.go.wait(20)
        connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")

    def sized(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirst")
        assert self.go.wait(20)
        connection.sendall(b"second")

    def dies(self, connection: socket.socket) -> None:
        connection.sendall(_CHUNKED + b"5\r\nfirst\r\n")
        assert self.go.wait(20)

    def watches(self, connection: socket.socket) -> None:
        connection.sendall(_CHUNKED + b"5\r\nfirst\r\n")
        with contextlib.suppress(ConnectionError):
            connection.recv(1)
        self.gone.set()

    def floods(self, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % _SIZE)
        piece = b"x" * 100_000
        for _ in range(_SIZE // len(piece)):
            connection.sendall(piece)
            self.sent += len(piece)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def api(live: Server, script: Script) -> Iterator[Api]:
    backend = Backend(script)
    made = Api(live, endpointConfiguration={"types": ["REGIONAL"]}, minimumCompressionSize=0)
    for name in ("events", "sized", "dies", "watches", "floods"):
        made.method(
            f"/{name}",
            "GET",
            {
                "type": "HTTP_PROXY",
                "integrationHttpMethod": "GET",
                "uri": f"{backend.url}/{name}",
                "responseTransferMode": "STREAM",
                "timeoutInMillis": 900_000,
            },
        )
    yield made.deploy()
    script.go.set()
    backend.close()
    made.client.delete_rest_api(restApiId=made.id)


def test_the_first_piece_comes_before_the_second_is_sent(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        head = wire.get(api.host, "/v1/events", "Accept-Encoding: gzip").until(b"\r\n\r\n")
        assert b"Transfer-Encoding: chunked\r\n" in head
        assert b"Content-Type: text/event-stream\r\n" in head
        assert b"Content-Encoding" not in head
        assert b"x-amzn-RequestId: " in head
        assert wire.until(b"first\r\n") == b"5\r\nfirst\r\n"
        script.go.set()
        assert wire.until(b"0\r\n\r\n") == b"6\r\nsecond\r\n0\r\n\r\n"
        wire.get(api.host, "/v1/events").until(b"0\r\n\r\n")  # on the same connection


def test_a_length_is_passed_on(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        head = wire.get(api.host, "/v1/sized").until(b"\r\n\r\n")
        assert b"\r\nContent-Length: 11\r\n" in head
        assert b"Transfer-Encoding" not in head
        wire.until(b"first")
        script.go.set()
        wire.until(b"second")


def test_a_client_of_http_1_0(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        head = wire.get(api.host, "/v1/events", version="1.0").until(b"\r\n\r\n")
        assert b"chunked" not in head
        wire.until(b"first")
        script.go.set()
        assert wire.rest() == b"second"


def test_a_backend_that_dies_cuts_the_connection(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        wire.get(api.host, "/v1/dies").until(b"first\r\n")
        script.go.set()
        assert wire.rest() == b""


def test_a_backend_that_dies_resets_a_client_of_http_1_0(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        wire.get(api.host, "/v1/dies", version="1.0").until(b"first")
        script.go.set()
        with pytest.raises(ConnectionResetError):
            wire.rest()


def test_a_client_that_leaves_ends_the_backends_work(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        wire.get(api.host, "/v1/watches").until(b"first")
    assert script.gone.wait(20)


def test_a_client_that_takes_its_time_holds_the_backend_up(api: Api, script: Script) -> None:
    with Wire(api.server) as wire:
        wire.get(api.host, "/v1/floods").until(b"\r\n\r\n")
        before = -1
        while before != script.sent:  # until nothing moves any more
            before = script.sent
            threading.Event().wait(0.3)
        assert script.sent < _SIZE
        left = _SIZE - len(wire.seen)
        while left:
            left -= len(wire.sock.recv(1_000_000))
    assert script.sent <= _SIZE


def test_what_cannot_stream_is_refused(live: Server) -> None:
    api = Api(live)
    with pytest.raises(
        ClientError, match="only supported for integrations of type HTTP_PROXY and AWS_PROXY"
    ) as refused:
        api.method("/", "GET", {"type": "MOCK", "responseTransferMode": "STREAM"})
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    api.client.delete_rest_api(restApiId=api.id)


# Handlers that write, wait until the file named in the query is there, and write again.
_PYTHON = """
import pathlib, time
def handler(event, context):
    yield {"statusCode": 201, "headers": {"Content-Type": "text/event-stream"}, "cookies": ["a=1", "b=2"]}
    yield "first"
    while not pathlib.Path(event["queryStringParameters"]["go"]).exists():
        time.sleep(0.01)
    yield b"second"
    if "fail" in event["queryStringParameters"]:
        raise ValueError("midway")
"""
_NODE = """
const fs = require("fs");
exports.handler = awslambda.streamifyResponse(async (event, responseStream, context) => {
  const metadata = {statusCode: 201, headers: {"Content-Type": "text/event-stream"}, cookies: ["a=1", "b=2"]};
  responseStream = awslambda.HttpResponseStream.from(responseStream, metadata);
  responseStream.write("first");
  while (!fs.existsSync(event.queryStringParameters.go)) await new Promise((resolve) => setTimeout(resolve, 10));
  responseStream.write("second");
  if ("fail" in event.queryStringParameters) throw new Error("midway");
  responseStream.end();
});
"""
_CODE = {"python3.11": ("app.py", _PYTHON), "nodejs20.x": ("app.js", _NODE)}


def _function(server: Server, name: str, runtime: str, text: str | None = None) -> str:
    file, code = _CODE[runtime]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(file, text or code)
    arn: str = server.client("lambda").create_function(
        FunctionName=name,
        Runtime=runtime,
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": buffer.getvalue()},
    )["FunctionArn"]
    return arn


def _integration(arn: str) -> dict[str, Any]:
    return {
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/{arn}/response-streaming-invocations",
        "responseTransferMode": "STREAM",
        "timeoutInMillis": 60_000,
    }


@pytest.fixture(scope="module")
def functions(live: Server) -> Iterator[Api]:
    """An API with /python and /node that stream, /whole that does not, /none that nobody may invoke."""
    lambdas = live.client("lambda")
    made = Api(live)
    names = {
        "python": _function(live, "stream-python", "python3.11"),
        "node": _function(live, "stream-node", "nodejs20.x"),
        "whole": _function(live, "stream-whole", "python3.11", "def handler(e, c): return {'statusCode': 200}"),
        "none": _function(live, "stream-none", "python3.11"),
    }
    for name, arn in names.items():
        made.method(f"/{name}", "ANY", _integration(arn))
        if name != "none":
            lambdas.add_permission(
                FunctionName=arn, StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
            )
    yield made.deploy()
    made.client.delete_rest_api(restApiId=made.id)
    for arn in names.values():
        lambdas.delete_function(FunctionName=arn)


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_functions_first_piece_comes_before_it_ends(functions: Api, tmp_path: Path, language: str) -> None:
    go = tmp_path / "go"
    with Wire(functions.server) as wire:
        head = wire.get(functions.host, f"/v1/{language}?go={go}").until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201 ")
        for line in (b"Content-Type: text/event-stream", b"Set-Cookie: a=1", b"Set-Cookie: b=2"):
            assert b"\r\n" + line + b"\r\n" in head
        assert b"Transfer-Encoding: chunked" in head
        wire.until(b"first\r\n")
        go.touch()
        assert wire.until(b"0\r\n\r\n") == b"6\r\nsecond\r\n0\r\n\r\n"


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_function_that_fails_midway_cuts_the_answer(functions: Api, tmp_path: Path, language: str) -> None:
    with Wire(functions.server) as wire:
        wire.get(functions.host, f"/v1/{language}?go={tmp_path}&fail").until(b"first")
        assert not wire.rest().endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("name", ["whole", "none"])
def test_what_is_no_stream_and_who_may_not_be_called_is_500(functions: Api, name: str) -> None:
    with Wire(functions.server) as wire:
        head = wire.get(functions.host, f"/v1/{name}").until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 500 ")
        assert json.loads(wire.until(b"}")) == {"message": "Internal server error"}


def test_boto3_streams_through_the_front_door(functions: Api, live: Server, tmp_path: Path) -> None:
    go = tmp_path / "go"
    event = json.dumps({"queryStringParameters": {"go": str(go)}})
    answer = live.client("lambda").invoke_with_response_stream(FunctionName="stream-node", Payload=event)
    events = iter(answer["EventStream"])
    seen = b""
    while not seen.endswith(b"first"):
        seen += next(events)["PayloadChunk"]["Payload"]
    go.touch()
    rest = list(events)
    assert b"".join(each["PayloadChunk"]["Payload"] for each in rest[:-1]) == b"second"
    assert rest[-1] == {"InvokeComplete": {}}


def test_boto3_is_refused_what_is_not_there(live: Server) -> None:
    client = live.client("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke_with_response_stream(FunctionName="stream-nobody")


def test_a_function_needs_the_uri_that_streams(functions: Api) -> None:
    api = Api(functions.server)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    whole = _integration(arn) | {
        "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    }
    with pytest.raises(ClientError, match="requires a Lambda URI of the form"):
        api.method("/", "GET", whole)
    api.client.delete_rest_api(restApiId=api.id)
