"""What is kept of requests that have ended, so that somebody can ask later what happened (`gatewright explain`).

A ring of records in each worker, bounded in number and in bytes. A record costs its request next to nothing: it holds
references to what exists anyway (the method's program, the head, the API key), and neither body nor connection. Words
are found when somebody asks (explain/). Only what could not be found out later is looked at here: why a policy did not
let a request through, and what a refused token says of itself. An error is kept as its members: the exception would
keep its traceback alive, and with it the connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gatewright.edge.target import Target
from gatewright.gateway.base import Kept, Telemetry
from gatewright.gateway.errors import GatewayError, ResponseType
from gatewright.gateway.evidence import evidence
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.gateway.grants import Grant
from gatewright.net.base import Header, Request
from gatewright.program.http_api import HttpApiProgram, RouteProgram
from gatewright.program.records import MethodProgram, StageProgram
from gatewright.program.usage import ApiKey
from gatewright.program.websocket import SocketRoute, WebSocketProgram

HEAVIEST: Final = 16 * 1024 * 1024  # bytes of heads and evidence that one ring holds
HINT: Final = b"x-gatewright-explain: gatewright explain "
_RECORD: Final = 600  # bytes of a record beside its head, about
_FIELD: Final = 200  # bytes of a header, or of a member of what an authorizer has said, beside its text

Part = MethodProgram | RouteProgram | SocketRoute


class Scene:
    """What of a program records need. The program itself is not kept: a deployment must not stay for its records."""

    __slots__ = (
        "account",
        "api_id",
        "api_name",
        "arn",
        "canary",
        "cors",
        "deployment",
        "keys_from_authorizer",
        "policy",
        "product",
        "region",
        "stage",
    )

    def __init__(self, program: StageProgram | HttpApiProgram | WebSocketProgram) -> None:
        self.account = program.account
        self.region = program.region
        self.api_id = program.api_id
        self.api_name = program.telemetry.api_name
        self.stage = program.stage
        self.deployment = program.deployment
        self.arn = program.arn
        self.product = "WEBSOCKET"
        self.canary = False
        self.cors = False
        self.policy = False
        self.keys_from_authorizer = False
        if isinstance(program, StageProgram):
            self.product = "REST"
            self.canary = bool(program.is_canary)
            self.policy = program.policy is not None
            self.keys_from_authorizer = program.keys_from_authorizer
        elif isinstance(program, HttpApiProgram):
            self.product = "HTTP"
            self.cors = program.cors is not None
        else:
            self.keys_from_authorizer = program.key_from_authorizer


class Failed:
    """An error, without its traceback. `evidence`: what could be found out only while the request was there."""

    __slots__ = (
        "detail",
        "error_type",
        "evidence",
        "fault",
        "kind",
        "log",
        "message",
        "status",
        "validation",
        "why",
    )

    def __init__(self, error: GatewayError, evidence: Mapping[str, Any]) -> None:
        self.kind: ResponseType = error.kind
        self.message: str | None = error.message
        self.status: int = error.status
        self.error_type: str = error.error_type
        self.log: str | None = error.log
        self.detail: str | None = error.detail
        self.validation: str | None = error.validation
        self.why: Mapping[str, Any] = error.why or {}
        self.evidence = evidence


class Seen:
    """One request, message or end of a connection."""

    __slots__ = (
        "api_id",
        "api_key",
        "at",
        "authorizer_latency",
        "body_size",
        "claims",
        "client",
        "connection_id",
        "ended",
        "event",
        "extended_id",
        "failed",
        "headers",
        "host",
        "integration_latency",
        "integration_status",
        "latency",
        "part",
        "path",
        "preflight",
        "principal",
        "region",
        "request_id",
        "scene",
        "sent",
        "status",
        "target",
        "verb",
        "weight",
    )

    def __init__(self, scene: Scene | None, request_id: bytes, extended_id: bytes, at: float) -> None:
        self.scene = scene
        self.request_id = request_id
        self.extended_id = extended_id
        self.at = at  # its end, epoch seconds
        self.part: Part | None = None
        self.failed: Failed | None = None
        self.api_key: ApiKey | None = None
        self.principal: Any = None  # of the grant; None: nobody was asked
        self.claims: Mapping[str, Any] | None = None  # what the authorizer said
        self.authorizer_latency = 0
        self.verb = ""
        self.target = b""  # as the client sent it
        self.path = b""  # below the stage
        self.host = b""
        self.headers: Sequence[Header] = ()
        self.client = ""
        self.body_size = 0
        self.api_id = ""  # what the client asked for, where nothing was found
        self.region: str | None = None
        self.event = ""  # of a WebSocket connection
        self.connection_id = ""
        self.ended: tuple[int, str] | None = None
        self.preflight = False
        self.status = 0
        self.sent = 0
        self.latency = 0.0
        self.integration_latency = -1.0
        self.integration_status = 0
        self.weight = _RECORD

    def of(self, exchange: Exchange) -> None:
        """What every exchange knows when it has ended."""
        self.verb = exchange.verb
        self.path = exchange.path
        self.status = exchange.status
        self.sent = exchange.sent
        self.latency = exchange.latency
        self.integration_latency = exchange.integration_latency
        self.integration_status = exchange.integration_status
        grant: Grant | None = exchange.grant
        if grant is not None:
            self.principal = grant.principal
            self.claims = grant.context
            self.authorizer_latency = grant.latency
            if grant.context:  # many requests may share it; one that is theirs alone must count
                self.weight += _size(grant.context)
        error = exchange.error
        if error is not None:
            self.fail(error, evidence(exchange, error))

    def asked(self, request: Request) -> None:
        """The request as it was sent."""
        self.target = request.target
        self.host = request.host
        self.headers = request.headers
        self.client = request.client
        self.body_size = len(request.body)
        self.weight += request.head_size + _FIELD * len(self.headers)

    def fail(self, error: GatewayError, found: Mapping[str, Any]) -> None:
        self.failed = Failed(error, found)
        texts = error.message, error.log, error.detail, error.validation
        self.weight += 1000 + sum(4 * len(text) for text in texts if text) + len(str(found)) + _size(error.why or {})


def _size(members: Mapping[str, Any]) -> int:
    """Bytes, about; of what is in members in their turn, only that it is there."""
    return sum(_FIELD + (4 * len(value) if isinstance(value, str) else 0) for value in members.values())


class Ring:
    """The last requests of one worker. Belongs to its event loop. `hint`: whether refused clients are told to ask."""

    __slots__ = ("_heaviest", "_kept", "_most", "_weight", "hint", "total")

    def __init__(self, most: int, *, hint: bool = False, heaviest: int = HEAVIEST) -> None:
        self._most = most
        self._heaviest = heaviest
        self._kept: deque[Seen] = deque()
        self._weight = 0
        self.total = 0  # that were ever here
        self.hint = HINT if hint else b""

    @property
    def most(self) -> int:
        return self._most

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, seen: Seen) -> None:
        kept = self._kept
        kept.append(seen)
        self.total += 1
        self._weight += seen.weight
        while len(kept) > self._most or (self._weight > self._heaviest and kept):
            self._weight -= kept.popleft().weight

    def newest(self) -> Iterator[Seen]:
        return reversed(self._kept)

    def find(self, named: bytes) -> Seen | None:
        """By the request's id, or its extended id."""
        for seen in self.newest():
            if named in (seen.request_id, seen.extended_id):
                return seen
        return None

    def since(self) -> float | None:
        """When the oldest one ended; None: there is none."""
        return self._kept[0].at if self._kept else None

    def refuse(
        self,
        request: Request,
        target: Target,
        error: GatewayError,
        ids: tuple[bytes, bytes],
        at: float,
        scene: Scene | None = None,
        found: Mapping[str, Any] | None = None,
    ) -> None:
        """See `Kept.refuse`."""
        seen = Seen(scene, ids[0], ids[1], at)
        seen.asked(request)
        seen.verb = request.method
        seen.path = target.path or request.path
        seen.api_id = target.api_id
        seen.region = target.region
        seen.status = error.status
        seen.fail(error, found or {})
        self.add(seen)


def build(program: StageProgram, telemetry: Telemetry | None) -> Watch | None:
    """Who enters the exchanges of a stage of a REST API; the other products have their own (`seen` in their rooms)."""
    ring = None if telemetry is None else telemetry.ring
    return None if ring is None else RestWatch(ring, Scene(program)).watch


class RestWatch:
    """Enters the exchanges of a stage of a REST API."""

    __slots__ = ("_ring", "_scene")

    def __init__(self, ring: Kept, scene: Scene) -> None:
        self._ring = ring
        self._scene = scene

    def watch(self, exchange: Exchange) -> None:
        seen = Seen(self._scene, exchange.request_id, exchange.extended_id, exchange.clock.now())
        seen.asked(exchange.request)
        try:
            seen.part = exchange.plan.method
        except AttributeError:  # no method was found
            exchange.verb = exchange.request.method
        seen.api_key = exchange.api_key
        seen.of(exchange)
        self._ring.add(seen)
