"""@connections over the wire: boto3's own client, real WebSocket clients, two workers."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.wire.support import Server

ID = "$context.connectionId"

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"


class Chat:
    """A WebSocket API whose clients are told their ids when they say anything."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.clients = ExitStack()
        self.v2 = server.client("apigatewayv2")
        made = self.v2.create_api(
            Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )
        self.id = made["ApiId"]
        self.host = f"{self.id}.execute-api.us-east-1.amazonaws.com"
        integration = self.v2.create_integration(
            ApiId=self.id,
            IntegrationType="MOCK",
            RequestTemplates={"$default": '{"statusCode":200}'},
            TemplateSelectionExpression="\\$default",
        )["IntegrationId"]
        self.v2.create_integration_response(
            ApiId=self.id,
            IntegrationId=integration,
            IntegrationResponseKey="$default",
            ResponseTemplates={"$default": ID},
            TemplateSelectionExpression="\\$default",
        )
        route = self.v2.create_route(
            ApiId=self.id,
            RouteKey="$default",
            Target=f"integrations/{integration}",
            RouteResponseSelectionExpression="$default",
        )["RouteId"]
        self.v2.create_route_response(ApiId=self.id, RouteId=route, RouteResponseKey="$default")

    def deploy(self) -> Chat:
        self.v2.create_stage(ApiId=self.id, StageName="prod", AutoDeploy=True)
        self.v2.create_deployment(ApiId=self.id, StageName="prod")
        return self

    def connect(self, path: str | None = None) -> tuple[ClientConnection, str]:
        """A client and its connection's id."""
        path = path or f"/_aws/execute-api/{self.id}/prod"
        url = f"ws://127.0.0.1:{self.server.port}{path}"
        client = self.clients.enter_context(connect(url, user_agent_header="wire-test", proxy=None))
        client.send("who am I?")
        return client, str(client.recv(timeout=20))

    def management(self, form: str = "/_aws/execute-api/{id}/prod", key: str = "test", secret: str = "test") -> Any:
        return manager(self.server, form.format(id=self.id), key, secret)


def manager(server: Server, path: str, key: str = "test", secret: str = "test") -> Any:
    """A client of @connections."""
    return boto3.client(
        "apigatewaymanagementapi",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        endpoint_url=f"http://127.0.0.1:{server.port}{path}",
        config=Config(retries={"max_attempts": 0}),
    )


@pytest.fixture(scope="module")
def chat(live: Server) -> Iterator[Chat]:
    made = Chat(live).deploy()
    with made.clients:
        yield made
    made.v2.delete_api(ApiId=made.id)


def refused(code: str, status: int, call: Callable[..., Any], **arguments: Any) -> str:
    """Asserts an error of the API; gives its message."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    return str(response["Error"].get("Message", ""))


def spread(chat: Chat) -> dict[int, tuple[ClientConnection, str]]:
    """Clients until every worker has one, by the number that their ids begin with."""
    found: dict[int, tuple[ClientConnection, str]] = {}
    deadline = time.monotonic() + 30
    while len(found) < 2:
        assert time.monotonic() < deadline
        client, name = chat.connect()
        if found.setdefault(urlsafe_b64decode(name)[0], (client, name))[0] is not client:
            client.close()
    return found


def test_every_worker_reaches_the_connections_of_all(chat: Chat) -> None:
    clients = spread(chat)
    for number in range(6):  # each client of boto3's opens a connection of its own, to whichever worker
        api = chat.management()
        for client, name in clients.values():
            before = datetime.now(UTC) - timedelta(minutes=1)
            api.post_to_connection(ConnectionId=name, Data=f"message {number}".encode())
            assert client.recv(timeout=20) == f"message {number}"
            shown = api.get_connection(ConnectionId=name)
            assert shown["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "wire-test"}
            assert before < shown["ConnectedAt"] <= shown["LastActiveAt"]
        api.close()
    for client, name in clients.values():
        chat.management().delete_connection(ConnectionId=name)
        with pytest.raises(ConnectionClosed) as caught:
            client.recv(timeout=20)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1000
        for _ in range(3):
            refused("GoneException", 410, chat.management().post_to_connection, ConnectionId=name, Data=b"late")


@pytest.mark.parametrize("form", ["/_aws/execute-api/{id}/prod", "/restapis/{id}/prod/_user_request_"])
def test_path_forms(chat: Chat, form: str) -> None:
    client, name = chat.connect()
    chat.management(form).post_to_connection(ConnectionId=name, Data="ünï".encode())
    assert client.recv(timeout=20) == "ünï"
    client.close()


@pytest.fixture
def domain(chat: Chat) -> Iterator[str]:
    name = "chat.wire.example.com"
    regional = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}
    chat.v2.create_domain_name(DomainName=name, DomainNameConfigurations=[regional])
    chat.v2.create_api_mapping(DomainName=name, ApiId=chat.id, Stage="prod", ApiMappingKey="talk")
    yield name
    chat.v2.delete_domain_name(DomainName=name)


def test_names_of_the_api(chat: Chat, domain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on AWS: https://{domainName}/{stage}, and https://{custom domain}/{mapping key}. Here they lead elsewhere."""
    names = {chat.host: "prod", domain: "talk"}
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real("127.0.0.1" if host in names else host, *rest, **more),
    )
    client, name = chat.connect()
    for host, path in names.items():
        api = boto3.client(
            "apigatewaymanagementapi",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            endpoint_url=f"http://{host}:{chat.server.port}/{path}",
            config=Config(retries={"max_attempts": 0}),
        )
        api.post_to_connection(ConnectionId=name, Data=host.encode())
        assert client.recv(timeout=20) == host
        assert api.get_connection(ConnectionId=name)["Identity"]["SourceIp"] == "127.0.0.1"
    client.close()


def test_errors(chat: Chat) -> None:
    api = chat.management()
    client, name = chat.connect()
    message = refused("BadRequestException", 400, api.post_to_connection, ConnectionId="nonsense", Data=b"x")
    assert message == "Invalid connectionId: nonsense"
    refused("PayloadTooLargeException", 413, api.post_to_connection, ConnectionId=name, Data=b"x" * 131_073)
    api.post_to_connection(ConnectionId=name, Data=b"x" * 131_072)
    assert len(client.recv(timeout=20)) == 131_072
    strangers = chat.management("/_aws/execute-api/{id}/other")
    refused("ForbiddenException", 403, strangers.post_to_connection, ConnectionId=name, Data=b"x")
    wrong = chat.management(secret="wrong")
    refused("InvalidSignatureException", 403, wrong.post_to_connection, ConnectionId=name, Data=b"x")
    client.close()
    closed_for(api, name)


def closed_for(api: Any, name: str) -> None:
    """Waits until a connection is gone."""
    deadline = time.monotonic() + 20
    while True:
        assert time.monotonic() < deadline
        try:
            api.get_connection(ConnectionId=name)
        except api.exceptions.GoneException:
            return


def test_policies_of_the_caller_decide(chat: Chat) -> None:
    iam = chat.server.client("iam")
    iam.create_user(UserName="poster")
    place = f"arn:aws:execute-api:us-east-1:000000000000:{chat.id}/prod/POST/@connections/*"
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:ManageConnections",
        "Resource": place.replace("000000000000", "*"),
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="poster", PolicyName="post", PolicyDocument=policy)
    keys = iam.create_access_key(UserName="poster")["AccessKey"]
    client, name = chat.connect()
    api = chat.management(key=keys["AccessKeyId"], secret=keys["SecretAccessKey"])
    api.post_to_connection(ConnectionId=name, Data=b"allowed")
    assert client.recv(timeout=20) == "allowed"
    message = refused("AccessDeniedException", 403, api.delete_connection, ConnectionId=name)
    assert message.startswith("User: arn:aws:iam::")
    assert message.endswith(f":{chat.id}/prod/DELETE/@connections/{{connectionId}}")
    assert "is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:" in message
    client.close()


class Told(BaseHTTPRequestHandler):
    """A backend that is told of ends."""

    heard: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        Told.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def backend() -> Iterator[str]:
    Told.heard.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/ended"
        server.shutdown()
        thread.join()


def add_disconnect(chat: Chat, backend: str) -> None:
    """Who has left is told to a backend."""
    ended = '{"id":"$context.connectionId","type":"$context.eventType","ip":"$context.identity.sourceIp"}'
    integration = chat.v2.create_integration(
        ApiId=chat.id,
        IntegrationType="HTTP",
        IntegrationMethod="POST",
        IntegrationUri=backend,
        RequestTemplates={"$default": ended},
    )["IntegrationId"]
    chat.v2.create_route(ApiId=chat.id, RouteKey="$disconnect", Target=f"integrations/{integration}")


def pid_of(server: Server, worker: int) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"http://localhost:{server.port}/_gatewright/health", timeout=5) as answer:
            told = json.load(answer)
        if told["worker"] == worker:
            return int(told["pid"])
    raise AssertionError("the worker does not answer")


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Talking:
    """Somebody who says something again and again, and hears it answered, while others are cut."""

    def __init__(self, client: ClientConnection, name: str) -> None:
        self.rounds = 0
        self.failure: Exception | None = None
        self._client = client
        self._name = name
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()

    def _talk(self) -> None:
        try:
            while not self._done.is_set():
                for _ in range(8):  # several are under way at any time
                    self._client.send("who am I?")
                assert [self._client.recv(timeout=20) for _ in range(8)] == [self._name] * 8
                self.rounds += 1
        except Exception as error:  # noqa: BLE001 - for the test to show
            self.failure = error

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def test_a_worker_that_is_killed(own_server: Callable[..., Server], backend: str) -> None:
    """Its clients see the close, $disconnect runs for them, others are untouched, @connections to them are gone."""
    chat = Chat(own_server("--workers", "2"))
    add_disconnect(chat, backend)
    chat.deploy()
    with chat.clients:
        of: dict[int, list[tuple[ClientConnection, str]]] = {0: [], 1: []}
        while min(map(len, of.values())) < 5:
            client, name = chat.connect()
            of[urlsafe_b64decode(name)[0]].append((client, name))
        kept, lost = of[0], of[1]
        talking = [Talking(*each) for each in kept]
        wait_until(lambda: all(each.rounds > 2 for each in talking))
        os.kill(pid_of(chat.server, 1), signal.SIGKILL)
        for client, _ in lost:
            with pytest.raises(ConnectionClosed):
                client.recv(timeout=20)
        for _, name in lost:
            api = chat.management()
            refused("GoneException", 410, api.post_to_connection, ConnectionId=name, Data=b"late")
            refused("GoneException", 410, api.get_connection, ConnectionId=name)
            refused("GoneException", 410, api.delete_connection, ConnectionId=name)
        wait_until(lambda: len(Told.heard) >= len(lost))
        before = [each.rounds for each in talking]
        wait_until(lambda: all(each.rounds > rounds + 2 for each, rounds in zip(talking, before, strict=True)))
        for each in talking:
            each.stop()
        assert [each.failure for each in talking] == [None] * len(kept)
        for client, name in kept:
            chat.management().post_to_connection(ConnectionId=name, Data=b"still here")
            assert client.recv(timeout=20) == "still here"
        assert sorted(each["id"] for each in Told.heard) == sorted(name for _, name in lost)
        assert {(each["type"], each["ip"]) for each in Told.heard} == {("DISCONNECT", "127.0.0.1")}
        assert set(spread(chat)) == {0, 1}


def test_one_call_sends_to_many(chat: Chat) -> None:
    clients = spread(chat)
    closed, gone = chat.connect()
    closed.close()
    closed_for(chat.management(), gone)
    names = [name for _, name in clients.values()]
    url = f"{chat.server.url}/_aws/execute-api/{chat.id}/prod/@connections"
    body = json.dumps({"connectionIds": [*names, gone], "data": "to all"})
    for _ in range(3):
        request = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
        sent = urllib.request.Request(url, body.encode(), dict(request.headers.items()))
        with urllib.request.urlopen(sent, timeout=20) as answer:
            assert json.load(answer) == {"sent": 2, "gone": [gone], "unreachable": []}
        assert [client.recv(timeout=20) for client, _ in clients.values()] == ["to all", "to all"]
