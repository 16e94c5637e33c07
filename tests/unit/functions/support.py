"""A running function host, and what a test does with it."""

from __future__ import annotations

import asyncio
import http.client
import inspect
import io
import socket
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import orjson
import psutil
from botocore.config import Config

from gatewright.aws.base import Caller, HttpRequest
from gatewright.clock import SystemClock
from gatewright.functions.serving import FunctionServer
from gatewright.settings import Settings
from gatewright.store.sqlite import SqliteStore

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
SUFFIX = {"python3.11": "py", "nodejs20.x": "js"}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A deployment package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def authenticate(request: HttpRequest, service: str) -> Caller:
    """Everybody is the default account, except who says otherwise in a header."""
    headers = {name.lower(): value for name, value in request.headers}
    account = headers.get(b"x-test-account", ACCOUNT.encode()).decode()
    return Caller(account, "us-east-1", None, f"arn:aws:iam::{account}:root")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def error(self) -> str | None:
        return self.headers.get("x-amz-function-error")


@dataclass
class Host:
    """A running function host and what a test does with it."""

    data: Path
    settings: Settings
    server: FunctionServer
    public: int  # ports
    internal: int
    store: SqliteStore
    _clients: list[Any] = field(default_factory=list)

    def client(self) -> Any:
        client = boto3.client(
            "lambda",
            endpoint_url=f"http://127.0.0.1:{self.public}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
        self._clients.append(client)
        return client

    async def aws(self, operation: str, **params: Any) -> Any:
        """Call an operation with boto3."""
        return await asyncio.to_thread(getattr(self.client(), operation), **params)

    async def create(
        self, name: str, code: str | Mapping[str, str | bytes], runtime: str = "python3.11", **params: Any
    ) -> Any:
        """Create a function whose handler is `app.handler`."""
        files = {f"app.{SUFFIX[runtime]}": code} if isinstance(code, str) else code
        params.setdefault("Handler", "app.handler")
        params.setdefault("Role", ROLE)
        return await self.aws(
            "create_function", FunctionName=name, Runtime=runtime, Code={"ZipFile": zipped(files)}, **params
        )

    async def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        internal: bool = False,
    ) -> Answer:
        return await asyncio.to_thread(self._request, method, path, body, dict(headers or {}), internal)

    def _request(self, method: str, path: str, body: bytes, headers: dict[str, str], internal: bool) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.internal if internal else self.public, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    async def invoke(
        self, name: str, event: Any = None, *, internal: bool = False, query: str = "", **headers: str
    ) -> Answer:
        """Call a function; header names with _ for -."""
        given = {k.replace("_", "-"): v for k, v in headers.items()}
        path = f"/2015-03-31/functions/{name}/invocations{query}"
        return await self.request("POST", path, orjson.dumps(event), given, internal=internal)


def _listening() -> tuple[socket.socket, int]:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock, sock.getsockname()[1]


async def start(data: Path, **settings: Any) -> Host:
    """A host on this data, on ports of its own."""
    chosen = Settings(data_dir=str(data), **settings)
    store = SqliteStore(data / "gatewright.db")
    (functions, public), (invoke, internal) = _listening(), _listening()
    server = FunctionServer(chosen, store, data, SystemClock(), authenticate, f"http://127.0.0.1:{public}")
    await server.start(functions, invoke)
    return Host(data, chosen, server, public, internal, store)


async def stop(host: Host, *, drained: bool = False) -> None:
    """Drain a host, once, and close what belongs to it."""
    if host.public:
        host.public = 0
        for client in host._clients:
            client.close()
        if not drained:
            await host.server.drain(0)
        host.store.close()


async def eventually(holds: Callable[[], Any]) -> None:
    """Wait until it holds; a test that waits in vain fails after half a minute."""
    deadline = time.monotonic() + 30
    while True:
        result = holds()
        if await result if inspect.isawaitable(result) else result:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs (one that only waits to be reaped does not)."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
