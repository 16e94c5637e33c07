"""What a worker answers to the other processes of its node, on a unix socket that only this user can reach.

The first segment of a path names the application that answers: `/connections/…` is for WebSocket connections
(gateway/websocket/peers.py), `/status` says how this worker is. What is to be asked of every worker gets a name here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gatewright.net.base import App, Request

JSON: Final = b"Content-Type: application/json\r\n"


class Inside:
    """See the module (`net.base.App`). `apps`: by the first segment."""

    def __init__(self, apps: Mapping[bytes, App]) -> None:
        self._apps = apps

    def admit(self, request: Request) -> int:
        app = self._app(request)
        return 0 if app is None else app.admit(request)

    def handle(self, request: Request) -> None:
        app = self._app(request)
        if app is None:
            request.respond(404, JSON, b"{}")
        else:
            app.handle(request)

    def _app(self, request: Request) -> App | None:
        return self._apps.get(request.path[1:].partition(b"/")[0])


class Telling:
    """An application that answers with what a function says, as JSON (`net.base.App`)."""

    def __init__(self, tell: Callable[[], bytes]) -> None:
        self._tell = tell

    def admit(self, request: Request) -> int:
        return 0

    def handle(self, request: Request) -> None:
        request.respond(200, JSON, self._tell())
