"""The ASGI entry behind the server that runs it, on a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.control.asgi import Handles, create_app


class Echo:
    """A service that answers with what it was asked."""

    def handle(self, request: HttpRequest) -> HttpResponse:
        if request.method == "DELETE":
            return HttpResponse(204, [(b"x-kept", b"1")], b"")
        seen = {
            "method": request.method,
            "path": request.path.decode(),
            "query": request.query.decode(),
            "body": len(request.body),
            "custom": [value.decode() for name, value in request.headers if name.lower() == b"x-custom"],
            "thread": threading.current_thread() is not threading.main_thread(),
        }
        return HttpResponse(
            200,
            [(b"Content-Type", b"application/json"), (b"x-many", b"1"), (b"x-many", b"2")],
            json.dumps(seen).encode(),
        )


class Server(uvicorn.Server):
    """Leaves the test process's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(service: Handles, limit: int, portals: Handles | None = None) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(create_app(service, portals, body_limit=limit), lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listener.close()


async def ask(port: int, head: str, body: bytes = b"") -> tuple[int, bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = f"{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(lines.encode() + body)
    answer = await reader.read()
    writer.close()
    block, _, content = answer.partition(b"\r\n\r\n")
    return int(block.split()[1]), block, content


async def test_requests_arrive_raw_and_answers_leave_as_they_are() -> None:
    async with serving(Echo(), 1000) as port:
        target = "/restapis/a%2Fb/%7Bx%7D?embed=a%20b&x"
        status, block, content = await ask(port, f"PATCH {target} HTTP/1.1\r\nX-Custom: 1\r\nX-Custom: 2", b"12345")
    assert status == 200
    assert json.loads(content) == {
        "method": "PATCH",
        "path": "/restapis/a%2Fb/%7Bx%7D",
        "query": "embed=a%20b&x",
        "body": 5,
        "custom": ["1", "2"],
        "thread": True,
    }
    assert block.count(b"x-many") == 2


async def test_no_content_has_no_length() -> None:
    async with serving(Echo(), 1000) as port:
        status, block, content = await ask(port, "DELETE /x HTTP/1.1")
    assert (status, content) == (204, b"")
    assert b"x-kept: 1" in block
    assert b"content-length" not in block.lower()


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with serving(Echo(), 1000) as port:
        status, _, content = await ask(port, "POST /x HTTP/1.1", b"x" * 1001)
        assert (status, content) == (413, b'{"message":"Request body exceeds 1000 bytes"}')
        status, _, content = await ask(port, "POST /x HTTP/1.1", b"x" * 1000)
    assert status == 200
    assert json.loads(content)["body"] == 1000


class Pages:
    """Portals, that answer with what they were asked."""

    def handle(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, [], b"page " + request.path)


async def test_portals_have_paths_of_their_own() -> None:
    async with serving(Echo(), 1000, Pages()) as port:
        for path in ("/_gatewright/portals/a/b%2F", "/_gatewright/portal-hosts/a/"):
            assert (await ask(port, f"GET {path} HTTP/1.1"))[2] == f"page {path}".encode()
        assert (await ask(port, "GET /_gatewright/portals/a HTTP/1.1", b"x"))[0] == 413
        assert json.loads((await ask(port, "GET /v2/portals HTTP/1.1"))[2])["path"] == "/v2/portals"


async def test_that_it_lives_is_told_without_the_service() -> None:
    async with serving(Echo(), 100) as port:
        assert (await ask(port, "GET /_gatewright/health HTTP/1.1"))[::2] == (200, b"{}")
