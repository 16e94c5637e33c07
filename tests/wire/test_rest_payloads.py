"""Payloads at the socket: content codings both ways, and the tables of text and binary for each integration.

AWS: "Payload compression for REST APIs", "Content type conversions in API Gateway".
"""

from __future__ import annotations

import base64
import gzip
import http.client
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from tests.wire.rest_support import Api
from tests.wire.support import Server

PNG = b"\x89PNG\r\n\x1a\n\xff\x00"
B64 = base64.b64encode(PNG)
MENDED = PNG.decode("utf-8", "replace").encode()
TEXT = "Grüße, 你好".encode()
LONG = b"long text, " * 100
BODIES = {
    "/png": (PNG, "image/png", None),
    "/b64": (B64, "text/plain", None),
    "/text": (TEXT, "text/plain", None),
    "/raw": (PNG, "text/plain", None),
    "/long": (LONG, "text/plain", None),
    "/coded": (gzip.compress(LONG), "text/plain", "gzip"),
}


class _Backend(BaseHTTPRequestHandler):
    """Answers by path with a body of the table; keeps what it was sent."""

    protocol_version = "HTTP/1.1"
    bodies: ClassVar[list[bytes]] = []
    heads: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.heads.append({name.lower(): value for name, value in self.headers.items()})
        body, kind, coding = BODIES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Backend)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


_HANDLER = """
import json
def handler(event, context):
    answer = (event.get("headers") or {}).get("X-Answer")
    if answer:
        return json.loads(answer)
    return {"body": json.dumps({"body": event["body"], "base64": event["isBase64Encoded"]})}
"""


@pytest.fixture(scope="module")
def api(live: Server, backend: str) -> Iterator[Api]:
    """/proxy/{…} HTTP_PROXY, /http/{…} HTTP, /to-{binary,text} HTTP with conversion, /function AWS_PROXY."""
    made = Api(live, binaryMediaTypes=["image/png"], minimumCompressionSize=100)
    for name in BODIES:
        made.method(f"/proxy{name}", "POST", _http("HTTP_PROXY", backend + name))
        for handling in ("none", "binary", "text"):
            converted = {} if handling == "none" else {"contentHandling": f"CONVERT_TO_{handling.upper()}"}
            path = f"/http-{handling}{name}"
            made.method(path, "POST", _http("HTTP", backend + name) | converted)
            place = {"restApiId": made.id, "resourceId": made.resource(path), "httpMethod": "POST", "statusCode": "200"}
            made.client.put_method_response(**place)
            made.client.put_integration_response(**place, **converted)
    arn = _function(live)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    made.method("/function", "POST", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri})
    mapped = {"requestParameters": {"integration.request.header.X-Seen": "method.request.body.name"}}
    made.method("/mapped", "POST", _http("HTTP_PROXY", backend + "/text") | mapped)
    yield made.deploy()
    made.client.delete_rest_api(restApiId=made.id)
    live.client("lambda").delete_function(FunctionName=arn)


def _http(kind: str, uri: str) -> dict[str, Any]:
    return {"type": kind, "integrationHttpMethod": "POST", "uri": uri}


def _function(server: Server) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", _HANDLER)
    lambdas = server.client("lambda")
    arn: str = lambdas.create_function(
        FunctionName="payloads",
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": buffer.getvalue()},
    )["FunctionArn"]
    lambdas.add_permission(
        FunctionName=arn, StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return arn


def call(
    api: Api, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", api.server.port, timeout=30)
    try:
        connection.putrequest("POST", f"/v1{path}", skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": api.host, "Content-Length": str(len(body))} | dict(headers or {})).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


# ---- Content codings ------------------------------------------------------------------------------------------------


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", _raw_deflate(TEXT)),
        ("identity", TEXT),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
@pytest.mark.parametrize("kind", ["proxy", "http-none"])
def test_compressed_requests_reach_the_backend_as_text(api: Api, kind: str, coding: str, packed: bytes) -> None:
    assert call(api, f"/{kind}/text", packed, {"Content-Encoding": coding, "Content-Type": "text/plain"})[0] == 200
    assert _Backend.bodies[-1] == TEXT
    assert "content-encoding" not in _Backend.heads[-1]


def test_compressed_binary_is_binary_again(api: Api) -> None:
    call(api, "/proxy/text", gzip.compress(PNG), {"Content-Encoding": "gzip", "Content-Type": "image/png"})
    assert _Backend.bodies[-1] == PNG


def test_functions_and_mappings_see_decompressed_text(api: Api) -> None:
    packed = gzip.compress(b'{"name": "Ada"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert json.loads(call(api, "/function", packed, headers)[2]) == {"body": '{"name": "Ada"}', "base64": False}
    assert call(api, "/mapped", packed, headers)[0] == 200
    assert _Backend.heads[-1]["x-seen"] == "Ada"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", b"x"),
        ("compress", b"x"),
        ("gzip", b"this is none"),
        ("gzip", gzip.compress(LONG, mtime=0)[:-4]),
        ("deflate", b"neither is this"),
        ("gzip, br", gzip.compress(LONG, mtime=0)),
    ],
)
def test_codings_that_cannot_be_undone_are_415(api: Api, coding: str, body: bytes) -> None:
    before = len(_Backend.bodies)
    status, headers, text = call(api, "/proxy/text", body, {"Content-Encoding": coding})
    assert (status, json.loads(text)) == (415, {"message": "Unsupported Media Type"})
    assert headers["x-amzn-errortype"] == "BadRequestException"
    assert len(_Backend.bodies) == before


def test_a_bomb_is_413(api: Api) -> None:
    bomb = gzip.compress(bytes(10 * 1024 * 1024 + 1))
    assert len(bomb) < 20_000
    status, headers, text = call(api, "/proxy/text", bomb, {"Content-Encoding": "gzip"})
    assert (status, headers["x-amzn-errortype"]) == (413, "RequestTooLargeException")
    assert json.loads(text) == {"message": "HTTP content length exceeded 10485760 bytes"}


@pytest.mark.parametrize(("accepted", "coding"), [("gzip", "gzip"), ("deflate", "deflate"), ("br, gzip;q=0.5", "gzip")])
@pytest.mark.parametrize("kind", ["proxy", "http-none"])
def test_long_answers_are_compressed(api: Api, kind: str, accepted: str, coding: str) -> None:
    _, headers, body = call(api, f"/{kind}/long", b"", {"Accept-Encoding": accepted})
    assert headers["content-encoding"] == coding
    assert int(headers["content-length"]) == len(body) < len(LONG)
    assert (gzip.decompress if coding == "gzip" else zlib.decompress)(body) == LONG


@pytest.mark.parametrize(
    ("path", "accepted"), [("/long", ""), ("/long", "*"), ("/long", "br"), ("/long", "gzip;q=0"), ("/text", "gzip")]
)
def test_other_answers_are_not(api: Api, path: str, accepted: str) -> None:
    _, headers, body = call(api, f"/proxy{path}", b"", {"Accept-Encoding": accepted} if accepted else None)
    assert "content-encoding" not in headers
    assert body == BODIES[path][0]


def test_the_backends_own_coding_is_untouched(api: Api) -> None:
    _, headers, body = call(api, "/proxy/coded", b"", {"Accept-Encoding": "gzip"})
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", LONG)
    _, headers, body = call(api, "/proxy/coded")  # as it came, for whoever asked for it
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", LONG)


def test_functions_answers_are_compressed_too(api: Api) -> None:
    answer = json.dumps({"body": LONG.decode(), "headers": {"Content-Type": "text/plain"}})
    _, headers, body = call(api, "/function", b"", {"X-Answer": answer, "Accept-Encoding": "gzip"})
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", LONG)


# ---- Text and binary ------------------------------------------------------------------------------------------------

TO_BACKEND = [
    # (contentHandling, Content-Type, sent, what the backend gets; None: 500)
    ("none", "text/plain", TEXT, TEXT),
    ("none", "text/plain", PNG, MENDED),
    ("none", "image/png", PNG, PNG),
    ("none", "image/png;q=1", PNG, PNG),
    ("binary", "text/plain", B64, PNG),
    ("binary", "text/plain", b"no base64!", None),
    ("binary", "image/png", PNG, PNG),
    ("text", "text/plain", TEXT, TEXT),
    ("text", "text/plain", PNG, MENDED),
    ("text", "image/png", PNG, B64),
]


@pytest.mark.parametrize(("handling", "kind", "sent", "got"), TO_BACKEND)
def test_payloads_to_the_backend(api: Api, handling: str, kind: str, sent: bytes, got: bytes | None) -> None:
    before = len(_Backend.bodies)
    # The answer's own conversion must succeed: /b64 is base64 text, whatever it is converted to.
    status, headers, _ = call(api, f"/http-{handling}/b64", sent, {"Content-Type": kind, "Accept": "text/plain"})
    if got is None:
        assert (status, headers["x-amzn-errortype"]) == (500, "InternalServerErrorException")
        assert len(_Backend.bodies) == before
    else:
        assert status == 200
        assert _Backend.bodies[-1] == got


@pytest.mark.parametrize(("kind", "sent", "got"), [row[1:] for row in TO_BACKEND if row[0] == "none"])
def test_payloads_through_http_proxy(api: Api, kind: str, sent: bytes, got: bytes) -> None:
    assert call(api, "/proxy/text", sent, {"Content-Type": kind})[0] == 200
    assert _Backend.bodies[-1] == got


TO_CLIENT = [
    # (contentHandling, the backend's payload, Accept, what the client gets; None: 500)
    ("none", "/text", "text/plain", TEXT),
    ("none", "/raw", "text/plain", MENDED),
    ("none", "/b64", "image/png", PNG),
    ("none", "/text", "image/png", None),
    ("none", "/png", "text/plain", B64),
    ("none", "/png", "text/plain, image/png", B64),
    ("none", "/png", None, B64),
    ("none", "/png", "image/png", PNG),
    ("none", "/png", "image/png, text/plain", PNG),
    ("binary", "/b64", "text/plain", PNG),
    ("binary", "/b64", "image/png", PNG),
    ("binary", "/text", "text/plain", None),
    ("binary", "/png", "text/plain", PNG),
    ("binary", "/png", "image/png", PNG),
    ("text", "/text", "text/plain", TEXT),
    ("text", "/text", "image/png", TEXT),
    ("text", "/png", "text/plain", B64),
    ("text", "/png", "image/png", B64),
]


@pytest.mark.parametrize(("handling", "path", "accept", "got"), TO_CLIENT)
def test_payloads_to_the_client(api: Api, handling: str, path: str, accept: str | None, got: bytes | None) -> None:
    status, headers, body = call(api, f"/http-{handling}{path}", b"", {"Accept": accept} if accept else None)
    if got is None:
        assert (status, headers["x-amzn-errortype"]) == (500, "InternalServerErrorException")
    else:
        assert (status, body) == (200, got)
        assert int(headers["content-length"]) == len(got)


@pytest.mark.parametrize(("path", "accept", "got"), [row[1:] for row in TO_CLIENT if row[0] == "none"])
def test_payloads_from_http_proxy(api: Api, path: str, accept: str | None, got: bytes | None) -> None:
    status, _, body = call(api, f"/proxy{path}", b"", {"Accept": accept} if accept else None)
    assert (status, body if status == 200 else None) == (200 if got is not None else 500, got)


@pytest.mark.parametrize(
    ("kind", "sent", "seen"),
    [
        ("text/plain", TEXT, {"body": TEXT.decode(), "base64": False}),
        ("text/plain", PNG, {"body": MENDED.decode(), "base64": False}),
        ("image/png", PNG, {"body": B64.decode(), "base64": True}),
        ("image/png", b"", {"body": None, "base64": False}),
    ],
)
def test_payloads_to_a_function(api: Api, kind: str, sent: bytes, seen: dict[str, Any]) -> None:
    assert json.loads(call(api, "/function", sent, {"Content-Type": kind})[2]) == seen


@pytest.mark.parametrize(
    ("flag", "body", "accept", "got"),
    [
        (True, B64.decode(), "image/png", PNG),
        (True, B64.decode(), "image/png, */*", PNG),
        (True, B64.decode(), "text/html", B64),
        (True, B64.decode(), None, B64),
        (False, B64.decode(), "image/png", B64),
        (False, TEXT.decode(), "text/plain", TEXT),
        (True, "no base64!", "image/png", None),
    ],
)
def test_payloads_from_a_function(api: Api, flag: bool, body: str, accept: str | None, got: bytes | None) -> None:
    answer = json.dumps({"body": body, "isBase64Encoded": flag, "headers": {"Content-Type": "image/png"}})
    headers = {"X-Answer": answer} | ({"Accept": accept} if accept else {})
    status, _, seen = call(api, "/function", b"", headers)
    assert (status, seen if status == 200 else None) == (200 if got is not None else 500, got)


def test_everything_can_be_binary(live: Server, backend: str) -> None:
    everything = Api(live, binaryMediaTypes=["*/*"]).method("/raw", "POST", _http("HTTP_PROXY", f"{backend}/raw"))
    assert call(everything.deploy(), "/raw", PNG, {"Content-Type": "text/plain"})[2] == PNG
    assert _Backend.bodies[-1] == PNG
    everything.client.delete_rest_api(restApiId=everything.id)
