"""REST APIs under construction, and a backend whose every byte a test decides, for tests over real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

from tests.wire.support import Server

Serve = Callable[[socket.socket, bytes], None]  # the connection and the request's head


class Api:
    """A REST API and what a test does with it; the stage is "v1"."""

    def __init__(self, server: Server, client: Any = None, **members: Any) -> None:
        self.server = server
        self.client = client or server.client("apigateway")
        created = self.client.create_rest_api(name="wire", **members)
        self.id: str = created["id"]
        self._resources: dict[str, str] = {"/": created["rootResourceId"]}

    def method(
        self, path: str, verb: str, integration: Mapping[str, Any], declared: Mapping[str, bool] | None = None
    ) -> Api:
        """A method without authorization; its path parameters are declared, and what else is named."""
        place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        names = [part.strip("{}+") for part in path.split("/") if part.startswith("{")]
        parameters = {f"method.request.path.{name}": True for name in names} | dict(declared or {})
        self.client.put_method(**place, authorizationType="NONE", requestParameters=parameters)
        self.client.put_integration(**place, **integration)
        return self

    def deploy(self) -> Api:
        self.client.create_deployment(restApiId=self.id, stageName="v1")
        return self

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.us-east-1.amazonaws.com"

    @property
    def base_url(self) -> str:
        """The stage's URL, for clients that cannot choose their Host."""
        return f"http://{self.id}.execute-api.localhost:{self.server.port}/v1"

    def resource(self, path: str) -> str:
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            made = self.client.create_resource(restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part)
            self._resources[path] = made["id"]
        return self._resources[path]


class Wire:
    """A raw connection to the server: sees each byte when it comes."""

    def __init__(self, server: Server, timeout: float = 20.0) -> None:
        self.sock = socket.create_connection(("127.0.0.1", server.port), timeout=timeout)
        self.seen = b""

    def send(self, data: bytes) -> Wire:
        self.sock.sendall(data)
        return self

    def get(self, host: str, target: str, *lines: str, version: str = "1.1", verb: str = "GET") -> Wire:
        return self.send("\r\n".join([f"{verb} {target} HTTP/{version}", f"Host: {host}", *lines, "", ""]).encode())

    def until(self, mark: bytes) -> bytes:
        """Everything up to and with the mark. Raises AssertionError when the connection ends before."""
        while mark not in self.seen:
            data = self.sock.recv(65536)
            assert data, f"the connection ended: {self.seen!r}"
            self.seen += data
        taken, found, self.seen = self.seen.partition(mark)
        return taken + found

    def rest(self) -> bytes:
        """Everything up to the end of the connection. Raises ConnectionResetError when it is reset."""
        while data := self.sock.recv(65536):
            self.seen += data
        return self.seen

    def close(self) -> None:
        self.sock.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Backend:
    """Serves every connection with `serve(connection, head)` in a thread of its own, then closes it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(30)
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return
                head += data
            self._serve(connection, head)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
