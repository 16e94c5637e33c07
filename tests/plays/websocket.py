"""A WebSocket API as a conversation, without sockets.

play = SocketPlay(route("talk", mock(200, response(template="hello")), two_way=True))
client = play.connect().opened()
client.says('{"action": "talk"}')
assert client.heard == ["hello"]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatewright.clock import FakeClock
from gatewright.deploy.websocket import compile_websocket
from gatewright.edge.target import Target
from gatewright.gateway.base import Identities, KeySource, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoint, Endpoints, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.net.base import Session
from gatewright.net.websocket.connection import WebSocketLimits
from gatewright.telemetry.counters import Counters
from tests.plays.stage import API, FUNCTION_HOST, Body, Conversation, FakeRequest, FakeUpstream, Nobody, Sent
from tests.plays.websocket_documents import socket_document

DOMAIN = f"{API}.execute-api.us-east-1.amazonaws.com"
HANDSHAKE = (
    ("Host", DOMAIN),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
)


class FakeChannel:
    """`net.base.Channel`: what the client was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, bool]] = []
        self.ended: tuple[int, str] | None = None
        self.full = False  # the client does not read
        self.paused = False

    def send(self, data: bytes, *, binary: bool = False) -> bool:
        if self.full:
            return False
        if self.ended is None:
            self.sent.append((data, binary))
        return True

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.ended = self.ended or (code, reason)

    def abort(self) -> None:
        self.ended = (1006, "")


class SocketRequest(FakeRequest):
    """A handshake."""

    def __init__(self, verb: str, target: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> None:
        super().__init__(verb, target, headers, body)
        self.gone = False
        self.is_old = False
        self.head = b""
        self.session: Session | None = None
        self.channel = FakeChannel()

    def upgrade(self, head: bytes, session: Session, limits: WebSocketLimits) -> FakeChannel | None:
        assert self.answer is None, "answered twice"
        if self.gone:
            return None
        self.head, self.session = head, session
        return self.channel


class SocketClient(Conversation):
    """One client: its handshake, and what comes after it."""

    def __init__(self, play: SocketPlay, request: SocketRequest) -> None:
        super().__init__(request, play.upstream, play.clock)
        self._play = play
        self.handshake = request

    def opened(self) -> SocketClient:
        assert self.handshake.session is not None, f"not open; the client got {self.request.answer}"
        return self

    def refused(self, status: int, message: str) -> Mapping[str, str]:
        """Asserts an answer of the gateway's own; gives the headers."""
        assert self.handshake.session is None
        assert self.request.answer is not None
        body = json.loads(self.body)
        assert (self.status, body["message"]) == (status, message), self.answer
        assert len(body["connectionId"]) == 16
        assert body["requestId"] == self.headers["x-amzn-RequestId"]
        return self.headers

    @property
    def id(self) -> str:
        (found,) = [each for each in self._play.open if each not in self._play.before]
        return found

    def says(self, message: str | bytes) -> Sent | None:
        """Sends a message; the call of a backend that it leads to."""
        assert self.handshake.session is not None
        self._play.upstream.sent.clear()
        binary = isinstance(message, bytes)
        self.handshake.session.message(message.encode() if isinstance(message, str) else message, binary)
        self.sent = self._play.upstream.sent[-1] if self._play.upstream.sent else None
        return self.sent

    def leaves(self, code: int = 1000, reason: str = "") -> Sent | None:
        """Its connection ends; the call of a backend that it leads to."""
        assert self.handshake.session is not None
        self._play.upstream.sent.clear()
        self.handshake.session.closed(code, reason)
        self.sent = self._play.upstream.sent[-1] if self._play.upstream.sent else None
        return self.sent

    @property
    def heard(self) -> list[str]:
        """The texts that the client was sent."""
        return [data.decode() for data, binary in self.handshake.channel.sent if not binary]

    @property
    def error(self) -> Any:
        """The one frame that it was sent."""
        (text,) = self.heard
        return json.loads(text)


class SocketPlay:
    """One WebSocket API with one stage "v1", and everybody who speaks with it."""

    def __init__(
        self,
        *routes: tuple[Body, Any],
        api: Body | None = None,
        variables: Mapping[str, str] | None = None,
        endpoints: Endpoints | None = None,
        keys: KeySource | None = None,
        traffic: Callable[[FakeClock], Traffic] | None = None,
        limits: WebSocketLimits | None = None,
        telemetry: Telemetry | None = None,
        **members: Any,
    ) -> None:
        self.upstream = FakeUpstream()
        self.clock = FakeClock()
        self.counters = Counters()
        self.connections = LocalConnections()
        self.before: set[str] = set()
        self.gateway = Gateway(
            self.upstream,
            endpoints or OneEndpoint(Endpoint(FUNCTION_HOST)),
            self.counters,
            self.clock,
            identities=Identities(self.clock, keys or Nobody()),
            traffic=None if traffic is None else traffic(self.clock),
            connections=self.connections,
            websocket_limits=limits,
            telemetry=telemetry,
        )
        self.install(socket_document(*routes, api=api, variables=variables, **members))

    def install(self, document: Body) -> None:
        program = compile_websocket(document)
        self.gateway.install(program.name, program)

    @property
    def open(self) -> set[str]:
        return {member.id for member in self.connections.of(API, "v1")}

    def connect(
        self,
        url: str = "/v1",
        headers: Sequence[tuple[str, str]] = (),
        *,
        handshake: Sequence[tuple[str, str]] = HANDSHAKE,
        verb: str = "GET",
        gone: bool = False,
        **target: Any,
    ) -> SocketClient:
        """Sends a handshake to the API's own host, or to what `target` says."""
        request = SocketRequest(verb, url, [*handshake, *headers])
        request.gone = gone
        self.upstream.sent.clear()
        self.before = self.open
        request.received = self.clock.monotonic()
        path = target.pop("whole", b"")
        self.gateway.handle(request, Target(target.pop("api_id", API), path, **({"domain": DOMAIN} | target)))
        return SocketClient(self, request)
