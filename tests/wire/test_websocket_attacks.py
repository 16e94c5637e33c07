"""What clients of WebSocket APIs may try, byte by byte: it is refused, or hurts nobody but them."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server
from tests.wire.test_websocket import Chat
from tests.wire.test_websocket_connections import manager, wait_until

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@pytest.fixture(scope="module")
def chat(live: Server) -> Iterator[Chat]:
    made = Chat(live)
    yield made
    made.v2.delete_api(ApiId=made.id)
    for client in made.clients:
        client.socket.close()


def spoken(chat: Chat, data: bytes, *, until: bytes | None = None) -> bytes:
    """What the server says to these bytes until it ends the connection, or has said what is waited for."""
    with socket.create_connection(("127.0.0.1", chat.server.port), timeout=20) as client:
        client.sendall(data)
        heard = b""
        while until is None or until not in heard:
            piece = client.recv(65536)
            if not piece:
                break
            heard += piece
        return heard


def handshake(chat: Chat, *more: str, version: str = "HTTP/1.1", verb: str = "GET", **changes: str) -> bytes:
    headers = {
        "Host": chat.host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"{verb} /v1 {version}", *(f"{name}: {value}" for name, value in headers.items() if value), *more]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("changes", "body", "status"),
    [
        ({"version": "HTTP/1.0"}, b"", 426),  # RFC 9110, section 7.8
        ({"verb": "POST", "Content_Length": "0"}, b"", 403),
        ({"Content_Length": "3"}, b"abc", 400),
        ({"Transfer_Encoding": "chunked"}, b"3\r\nabc\r\n0\r\n\r\n", 400),
        ({"Sec_WebSocket_Version": "8"}, b"", 400),
        ({"Connection": "keep-alive"}, b"", 400),
        ({"Upgrade": "h2c"}, b"", 400),
        ({"Sec_WebSocket_Key": KEY + "="}, b"", 400),
    ],
)
def test_what_is_no_handshake_stays_http(chat: Chat, changes: dict[str, str], body: bytes, status: int) -> None:
    """What comes behind it is a request, and answered as one: nothing is smuggled to a connection that is not there."""
    behind = b"GET /nowhere HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % chat.host.encode()
    heard = spoken(chat, handshake(chat, **changes) + body + behind)
    assert heard.startswith(b"HTTP/1.1 %d " % status), heard
    assert b" 101 " not in heard
    if changes.get("version") is None:
        assert heard.count(b"HTTP/1.1 ") == 2


def test_what_follows_a_handshake_is_no_http(chat: Chat) -> None:
    behind = b"GET /_gatewright/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    heard = spoken(chat, handshake(chat) + behind)
    assert heard.startswith(b"HTTP/1.1 101 ")
    assert heard.count(b"HTTP/1.1") == 1
    assert heard.partition(b"\r\n\r\n")[2][:4] == b"\x88\x17\x03\xea"  # 1002


@pytest.mark.parametrize(
    "offer", ["other", 'cha"t', "chat;x=<1>", "\x80\xff", "chatX-Evil: 1", ", ,", "chat" * 500], ids=ascii
)
def test_only_sub_protocols_that_were_offered_are_agreed(chat: Chat, offer: str) -> None:
    """The function says "chat" to whoever offers anything."""
    heard = spoken(chat, handshake(chat, Sec_WebSocket_Protocol=offer), until=b"\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 101 ")
    assert b"sec-websocket-protocol" not in heard.lower()


@pytest.mark.parametrize("evil", ["a\rX-Evil: 1", "a\nX-Evil: 1", "a\0b"], ids=ascii)
def test_headers_of_a_handshake_are_whole_lines(chat: Chat, evil: str) -> None:
    heard = spoken(chat, handshake(chat, Sec_WebSocket_Protocol=evil))
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert b"X-Evil" not in heard


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x81\x01a", 1002),  # without a mask
        (b"\x09\x80\0\0\0\0", 1002),  # half a ping
        (b"\x89\xfe\x00\x7e" + b"\0" * 130, 1002),  # a ping that is too long
        (b"\x80\x80\0\0\0\0", 1002),  # nothing to continue
        (b"\xc1\x80\0\0\0\0", 1002),  # compressed, which was not agreed
        (b"\x83\x80\0\0\0\0", 1002),
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 1002),
        (b"\x81\xff\x00\x00\x00\x7f\xff\xff\xff\xff\0\0\0\0", 1009),  # 545 GB are announced
        (b"\x82\x80\0\0\0\0", 1003),
    ],
)
def test_frames_that_end_a_connection(chat: Chat, frame: bytes, code: int) -> None:
    client = chat.connect()
    client.socket.sendall(frame)
    opcode, payload = client.hear()
    assert (opcode, struct.unpack("!H", payload[:2])[0]) == (8, code)


_DEEP = 1000


@pytest.mark.parametrize(
    "value",
    [
        "[" * _DEEP + "]" * _DEEP,
        "[" * 15_000 + "]" * 15_000,
        '{"a":' * _DEEP + "1" + "}" * _DEEP,
        "1e999",
        "9" * 30_000,
        '"\\ud800"',
        '"\\u0000"',
        '"$connect"',
        '"$disconnect"',
        '"__class__"',
        "[" + ",".join("1" * 15_000) + "]",
    ],
    ids=lambda value: value[:12],
)
def test_messages_that_select_nothing(chat: Chat, value: str) -> None:
    client = chat.connect()
    text = f'{{"action":{value}}}'
    began = time.monotonic()
    event = json.loads(client.ask(text))
    assert event["requestContext"]["routeKey"] == "$default"
    assert event["body"] == text
    assert time.monotonic() - began < 5
    client.close()


@pytest.fixture
def lone(own_server: Callable[..., Server]) -> Iterator[Chat]:
    """An API on one worker, which is not shared with other tests."""
    made = Chat(own_server("--workers", "1"))
    yield made
    for client in made.clients:
        client.socket.close()


def memory(server: Server) -> int:
    """Bytes of all workers."""
    assert server.process is not None
    family = psutil.Process(server.process.pid).children(recursive=True)
    return sum(each.memory_info().rss for each in family if "worker" in " ".join([*each.cmdline(), each.name()]))


def test_who_does_not_read_is_not_written_to_for_ever(lone: Chat) -> None:
    """Messages of backends are refused (429); others are not kept waiting."""
    chat, server = lone, lone.server
    deaf, other = chat.connect(), chat.connect()
    name = json.loads(deaf.ask("who am I?"))["requestContext"]["connectionId"]
    api = manager(server, f"/_aws/execute-api/{chat.id}/v1")
    before = memory(server)
    status, taken = 200, -1
    while status == 200:
        taken += 1
        assert taken < 400, "everything was taken"
        status = posted(api, name, b"x" * 131_072)
    assert status == 429
    assert [posted(api, name, b"x") for _ in range(20)] == [429] * 20
    assert memory(server) - before < 32 << 20
    assert other.ask('{"action": "echo"}') == '{"action": "echo"}'
    for _ in range(taken * 4):  # all that was taken is there
        assert len(deaf.hear()[1]) == 32_768
    wait_until(lambda: posted(api, name, b"again") == 200)
    assert deaf.hear()[1] == b"again"


def test_who_asks_and_does_not_read_is_cut(lone: Chat) -> None:
    """The function's answers come long after the requests were read."""
    deaf, other = lone.connect(), lone.connect()
    before = memory(lone.server)
    message = b"\x81\xfe\x75\x30\0\0\0\0" + b"x" * 30_000
    with contextlib.suppress(OSError):
        for _ in range(20_000):
            deaf.socket.sendall(message)
        pytest.fail("everything was taken")
    assert memory(lone.server) - before < 64 << 20
    assert other.ask('{"action": "echo"}') == '{"action": "echo"}'


@pytest.mark.parametrize("opcode", [9, 1], ids=["pings", "messages"])
def test_a_flood_of_one_client_does_not_drown_others(lone: Chat, opcode: int) -> None:
    one, other = lone.connect(), lone.connect()
    before = memory(lone.server)
    payload = b'{"action": "echo"}' if opcode == 1 else b""
    flood = (bytes([0x80 | opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload) * 10_000
    done = threading.Event()

    def pour() -> None:
        one.socket.settimeout(1)
        while not done.is_set():
            with contextlib.suppress(TimeoutError):
                one.socket.sendall(flood)

    def drink() -> None:
        with contextlib.suppress(OSError):
            while one.socket.recv(1 << 20):
                pass

    threads = [threading.Thread(target=each) for each in (pour, drink)]
    for each in threads:
        each.start()
    slowest = 0.0
    for _ in range(50):
        began = time.monotonic()
        assert other.ask('{"action": "echo"}') == '{"action": "echo"}'
        slowest = max(slowest, time.monotonic() - began)
    done.set()
    threads[0].join()
    one.socket.shutdown(socket.SHUT_RDWR)
    threads[1].join()
    assert slowest < 2
    assert memory(lone.server) - before < 64 << 20


def posted(api: Any, name: str, data: bytes) -> int:
    try:
        api.post_to_connection(ConnectionId=name, Data=data)
    except ClientError as error:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return 200


def test_half_open_handshakes_are_closed_and_hold_nobody_up(own_server: Callable[..., Server]) -> None:
    """Those whose heads never end, and those whose $connect never answers."""
    chat = Chat(own_server("--workers", "1", "--header-timeout", "1"))
    with socket.create_server(("127.0.0.1", 0), backlog=200) as hanging, contextlib.ExitStack() as stack:
        uri = f"http://127.0.0.1:{hanging.getsockname()[1]}/"
        slow = chat.v2.create_api(
            Name="slow", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )["ApiId"]
        integration = chat.v2.create_integration(
            ApiId=slow, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri=uri, TimeoutInMillis=2000
        )["IntegrationId"]
        chat.v2.create_route(ApiId=slow, RouteKey="$connect", Target=f"integrations/{integration}")
        deployment = chat.v2.create_deployment(ApiId=slow)["DeploymentId"]
        chat.v2.create_stage(ApiId=slow, StageName="v1", DeploymentId=deployment)

        def opened(head: bytes) -> socket.socket:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", chat.server.port), timeout=20))
            client.sendall(head)
            return client

        whole = handshake(chat)
        endless = [opened(whole[:-2]) for _ in range(150)]
        waiting = [opened(whole.replace(chat.id.encode(), slow.encode())) for _ in range(150)]
        client = chat.connect()
        began = time.monotonic()
        assert client.ask('{"action": "echo"}') == '{"action": "echo"}'
        assert time.monotonic() - began < 2
        client.close()
        for each in endless:
            assert each.recv(1000)[:12] in (b"HTTP/1.1 408", b"")
        for each in waiting:
            assert each.recv(1000)[:12] == b"HTTP/1.1 504"
