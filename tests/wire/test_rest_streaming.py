"""Response streaming at the socket: what a backend has sent is with the client before it sends more."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

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
