"""An HTTP API under test, and a backend that says what it was asked."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.wire.support import Server


class _Echo(BaseHTTPRequestHandler):
    """Says what it was asked, and something of its own on CORS."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        if "slow" in self.path:
            threading.Event().wait(2)
        length = int(self.headers.get("content-length") or 0)
        body = {"line": f"{self.command} {self.path}", "headers": {k.lower(): v for k, v in self.headers.items()}}
        body["body"] = self.rfile.read(length).decode()
        data = json.dumps(body).encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Access-Control-Allow-Origin", "theirs")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


for _verb in ("GET", "POST", "PUT"):
    setattr(_Echo, f"do_{_verb}", _Echo._answer)


@contextlib.contextmanager
def echo() -> Iterator[str]:
    """The backend, running; its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Api:
    """An HTTP API under test."""

    def __init__(self, server: Server, **members: Any) -> None:
        self.server = server
        self.v2: Any = server.client("apigatewayv2")
        self.id: str = self.v2.create_api(Name=f"http-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP", **members)["ApiId"]
        self.host = f"{self.id}.execute-api.us-east-1.amazonaws.com"

    def integration(self, uri: str, kind: str = "HTTP_PROXY", **members: Any) -> str:
        if kind == "HTTP_PROXY":
            members = {"IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"} | members
        made = self.v2.create_integration(ApiId=self.id, IntegrationType=kind, IntegrationUri=uri, **members)
        return f"integrations/{made['IntegrationId']}"

    def route(self, key: str, target: str, **members: Any) -> None:
        self.v2.create_route(ApiId=self.id, RouteKey=key, Target=target, **members)

    def stage(self, name: str = "$default", **members: Any) -> None:
        self.v2.create_stage(ApiId=self.id, StageName=name, AutoDeploy=True, **members)

    def call(
        self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, host: str | None = None
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(verb, path, body, {"Host": host or self.host, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def seen(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
        """What the echoing backend saw."""
        return json.loads(self.call(verb, path, body, headers)[1])
