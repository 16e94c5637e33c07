"""@connections: what backends do with open connections, by their ids.

    POST   /{stage}/@connections/{id}   send the body as a text message
    GET    /{stage}/@connections/{id}   since when it is open, and who is there
    DELETE /{stage}/@connections/{id}   close it
    POST   /{stage}/@connections        send to many (see `broadcast`; not of AWS)

Who calls is told by the signature alone (AWS: "Use IAM authorization"): the signer's own policies must allow
execute-api:ManageConnections on {stage arn}/{method}/@connections/{id}, and he must be of the API's account, since
WebSocket APIs have no resource policies. Only then is looked at what is asked for. A connection that is not open in
this API and stage is gone, wherever else its id may be good.

AWS: "Use @connections commands in your backend service". unverified: the order of these checks, which type and text
refusals have (here: those of IAM in REST APIs), what an empty message does (here: it is sent).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from gatewright.clock import Clock
from gatewright.edge.condition_keys import KEYS
from gatewright.edge.target import Target
from gatewright.gateway.authorizers.iam import NO_KEYS
from gatewright.gateway.authorizers.signature import Signatures
from gatewright.gateway.base import ConnectionInfo, Connections, Identities, Kept, Traffic
from gatewright.gateway.errors import FORBIDDEN, GatewayError, configuration_error
from gatewright.gateway.evidence import policies_of, said_by
from gatewright.gateway.grants import Signer
from gatewright.gateway.identifiers import extended_request_id
from gatewright.gateway.method_arn import masked
from gatewright.gateway.payload import text
from gatewright.gateway.policy_context import of_the_api
from gatewright.gateway.seen import Scene
from gatewright.gateway.websocket import broadcast
from gatewright.gateway.websocket.connections import is_id
from gatewright.gateway.websocket.errors import GONE, LARGEST, MALFORMED, THROTTLED, TOO_LARGE
from gatewright.language.policy.base import Context, Effect, Principal, Query
from gatewright.net.base import Request
from gatewright.program.websocket import WebSocketProgram
from gatewright.state.base import Bucket

logger = logging.getLogger("gatewright.gateway")

ACTION = "execute-api:ManageConnections"
_NAME = b"@connections"
_METHODS = ("POST", "GET", "DELETE")
_JSON = b"Content-Type: application/json\r\n"

# Told without ids, as IAM's checks of other APIs (recorded: okigan/awscurl#61). unverified for ACCESS_DENIED.
_PLAIN = frozenset({"MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN", "ACCESS_DENIED"})

Result = tuple[int, bytes, bytes]  # status, head, body
_SENT: Result = (200, b"", b"")
_CLOSED: Result = (204, b"", b"")


def parts_of(below: bytes) -> list[str] | None:
    """What follows @connections in a raw path below the stage, decoded; None: the path is another one."""
    first, *rest = [unquote_to_bytes(part) for part in below.removeprefix(b"/").split(b"/")]
    return [part.decode("utf-8", "replace") for part in rest] if first == _NAME else None


class ManagementCall:
    """One call of the API."""

    __slots__ = ("broadcast", "clock", "connection_id", "program", "request", "request_id", "ring", "target")

    def __init__(
        self,
        request: Request,
        target: Target,
        program: WebSocketProgram,
        parts: list[str],
        clock: Clock,
        ring: Kept | None,
    ) -> None:
        self.clock = clock
        self.ring = ring
        self.request = request
        self.target = target
        self.program = program
        self.connection_id = "/".join(parts)
        self.broadcast = not parts and request.method == "POST"
        self.request_id = extended_request_id()

    def respond(self, result: Result) -> None:
        """Send the answer."""
        status, head, body = result
        ids = b"x-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (self.request_id, self.request_id)
        if status >= 400 and self.ring is not None and self.ring.hint:
            ids += b"%b%b\r\n" % (self.ring.hint, self.request_id)
        self.request.respond(status, head, body, ids)

    def fail(self, error: Exception) -> None:
        """Send what went wrong; what is not a GatewayError is a fault of ours."""
        if not isinstance(error, GatewayError):
            logger.error("(%s) internal error", self.request_id.decode(), exc_info=error)
            error = GatewayError("API_CONFIGURATION_ERROR")
        elif error.log is not None:
            level = logging.ERROR if error.status >= 500 else logging.DEBUG
            logger.log(level, "(%s) %s", self.request_id.decode(), error.log)
        self.respond(self._error(error))
        if self.ring is not None:
            self._keep(self.ring, error)

    def _keep(self, ring: Kept, error: GatewayError) -> None:
        """For `gatewright explain`."""
        ids, why = (self.request_id, self.request_id), dict(error.why or {})
        query = why.pop("query", None)
        found = {} if query is None else {"policies": said_by(why.pop("asked"), query)}
        ring.refuse(self.request, self.target, error, ids, self.clock.now(), Scene(self.program), found)

    def _error(self, error: GatewayError) -> Result:
        head = f"x-amzn-ErrorType: {error.error_type}\r\n".encode("latin-1")
        if error.message is None:
            return error.status, head, b""
        told = {"message": error.message}
        if error.kind.name not in _PLAIN:
            told |= {"connectionId": self.connection_id, "requestId": self.request_id.decode()}
        return error.status, _JSON + head, json.dumps(told, separators=(",", ":")).encode()


class Management:
    """Belongs to the worker's event loop. `connections`: of this worker, or of all; without `identities` all fails."""

    __slots__ = ("_buckets", "_clock", "_connections", "_identities", "_largest", "_ring", "_tasks", "_traffic")

    def __init__(
        self,
        connections: Connections,
        clock: Clock,
        identities: Identities | None,
        traffic: Traffic | None,
        largest: int = LARGEST,
        ring: Kept | None = None,
    ) -> None:
        """`largest`: bytes of a message."""
        self._connections = connections
        self._clock = clock
        self._identities = identities
        self._traffic = traffic
        self._largest = largest
        self._ring = ring
        self._buckets: dict[tuple[str, str], Bucket] = {}  # by account and Region
        self._tasks: set[asyncio.Task[None]] = set()

    def handle(self, request: Request, target: Target, program: WebSocketProgram, parts: list[str]) -> None:
        """Answer the request, now or later. Never raises. `parts`: see `parts_of`."""
        call = ManagementCall(request, target, program, parts, self._clock, self._ring)
        try:
            identities = self._identities
            if identities is None or identities.keys is None:
                raise configuration_error(NO_KEYS)
            found = Signatures(identities.keys, self._clock, program.region).signer(request)
            outcome = self._serve(call, found) if isinstance(found, Signer) else self._serve_later(call, found)
            if isinstance(outcome, tuple):
                call.respond(outcome)
                return
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
            call.fail(error)
            return
        task = asyncio.ensure_future(self._finish(call, outcome))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, call: ManagementCall, outcome: Awaitable[Result]) -> None:
        try:
            result = await outcome
        except Exception as error:  # noqa: BLE001 - as above
            call.fail(error)
            return
        call.respond(result)

    async def _serve_later(self, call: ManagementCall, found: Awaitable[Signer]) -> Result:
        outcome = self._serve(call, await found)
        return outcome if isinstance(outcome, tuple) else await outcome

    def _serve(self, call: ManagementCall, signer: Signer) -> Result | Awaitable[Result]:
        """Raises GatewayError."""
        asked: broadcast.Broadcast | None = None
        if call.broadcast:
            if call.request.too_large:
                raise GatewayError(TOO_LARGE)
            asked = broadcast.read(call.request.body, self._largest)
            for connection_id in asked.connection_ids:
                self._authorize(call, signer, connection_id)
        else:
            self._authorize(call, signer, call.connection_id)
        taken = self._take(call.program)
        if taken is True:
            return self._do(call, asked)
        if taken is False:
            raise GatewayError(THROTTLED)
        return self._do_later(call, asked, taken)

    async def _do_later(
        self, call: ManagementCall, asked: broadcast.Broadcast | None, taken: Awaitable[bool]
    ) -> Result:
        if not await taken:
            raise GatewayError(THROTTLED)
        outcome = self._do(call, asked)
        return outcome if isinstance(outcome, tuple) else await outcome

    def _authorize(self, call: ManagementCall, signer: Signer, connection_id: str) -> None:
        """Raises GatewayError (403) unless the signer may do so with this connection."""
        program, verb = call.program, call.request.method
        principal = signer.holder.principal
        place = f"{program.arn}/{verb}/@connections/"
        context = self._context(call, principal)
        query = Query(ACTION, place + connection_id, principal, context)
        decision = signer.holder.decide(query)
        if decision.effect is not Effect.ALLOW or principal.account != program.account:
            explicit = " with an explicit deny" if decision.effect is Effect.DENY else ""
            # AWS names the resource so, not by the connection's id.
            raise GatewayError(
                "ACCESS_DENIED",
                f"User: {principal.arn} is not authorized to perform: {ACTION} "
                f"on resource: {masked(place)}{{connectionId}}{explicit}",
                why={"query": query, "asked": policies_of(signer.holder)},
            )

    def _context(self, call: ManagementCall, principal: Principal) -> Context:
        owner = (call.program.account, call.program.region)

        def values(key: str) -> tuple[str, ...] | None:
            reader = KEYS.get(key)
            if reader is None:
                value = of_the_api(key, owner, principal)
            else:
                value = reader(call.request, call.target, self._clock.now())
            return None if value is None else (value,)

        return values

    def _take(self, program: WebSocketProgram) -> bool | Awaitable[bool]:
        """A token of the account's bucket, which all its APIs share."""
        traffic = self._traffic
        if traffic is None or traffic.account is None:
            return True
        owner = (program.account, program.region)
        bucket = self._buckets.get(owner)
        if bucket is None:
            limit = traffic.account
            bucket = traffic.state.buckets.bucket(f"account/{owner[0]}/{owner[1]}", limit.rate, limit.burst)
            self._buckets[owner] = bucket
        return bucket.take()

    def _do(self, call: ManagementCall, asked: broadcast.Broadcast | None) -> Result | Awaitable[Result]:
        """Raises GatewayError."""
        if asked is not None:
            return self._send_to_all(call, asked)
        request, program, connection_id = call.request, call.program, call.connection_id
        if request.method not in _METHODS:
            raise GatewayError(FORBIDDEN)
        if not is_id(connection_id):
            raise GatewayError(MALFORMED, f"Invalid connectionId: {connection_id}")
        api_id, stage = program.api_id, program.stage
        if request.method == "GET":
            info = self._connections.info(api_id, stage, connection_id)
            if info is None or isinstance(info, ConnectionInfo):
                return _shown(info)
            return _show_later(info)
        if request.method == "DELETE":
            done = self._connections.close(api_id, stage, connection_id)
            return _told(done, _CLOSED) if isinstance(done, bool) else _tell_later(done, _CLOSED)
        if request.too_large or len(request.body) > self._largest:
            raise GatewayError(TOO_LARGE)
        done = self._connections.send(api_id, stage, connection_id, text(request.body))
        return _told(done, _SENT) if isinstance(done, bool) else _tell_later(done, _SENT)

    async def _send_to_all(self, call: ManagementCall, asked: broadcast.Broadcast) -> Result:
        program = call.program
        told = await broadcast.send(self._connections, program.api_id, program.stage, asked)
        return 200, _JSON, told


def _told(done: bool, result: Result) -> Result:
    if not done:
        raise GatewayError(GONE)
    return result


async def _tell_later(done: Awaitable[bool], result: Result) -> Result:
    return _told(await done, result)


def _shown(info: ConnectionInfo | None) -> Result:
    if info is None:
        raise GatewayError(GONE)
    identity = {"sourceIp": info.source_ip}
    if info.user_agent is not None:
        identity["userAgent"] = info.user_agent
    told = {
        "connectedAt": _time(info.connected_at),
        "identity": identity,
        "lastActiveAt": _time(info.last_active),
    }
    return 200, _JSON, json.dumps(told, separators=(",", ":")).encode()


async def _show_later(info: Awaitable[ConnectionInfo | None]) -> Result:
    return _shown(await info)


def _time(seconds: float) -> str:
    """ISO 8601 with milliseconds, as the AWS CLI's documentation shows it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
