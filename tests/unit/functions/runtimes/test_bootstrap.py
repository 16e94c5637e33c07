"""The bootstraps' parts; what they do as processes is in tests/unit/functions/test_streaming.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from gatewright.functions import runtime
from gatewright.functions.runtimes.bootstrap import (
    CONNECTIONS,
    NAMES,
    PLAIN_TYPE,
    PRELUDE_TYPE,
    Marshaller,
    encoded,
    lead_home,
    learn,
    stream_of,
)


def given(*pieces: Any) -> Iterator[Any]:
    yield from pieces


async def given_later(*pieces: Any) -> AsyncIterator[Any]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("maker", [given, given_later])
def test_generators_are_streams(maker: Any) -> None:
    found = stream_of(maker("a", b"b", bytearray(b"c")))
    assert found is not None
    assert (list(found[0].pieces), found[1]) == ([b"a", b"b", b"c"], PLAIN_TYPE)


def test_a_dict_first_is_the_metadata() -> None:
    found = stream_of(given({"statusCode": 201}, "x", "ü"))
    assert found is not None
    assert (list(found[0].pieces), found[1]) == (
        [b'{"statusCode": 201}' + bytes(8), b"x", "ü".encode()],
        PRELUDE_TYPE,
    )


def test_nothing_at_all() -> None:
    found = stream_of(given())
    assert found is not None
    assert list(found[0].pieces) == []


@pytest.mark.parametrize("response", [None, "x", [1], {"statusCode": 200}, iter([1])])
def test_all_else_is_no_stream(response: Any) -> None:
    assert stream_of(response) is None


def test_what_fails_at_once_fails_before_the_response_begins() -> None:
    def fails() -> Iterator[Any]:
        yield 1 / 0

    with pytest.raises(ZeroDivisionError):
        stream_of(fails())


def test_pieces_are_bytes() -> None:
    with pytest.raises(TypeError, match="not int"):
        encoded(1)


def test_other_responses_are_marshalled_as_ever() -> None:
    assert Marshaller().marshal_response({"a": 1}) == ('{"a": 1}', "application/json")


@pytest.fixture
def names() -> Iterator[set[str]]:
    yield NAMES
    NAMES.clear()


@pytest.mark.parametrize(
    ("event", "learnt"),
    [
        ({"requestContext": {"domainName": "chat.example.com", "connectionId": "x="}}, {"chat.example.com"}),
        ({"requestContext": {"domainName": "chat.example.com"}}, set()),
        ({"requestContext": None}, set()),
        (["requestContext"], set()),
        (None, set()),
    ],
)
def test_domain_names_are_learnt_from_events(event: Any, learnt: set[str], names: set[str]) -> None:
    assert Marshaller().unmarshal_request(json.dumps(event)) == event
    assert names == learnt


def test_learning_has_an_end(names: set[str]) -> None:
    for number in range(1000):
        learn({"requestContext": {"domainName": f"{number}.example.com", "connectionId": "x="}})
    assert len(names) == 100


def test_calls_to_names_that_were_learnt_lead_home(names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONNECTIONS, "http://127.0.0.1:4566")
    learn({"requestContext": {"domainName": "chat.example.com", "connectionId": "x="}})
    request = AWSPreparedRequest("POST", "https://chat.example.com/prod/%40connections/a", HTTPHeaders(), b"", False)
    lead_home(request=request)
    assert (request.url, request.headers["Host"]) == (
        "http://127.0.0.1:4566/prod/%40connections/a",
        "chat.example.com",
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://abc123.execute-api.us-east-1.amazonaws.com/prod/%40connections/a%3D", True),
        ("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/prod/%40connections/a%3D", True),
        ("https://abc123.execute-api.localhost/prod/%40connections/a%3D", True),
        ("https://abc123.execute-api.localhost:8443/prod/%40connections/a%3D", False),
        ("http://abc123.execute-api.localhost:4566/prod/%40connections/a%3D", False),
        ("http://localhost:4566/_aws/execute-api/abc123/prod/%40connections/a%3D", False),
        ("https://chat.example.com/prod/%40connections/a%3D", False),
    ],
)
@pytest.mark.parametrize("home", ["http://127.0.0.1:4566", None])
def test_calls_of_connections_lead_home(
    url: str, host: bool, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONNECTIONS, raising=False)
    if home:
        monkeypatch.setenv(CONNECTIONS, home)
    request = AWSPreparedRequest("POST", url, HTTPHeaders(), b"", False)
    lead_home(request=request, operation_name="PostToConnection")
    if host and home:
        assert request.url == "http://127.0.0.1:4566/prod/%40connections/a%3D"
        assert request.headers["Host"] == url.split("/")[2]
    else:
        assert (request.url, dict(request.headers)) == (url, {})


NODE_SIDE = runtime.BOOTSTRAP.with_name("connections.cjs")
AWS = "abc123.execute-api.us-east-1.amazonaws.com"
# Each request is told by what became of it: the status that it got, or its error.
NODE_CALLS = """
const { learn } = require(process.argv[1]);
const https = require("https");
const host = process.argv[2];
const told = (request) => new Promise((done) => {
  request.on("response", (answer) => { answer.resume(); answer.on("end", () => done(answer.statusCode)); });
  request.on("error", (error) => done(error.code));
});
const ended = (request) => (request.end("x"), told(request));
const path = "/prod/%40connections/a%3D?q=1";
const away = Object.assign(new Error("away"), { code: "AWAY" });
const off = { lookup: (name, options, done) => done(away) };
(async () => {
  const found = [];
  found.push(await ended(https.request({ host, path, method: "POST", headers: { host, Authorization: "signed" } })));
  found.push(await ended(https.request(`https://${host}/prod/@connections/a%3D`, { method: "DELETE" })));
  found.push(await told(https.get(new URL(`https://${host}${path}`), { headers: { accept: "b" } })));
  const { request } = await import("node:https");
  found.push(await ended(request({ hostname: host, port: 443, path, method: "PUT", agent: new https.Agent() })));
  found.push(await ended(https.request({ ...off, host, path: "/prod/orders" })));
  found.push(await ended(https.request({ ...off, host, port: 8443, path })));
  found.push(await ended(https.request({ ...off, host: "chat.example.com", path })));
  learn({ requestContext: { domainName: "chat.example.com", connectionId: "a" } });
  learn({ requestContext: { domainName: "orders.example.com" } });
  found.push(await ended(https.request({ ...off, host: "chat.example.com", path })));
  found.push(await ended(https.request({ ...off, host: "orders.example.com", path })));
  console.log(JSON.stringify(found));
})();
"""


class Home(BaseHTTPRequestHandler):
    """Stands for the node."""

    seen: ClassVar[list[tuple[str, str, str]]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Home.seen.append((self.command, self.path, self.headers["Host"]))
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - named by http.server

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def home() -> Iterator[str]:
    Home.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Home) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_calls_of_connections_from_node_lead_home(home: str) -> None:
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, "-e", NODE_CALLS, str(NODE_SIDE), AWS],
        env={"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": home},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [204, 204, 204, 204, "AWAY", "AWAY", "AWAY", 204, "AWAY"]
    path = "/prod/%40connections/a%3D?q=1"
    assert Home.seen == [
        ("POST", path, AWS),
        ("DELETE", "/prod/@connections/a%3D", AWS),
        ("GET", path, AWS),
        ("PUT", path, AWS),
        ("GET", path, "chat.example.com"),
    ]
