"""WebSocket APIs over real sockets: made by the control plane, served by workers, with real functions behind them."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import struct
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.wire.support import Server

_CODE = """
import json
import time

seen = []

def handler(event, context):
    context_ = event["requestContext"]
    if context_["eventType"] == "CONNECT":
        query = event.get("queryStringParameters") or {}
        headers = {"Sec-WebSocket-Protocol": "chat"} if "Sec-WebSocket-Protocol" in event["headers"] else {}
        return {"statusCode": int(query.get("status", 200)), "headers": headers}
    if context_["eventType"] == "DISCONNECT":
        print("ended with", context_["disconnectStatusCode"], context_["disconnectReason"])
        seen.append([context_["connectionId"], context_["disconnectStatusCode"], context_["disconnectReason"]])
        return {"statusCode": 200}
    if event["body"] == "fail":
        raise Exception("boom")
    if event["body"] == "seen":
        return {"statusCode": 200, "body": json.dumps(seen)}
    return {"statusCode": 200, "body": json.dumps(event)}
"""


class Client:
    """A WebSocket client, as small as can be: one frame for each message."""

    def __init__(self, port: int, host: str, path: str, **headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._data = b""
        while b"\r\n\r\n" not in self._data:
            self._fill()
        self.head, _, self._data = self._data.partition(b"\r\n\r\n")
        self.status = int(self.head.split()[1])

    def _fill(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError
        self._data += piece

    def _take(self, size: int) -> bytes:
        while len(self._data) < size:
            self._fill()
        taken, self._data = self._data[:size], self._data[size:]
        return taken

    def send(self, payload: bytes, opcode: int = 1, *, last: bool = True) -> None:
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + struct.pack("!H", size)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.socket.sendall(bytes([opcode | (0x80 if last else 0)]) + length + mask + masked)

    def hear(self) -> tuple[int, bytes]:
        """A frame: its opcode and payload."""
        first, size = self._take(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        return first & 0x0F, self._take(size)

    def ask(self, text: str) -> str:
        self.send(text.encode())
        opcode, payload = self.hear()
        assert opcode == 1
        return payload.decode()

    def close(self, code: int = 1000, reason: str = "") -> tuple[int, bytes]:
        self.send(struct.pack("!H", code) + reason.encode(), 8)
        answer = self.hear()
        self.socket.close()
        return answer


class Chat:
    """A WebSocket API with a function behind it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.clients: list[Client] = []
        self.v2: Any = server.client("apigatewayv2")
        self.id: str = self.v2.create_api(
            Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )["ApiId"]
        self.host = f"{self.id}.execute-api.us-east-1.amazonaws.com"
        self.arn = self._function()
        invoke = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.arn}/invocations"
        function = self._integration(IntegrationType="AWS_PROXY", IntegrationUri=invoke, IntegrationMethod="POST")
        for key in ("$connect", "$disconnect"):
            self.v2.create_route(ApiId=self.id, RouteKey=key, Target=function)
        self._two_way("$default", function)
        template = '#set($context.requestOverride.path.text = $input.body){"statusCode":200}'
        echo = self._integration(IntegrationType="MOCK", RequestTemplates={"$default": template})
        self.v2.create_integration_response(
            ApiId=self.id,
            IntegrationId=echo.partition("/")[2],
            IntegrationResponseKey="$default",
            ResponseTemplates={"$default": "$context.requestOverride.path.text"},
        )
        self._two_way("echo", echo)
        deployment = self.v2.create_deployment(ApiId=self.id)["DeploymentId"]
        self.v2.create_stage(ApiId=self.id, StageName="v1", DeploymentId=deployment)

    def _integration(self, **members: Any) -> str:
        return f"integrations/{self.v2.create_integration(ApiId=self.id, **members)['IntegrationId']}"

    def _two_way(self, key: str, target: str) -> None:
        made = self.v2.create_route(
            ApiId=self.id, RouteKey=key, Target=target, RouteResponseSelectionExpression="$default"
        )
        self.v2.create_route_response(ApiId=self.id, RouteId=made["RouteId"], RouteResponseKey="$default")

    def _function(self) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as bundle:
            bundle.writestr("app.py", _CODE)
        functions = self.server.client("lambda")
        arn = functions.create_function(
            FunctionName=f"chat-{uuid.uuid4().hex[:8]}",
            Runtime="python3.11",
            Handler="app.handler",
            Role="arn:aws:iam::123456789012:role/any",
            Code={"ZipFile": archive.getvalue()},
        )["FunctionArn"]
        functions.add_permission(
            FunctionName=arn,
            StatementId="any",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{self.id}/*",
        )
        return str(arn)

    def connect(self, path: str = "/v1", host: str | None = None, **headers: str) -> Client:
        self.clients.append(Client(self.server.port, host or self.host, path, **headers))
        return self.clients[-1]

    def part(self) -> None:
        """All clients are gone."""
        for client in self.clients:
            client.socket.close()


@pytest.fixture(scope="module")
def chat(live: Server) -> Iterator[Chat]:
    made = Chat(live)
    yield made
    made.v2.delete_api(ApiId=made.id)
    made.part()


def test_a_conversation(chat: Chat) -> None:
    client = chat.connect(Sec_WebSocket_Protocol="chat, other", User_Agent="wire")
    assert client.status == 101
    assert b"\r\nSec-WebSocket-Protocol: chat\r\n" in client.head
    event = json.loads(client.ask('{"action": "other"}'))
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"], context["domainName"]) == ("$default", "MESSAGE", chat.host)
    assert context["identity"] == {"userAgent": "wire", "sourceIp": "127.0.0.1"}
    assert client.ask('{"action": "echo", "text": "hällo"}') == '{"action": "echo", "text": "hällo"}'
    error = json.loads(client.ask("fail"))
    assert error == {
        "message": "Internal server error",
        "connectionId": context["connectionId"],
        "requestId": error["requestId"],
    }
    client.send(b"ping", 9)
    assert client.hear() == (10, b"ping")
    assert client.close(1000, "bye") == (8, b"\x03\xe8")
    other = chat.connect()
    deadline = time.monotonic() + 30
    while [context["connectionId"], 1000, "bye"] not in json.loads(other.ask("seen")):
        assert time.monotonic() < deadline, "nobody was told of the end"
    other.close()


def test_connect_decides(chat: Chat) -> None:
    refused = chat.connect("/v1?status=401")
    assert refused.status == 401
    assert chat.connect("/v2").status == 403
    assert chat.connect(f"/_aws/execute-api/{chat.id}/v1", host="127.0.0.1").status == 101
    assert chat.connect(f"/restapis/{chat.id}/v1/_user_request_", host="127.0.0.1").status == 101


def test_binary_messages_end_a_connection(chat: Chat) -> None:
    client = chat.connect()
    client.send(b"\x00\x01", 2)
    assert client.hear() == (8, struct.pack("!H", 1003))


def test_what_cannot_be_served_is_refused_when_it_is_deployed(live: Server) -> None:
    v2: Any = live.client("apigatewayv2")
    api = v2.create_api(Name="bad", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    made = v2.create_integration(ApiId=api, IntegrationType="MOCK", RequestTemplates={"$default": "#if("})
    v2.create_route(ApiId=api, RouteKey="talk", Target=f"integrations/{made['IntegrationId']}")
    with pytest.raises(v2.exceptions.BadRequestException, match="Gatewright cannot serve talk: requestTemplates"):
        v2.create_deployment(ApiId=api)
    v2.delete_api(ApiId=api)


def test_a_server_that_stops_says_goodbye_and_tells_of_it(own_server: Callable[..., Server]) -> None:
    server = own_server()
    chat = Chat(server)
    client = chat.connect()
    assert client.status == 101
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    assert client.hear() == (8, struct.pack("!H", 1001) + b"Going away")
    client.send(struct.pack("!H", 1001), 8)
    client.socket.close()
    assert server.process.wait(60) == 0
    told = "".join(log.read_text() for log in (server.data / "logs").rglob("*") if log.is_file())
    assert "ended with 1001 Going away" in told
