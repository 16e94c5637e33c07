"""Input that is wrong at every door: AWS's answer to it, and the same worker goes on serving.

Every test runs between two calls that must work, on one server whose worker must not have been replaced meanwhile.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from tests.wire.support import Server, serving
from tests.wire.test_functions import create
from tests.wire.test_rest_invoke import Api

_ERROR = b'{"message": "Internal server error"}'
_NETWORK = b'{"message": "Network error communicating with endpoint"}'
_TIMEOUT = b'{"message": "Endpoint request timed out"}'
_OK = b"HTTP/1.1 200 OK\r\n"
_LIMIT = 10 * 1024 * 1024
_SCOPE = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=00"


# --- backends that misbehave ------------------------------------------------------------------------------------------


def _drip(sock: socket.socket) -> None:
    sock.sendall(_OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        sock.sendall(b"x")
        time.sleep(0.05)


def _drip_head(sock: socket.socket) -> None:
    for byte in _OK + b"X-Long: " + b"x" * 1000:
        sock.sendall(bytes([byte]))
        time.sleep(0.05)


def _endless(sock: socket.socket) -> None:
    sock.sendall(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def _says(data: bytes) -> Callable[[socket.socket], None]:
    return lambda sock: sock.sendall(data)


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


_BACKENDS: dict[str, tuple[Callable[[socket.socket], None], int, bytes]] = {
    "silence": (lambda sock: time.sleep(3), 504, _TIMEOUT),
    "drip": (_drip, 504, _TIMEOUT),
    "drip-head": (_drip_head, 504, _TIMEOUT),
    "closes": (lambda sock: None, 504, _NETWORK),
    "resets": (_reset, 504, _NETWORK),
    "garbage": (_says(b"\x16\x03\x01\x00garbage\r\n\r\n" * 20), 504, _NETWORK),
    "another-protocol": (_says(b"SSH-2.0-OpenSSH_9.6\r\n"), 504, _NETWORK),
    "http2": (_says(b"HTTP/2 200 OK\r\n\r\n"), 504, _NETWORK),
    "no-status": (_says(b"HTTP/1.1 abc\r\n\r\n"), 504, _NETWORK),
    "half-head": (_says(_OK + b"Content-Le"), 504, _NETWORK),
    "half-body": (_says(_OK + b"Content-Length: 100\r\n\r\nhalf"), 504, _NETWORK),
    "half-chunk": (_says(_OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf"), 504, _NETWORK),
    "no-last-chunk": (_says(_OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"), 504, _NETWORK),
    "bad-chunk": (_says(_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n"), 504, _NETWORK),
    "two-lengths": (_says(_OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), 504, _NETWORK),
    "length-and-chunks": (
        _says(_OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        504,
        _NETWORK,
    ),
    "bad-length": (_says(_OK + b"Content-Length: -1\r\n\r\n"), 504, _NETWORK),
    "bad-header": (_says(_OK + b"X Bad: 1\r\nContent-Length: 0\r\n\r\n"), 504, _NETWORK),
    "folded-header": (_says(_OK + b"X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"), 504, _NETWORK),
    "switches": (_says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), 504, _NETWORK),
    "head-without-end": (_says(_OK + b"X-A: " + b"x" * 1_000_000), 504, _NETWORK),
    "many-headers": (_says(_OK + b"X-A: 1\r\n" * 100_000 + b"\r\n"), 504, _NETWORK),
    "one-byte-too-much": (_says(_OK + b"Content-Length: %d\r\n\r\n" % (_LIMIT + 1) + b"x" * (_LIMIT + 1)), 500, _ERROR),
    "endless": (_endless, 500, _ERROR),
    "endless-to-the-close": (lambda sock: _flood(sock), 500, _ERROR),
    "most": (_says(_OK + b"Content-Length: %d\r\n\r\n" % _LIMIT + b"x" * _LIMIT), 200, b"x" * _LIMIT),
    "to-the-close": (_says(b"HTTP/1.0 200 OK\r\n\r\nall of it"), 200, b"all of it"),
    "interim": (_says(b"HTTP/1.1 103 Early Hints\r\n\r\n" + _OK + b"Content-Length: 2\r\n\r\nhi"), 200, b"hi"),
    "one-more": (_says(_OK + b"Content-Length: 2\r\n\r\nhi" + _OK + b"Content-Length: 4\r\n\r\nevil"), 200, b"hi"),
}  # fmt: skip


def _flood(sock: socket.socket) -> None:
    sock.sendall(_OK + b"\r\n")
    while True:
        sock.sendall(b"x" * 65536)


class _Backend:
    """Accepts connections, takes a request, and does with it what the first segment of its path says."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._one, args=(sock,), daemon=True).start()

    def _one(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = sock.recv(65536)
                if not piece:
                    return
                head += piece
            _BACKENDS[head.split(b" ")[1][1:].decode()][0](sock)


# --- the server -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("bad") / "data", "--no-companions") as running:
        yield running


@pytest.fixture(scope="module")
def api(server: Server) -> Iterator[Api]:
    """`GET /ok` answers by itself, `/bad/{how}` leads to the backend that misbehaves, `/fn/{proxy+}` to a function."""
    backend = _Backend()
    made = Api(server)
    template = {"requestTemplates": {"application/json": '{"statusCode": 200}'}}
    made.method("/ok", "GET", {"type": "MOCK"} | template, {"200": {}})
    uri = backend.url + "/{how}"
    mapping = {"integration.request.path.how": "method.request.path.how"}
    proxy = {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": uri, "requestParameters": mapping}
    made.method("/bad/{how}", "ANY", proxy | {"timeoutInMillis": 1000})
    made.method("/slow/{how}", "ANY", proxy)
    made.deploy()
    yield made
    backend.close()


def _worker(server: Server) -> int:
    with urllib.request.urlopen(f"{server.url}/_gatewright/health", timeout=10) as answer:
        return int(json.load(answer)["pid"])


@pytest.fixture(autouse=True)
def _goes_on(server: Server, api: Api) -> Iterator[None]:
    before = _worker(server)
    assert api.call("GET", "/v1/ok")[0] == 200
    yield
    assert api.call("GET", "/v1/ok")[0] == 200
    assert server.client("apigateway").get_rest_api(restApiId=api.id)["id"] == api.id
    assert _worker(server) == before, "the worker was replaced"


@pytest.mark.parametrize("how", _BACKENDS)
def test_backends_that_misbehave(api: Api, how: str) -> None:
    _, status, body = _BACKENDS[how]
    # What needs no time limit gets one that the machine's other work cannot use up.
    path = "/v1/bad/" if body is _TIMEOUT else "/v1/slow/"
    for _ in range(2):  # the second on a pool that has seen the first
        got, headers, text = api.call("GET", path + how)
        assert (got, text[:200], len(text)) == (status, body[:200], len(body))
        assert headers.get("x-amzn-errortype") == (None if status == 200 else "InternalServerErrorException")


# --- the control plane ------------------------------------------------------------------------------------------------


def _send(
    server: Server, service: str, verb: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str, Any]:
    """Status, error type and parsed body of a raw call to an AWS API."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        signed = {"Authorization": _SCOPE.format(service), "Content-Type": "application/json"}
        connection.request(
            verb, path, body, signed | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        text = answer.read()
        return (
            answer.status,
            (answer.getheader("x-amzn-ErrorType") or "").partition(":")[0],
            json.loads(text or b"null"),
        )
    finally:
        connection.close()


_BROKEN = [
    b"{",
    b'{"name":',
    b'{"name": "a"} x',
    b"\xff\xfe",
    b"[]",
    b'"text"',
    b"nul",
    b"{'name': 'a'}",
    b'{"name": "\xff"}',
]


@pytest.mark.parametrize("body", _BROKEN)
@pytest.mark.parametrize(("service", "path"), [("apigateway", "/restapis"), ("lambda", "/2015-03-31/functions")])
def test_documents_that_are_none(server: Server, service: str, path: str, body: bytes) -> None:
    status, kind, answer = _send(server, service, "POST", path, body)
    assert (status, kind) == (400, "SerializationException")
    assert any(name.lower() == "message" for name in answer)


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "kind"),
    [
        ("POST", "/restapis", b'{"name": 5}', 400, "SerializationException"),
        ("POST", "/restapis", b'{"name": ["a"]}', 400, "SerializationException"),
        ("POST", "/restapis", b'{"name": "a", "binaryMediaTypes": "b"}', 400, "SerializationException"),
        ("POST", "/restapis", b'{"name": "a", "minimumCompressionSize": "x"}', 400, "SerializationException"),
        ("POST", "/restapis", b'{"minimumCompressionSize": 999999999999999999999}', 400, "SerializationException"),
        ("POST", "/restapis", b"{}", 400, "ValidationException"),
        ("POST", "/restapis", b"", 400, "BadRequestException"),
        ("POST", "/restapis", b'{"name": ' + b"[" * 100_000, 400, "SerializationException"),
        ("GET", "/restapis/nonesuch00", b"", 404, "NotFoundException"),
        ("GET", "/restapis/%00%ff", b"", 404, "NotFoundException"),
        ("POST", "/restapis/nonesuch00/deployments", b"{}", 404, "NotFoundException"),
        ("GET", "/restapis?limit=many", b"", 400, "SerializationException"),
    ],
)  # fmt: skip
def test_members_of_the_wrong_type_and_things_that_are_not_there(
    server: Server, verb: str, path: str, body: bytes, status: int, kind: str
) -> None:
    assert _send(server, "apigateway", verb, path, body)[:2] == (status, kind)


@pytest.mark.parametrize(
    ("service", "verb", "path"),
    [
        ("apigateway", "PROPFIND", "/restapis"),
        ("apigateway", "GET", "/no/such/thing"),
        ("apigateway", "DELETE", "/restapis"),
        ("lambda", "GET", "/2015-03-31/nothing"),
        ("lambda", "PATCH", "/2015-03-31/functions/f"),
    ],
)
def test_operations_that_do_not_exist(server: Server, service: str, verb: str, path: str) -> None:
    status, kind, _ = _send(server, service, verb, path)
    assert 400 <= status < 500
    assert kind


def test_a_body_that_no_process_would_take(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(
            b"POST /restapis HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert sock.recv(65536).startswith(b"HTTP/1.1 413 ")


# --- the data plane ---------------------------------------------------------------------------------------------------


def test_calls_of_what_is_no_api(api: Api) -> None:
    forbidden = (403, b'{"message":"Forbidden"}')
    for host in ("nonesuch00.execute-api.us-east-1.amazonaws.com", "x.execute-api.localhost"):
        assert api.call("GET", "/v1/ok", host=host)[::2] == forbidden
    for target in ("/v2/ok", "/", "//", "/v1%2Fok"):
        assert api.call("GET", target)[::2] == forbidden
    assert api.call("GET", "/v1/none")[0] == 403
    assert api.call("GET", "/%76%31/ok")[0] == 200  # what is encoded without need is the same path


def test_bodies_at_and_over_the_limit(api: Api) -> None:
    status, headers, body = api.call(
        "POST", "/v1/slow/one-more", {"Content-Length": str(_LIMIT + 1), "Expect": "100-continue"}
    )
    assert (status, body) == (413, b'{"message":"HTTP content length exceeded 10485760 bytes"}')
    assert headers["x-amzn-errortype"] == "RequestTooLargeException"
    assert api.call("GET", "/v1/ok", body=b"x" * _LIMIT)[0] == 200


def test_heads_at_and_over_the_limit(api: Api) -> None:
    assert api.call("GET", "/v1/ok?" + "x" * 10_000, {"X-Long": "x" * 9_000})[0] == 200
    assert api.call("GET", "/v1/ok?" + "x" * 10_240)[::2] == (414, b'{"message":"Request URI too long"}')
    assert api.call("GET", "/v1/ok", {"X-Long": "x" * 10_240})[0] == 413
    assert api.call("GET", "/v1/ok?" + "x" * 20_000)[0] == 414
    assert api.call("GET", "/v1/ok", {f"X-{number}": "x" * 1000 for number in range(40)})[0] == 431


def test_content_codings_that_lie(api: Api) -> None:
    import zlib

    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = bomb.compress(b"\0" * (_LIMIT + 1)) + bomb.flush()
    path = "/v1/slow/one-more"
    assert api.call("POST", path, {"Content-Encoding": "gzip"}, data)[0] == 413
    for coding, body in (("gzip", b"no"), ("br", b"x"), ("gzip", data[:100]), ("gzip, br", data)):
        assert api.call("POST", path, {"Content-Encoding": coding}, body)[::2] == (
            415, b'{"message": "Unsupported Media Type"}',
        )  # fmt: skip


def test_clients_that_leave(api: Api) -> None:
    head = f"GET /v1/bad/silence HTTP/1.1\r\nHost: {api.id}.execute-api.us-east-1.amazonaws.com\r\n\r\n".encode()
    for cut in (5, len(head) - 1, len(head)):
        with socket.create_connection(("127.0.0.1", api.server.port), timeout=10) as sock:
            sock.sendall(head[:cut])
            _reset(sock)


# --- functions --------------------------------------------------------------------------------------------------------

_HANDLER = """
import os, sys, time
def handler(event, context):
    how = event["pathParameters"]["proxy"]
    if how == "raise": raise ValueError("secret")
    if how == "exit": sys.exit(3)
    if how == "die": os._exit(1)
    if how == "kill": os.kill(os.getpid(), 9)
    if how == "hang": time.sleep(60)
    if how == "loop":
        while True: pass
    if how == "deep":
        value = []
        for _ in range(100000): value = [value]
        return value
    if how == "object": return object()
    if how == "nan": return {"statusCode": float("nan")}
    if how == "huge": return {"body": "x" * 7000000}
    if how == "flood":
        for _ in range(20000): print("x" * 100)
    if how == "close": os.closerange(3, 100)
    if how == "surrogate": return {"body": chr(0xd800)}
    if how == "header": return {"headers": {"X-A": "1\\r\\nX-B: 2"}}
    return {"statusCode": 200, "body": "fine"}
"""


@pytest.fixture(scope="module")
def function(server: Server, api: Api) -> Api:
    arn = create(server, "bad", _HANDLER, Timeout=1)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api.method("/fn/{proxy+}", "ANY", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri})
    server.client("lambda").add_permission(
        FunctionName="bad", StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    api.deploy()
    return api


@pytest.mark.parametrize(
    "how",
    ["raise", "exit", "die", "kill", "hang", "loop", "deep", "object", "nan", "huge", "surrogate", "header"],
)
def test_functions_that_fail(function: Api, how: str) -> None:
    status, headers, body = function.call("GET", f"/v1/fn/{how}")
    assert (status, body) == (502, _ERROR)
    assert headers["x-amzn-errortype"] == "InternalServerErrorException"
    assert function.call("GET", "/v1/fn/fine")[::2] == (200, b"fine")


@pytest.mark.parametrize("how", ["flood", "close"])
def test_functions_that_are_merely_rude(function: Api, how: str) -> None:
    assert function.call("GET", f"/v1/fn/{how}")[0] in (200, 502)
    assert function.call("GET", "/v1/fn/fine")[::2] == (200, b"fine")


def test_an_event_that_is_larger_than_lambda_takes(function: Api) -> None:
    status, headers, _ = function.call("POST", "/v1/fn/fine", body=b"x" * 6_500_000)
    assert (status, headers["x-amzn-errortype"]) == (413, "RequestTooLargeException")


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"nul", b'{"a": }'])
def test_invocations_with_what_is_no_json(server: Server, function: Api, payload: bytes) -> None:
    answer = _send(server, "lambda", "POST", "/2015-03-31/functions/bad/invocations", payload)
    assert answer[:2] == (400, "InvalidRequestContentException")


def test_a_function_host_that_dies_during_a_call(server: Server, function: Api) -> None:
    assert server.process is not None
    host = next(
        child for child in psutil.Process(server.process.pid).children() if child.cmdline()[-1:] == ["functions"]
    )
    answers: list[tuple[int, dict[str, str], bytes]] = []
    caller = threading.Thread(target=lambda: answers.append(function.call("GET", "/v1/fn/hang")))
    caller.start()
    time.sleep(0.3)
    os.kill(host.pid, signal.SIGKILL)
    caller.join()
    assert answers[0][0] in (502, 504)
    assert answers[0][1]["x-amzn-errortype"] == "InternalServerErrorException"
    assert function.call("GET", "/v1/fn/fine")[::2] == (200, b"fine")  # waits in the queue of the host's successor
