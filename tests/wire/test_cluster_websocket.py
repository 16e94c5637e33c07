"""Two nodes with two workers each, on one PostgreSQL and one Redis: each reaches the connections of the other."""

from __future__ import annotations

import copy
import json
import os
import signal
import time
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.servers import Redis, postgres, redis
from tests.wire.support import Server, serving
from tests.wire.test_websocket_connections import Chat, Told, add_disconnect, backend, pid_of, refused, spread

__all__ = ["backend"]  # a fixture
LEASE = 8.0  # seconds after which a node that was killed is known to be dead
SOON = 5.0  # seconds
_NUMBERS = count()


class House:
    """Both nodes, a store that can be taken away, and a WebSocket API as each of them has it."""

    def __init__(self, a: Server, b: Server, store: Redis, backend: str) -> None:
        self.store = store
        self.a = Chat(a)
        add_disconnect(self.a, backend)
        self.a.deploy()
        self.b = copy.copy(self.a)
        self.b.server = b

    def clients(self, chat: Chat) -> list[tuple[ClientConnection, str]]:
        """A client of each worker of a node."""
        deadline = time.monotonic() + SOON
        while True:
            try:
                return list(spread(chat).values())
            except InvalidStatus:  # the node has not heard of the API yet
                assert time.monotonic() < deadline
                time.sleep(0.05)


@pytest.fixture
def house(tmp_path: Path, backend: str) -> Iterator[House]:
    with postgres() as database, redis() as store:
        env = {"GATEWRIGHT_DATABASE_URL": database.create("sockets"), "GATEWRIGHT_STATE": store.url}
        with (
            serving(tmp_path / "a", "--workers", "2", env=env) as a,
            serving(tmp_path / "b", "--workers", "2", env=env) as b,
        ):
            made = House(a, b, store, backend)
            with made.a.clients:
                yield made


def says(chat: Chat, client: ClientConnection, name: str) -> None:
    """A message goes from this node to that client."""
    text = f"message {next(_NUMBERS)}"
    chat.management().post_to_connection(ConnectionId=name, Data=text.encode())
    assert client.recv(timeout=20) == text


def to_all(chat: Chat, names: list[str], data: str) -> Any:
    body = json.dumps({"connectionIds": names, "data": data})
    url = f"{chat.server.url}/_aws/execute-api/{chat.id}/prod/@connections"
    request = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
    sent = urllib.request.Request(url, body.encode(), dict(request.headers.items()))
    with urllib.request.urlopen(sent, timeout=30) as answer:
        return json.load(answer)


def gone(chat: Chat, name: str, *, within: float) -> float:
    """How long it takes until a connection is known to be gone; 503 until then, if anything."""
    began = time.monotonic()
    while True:
        try:
            chat.management().post_to_connection(ConnectionId=name, Data=b"late")
            raise AssertionError("it was sent")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        took = time.monotonic() - began
        if status == 410:
            return took
        assert status == 503
        assert took < within


def cut_off(node: Server) -> None:
    """The whole machine is gone in one moment."""
    assert node.process is not None
    family = psutil.Process(node.process.pid).children(recursive=True)
    node.process.send_signal(signal.SIGSTOP)
    for each in family:
        each.kill()
    node.process.kill()
    node.process.wait()
    psutil.wait_procs(family, timeout=20)


def test_each_node_reaches_the_connections_of_both(house: House) -> None:
    everybody = house.clients(house.a) + house.clients(house.b)
    assert len({name for _, name in everybody}) == 4
    for _ in range(3):  # whichever worker is asked
        for chat in (house.a, house.b):
            for client, name in everybody:
                says(chat, client, name)
                shown = chat.management().get_connection(ConnectionId=name)
                assert shown["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "wire-test"}
    names = [name for _, name in everybody]
    for chat in (house.a, house.b):
        large = "x" * 131_072
        assert to_all(chat, names, large) == {"sent": 4, "gone": [], "unreachable": []}
        assert [client.recv(timeout=20) for client, _ in everybody] == [large] * 4
    client, name = house.clients(house.b)[0]
    house.a.management().delete_connection(ConnectionId=name)
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(timeout=20)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1000
    for chat in (house.a, house.b):
        refused("GoneException", 410, chat.management().get_connection, ConnectionId=name)
    strangers = house.a.management("/_aws/execute-api/{id}/other")
    refused("ForbiddenException", 403, strangers.post_to_connection, ConnectionId=names[-1], Data=b"x")

    # A worker of the other node is killed: its connections are gone, its successor says so, those of the others stay.
    os.kill(pid_of(house.b.server, 0), signal.SIGKILL)
    lost, kept = sorted(everybody[2:], key=lambda each: urlsafe_b64decode(each[1])[0])
    assert gone(house.a, lost[1], within=20) < LEASE
    says(house.a, *kept)


@pytest.mark.slow
def test_the_store_is_away_and_comes_back(house: House) -> None:
    ours, theirs = house.clients(house.a), house.clients(house.b)
    for client, name in ours + theirs:
        says(house.a, client, name)
    house.store.stop()
    try:
        for _ in range(3):
            for client, name in ours:
                says(house.a, client, name)
            for client, name in theirs:
                says(house.b, client, name)
                began = time.monotonic()
                refused(
                    "ServiceUnavailableException",
                    503,
                    house.a.management().post_to_connection,
                    ConnectionId=name,
                    Data=b"x",
                )
                assert time.monotonic() - began < SOON
        names = [name for _, name in ours + theirs]
        told = to_all(house.a, names, "x")
        assert (told["sent"], sorted(told["unreachable"])) == (2, sorted(name for _, name in theirs))
        assert [client.recv(timeout=20) for client, _ in ours] == ["x", "x"]
    finally:
        house.store.start()
    for client, name in theirs:
        deadline = time.monotonic() + 20
        while True:
            try:
                house.a.management().post_to_connection(ConnectionId=name, Data=b"back")
                break
            except ClientError as error:  # never 410: who was away with the store is not dead
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            assert status == 503
            assert time.monotonic() < deadline
        assert client.recv(timeout=20) == "back"


@pytest.mark.slow
@pytest.mark.parametrize("end", [cut_off, Server.kill])
def test_a_node_is_killed_and_comes_back(house: House, end: Callable[[Server], None]) -> None:
    ours, theirs = house.clients(house.a), house.clients(house.b)
    for client, name in ours + theirs:
        says(house.a, client, name)
    end(house.b.server)
    for client, name in theirs:  # workers whose supervisor was killed serve until they have noticed
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=20)
        assert gone(house.a, name, within=LEASE + 10) < LEASE + 3
    for client, name in ours:
        says(house.a, client, name)
    house.b.server.start()
    deadline = time.monotonic() + 20
    while {each["id"] for each in Told.heard} < {name for _, name in theirs}:
        assert time.monotonic() < deadline, "nobody was told of the ends"
        time.sleep(0.05)
    assert {each["type"] for each in Told.heard} == {"DISCONNECT"}
    for client, name in house.clients(house.b):
        says(house.a, client, name)
    for client, name in ours:
        says(house.b, client, name)
