"""Connections that another worker of the node holds.

The first byte of an id is the number of the worker that holds the connection. Each worker has a unix socket in the
node's run folder, which only this user can enter, and speaks HTTP on it:

    POST, GET, DELETE /connections/{api}/{stage}/{id}     200; 410: no such connection is open; 429: it takes no more

The socket is the supervisor's: who asks a worker that has just been killed waits for its successor, which knows none of
the dead one's connections. So does who was asking as it died: he asks again, which delivers nothing twice, as the dead
one's connections are gone. A worker that is alive and does not answer says nothing of its connections: that is an
error, and not the end of them. Of other nodes, whose numbers follow in the ids of a cluster, `nodes` knows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Sequence
from urllib.parse import quote, unquote

from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.connections import LocalConnections, home_of
from gatewright.gateway.websocket.errors import LARGEST, THROTTLED, UNREACHABLE
from gatewright.net.base import Failure, Origin, Request, Upstream, UpstreamError, UpstreamResponse

HOME = 1  # bytes of an id
PATH = b"connections"  # the first segment
_PATIENCE = 10.0  # seconds; longer than a worker takes to start
_LARGEST = 512 * 1024  # bytes of an answer
_GROWN = 4  # times; a message whose bytes were no text has grown
_HEAD = b"Content-Type: application/json\r\n"
OPEN, GONE = 200, 410
_AT_ONCE = 50  # questions to one worker, of one call


def home(worker: int, node: bytes = b"") -> bytes:
    """What the ids of a worker's connections begin with. `node`: its number in a cluster, two bytes."""
    return bytes((worker,)) + node


class PeerApp:
    """What a worker serves to the others, below PATH (`net.base.App`)."""

    def __init__(self, local: LocalConnections, largest: int = LARGEST) -> None:
        """`largest`: bytes of a message as a backend sends it."""
        self._local = local
        self._largest = largest * _GROWN

    def admit(self, request: Request) -> int:
        return self._largest

    def handle(self, request: Request) -> None:
        parts = [unquote(part) for part in request.path.decode("latin-1").split("/")]
        if len(parts) != 5 or request.too_large:
            request.respond(400, _HEAD, b"{}")
            return
        status, body = perform(self._local, request.method, (parts[2], parts[3], parts[4]), request.body)
        request.respond(status, _HEAD, body)


def perform(local: LocalConnections, method: str, place: tuple[str, str, str], data: bytes) -> tuple[int, bytes]:
    """What becomes of a question for this worker: status and body. `place`: API, stage and id."""
    if method == "POST":
        try:
            done = local.send(*place, data)
        except GatewayError as error:
            return error.status, b""
        return (OPEN if done else GONE), b""
    if method == "DELETE":
        return (OPEN if local.close(*place) else GONE), b""
    info = local.info(*place)
    return (GONE, b"") if info is None else (OPEN, write_info(info))


def write_info(info: ConnectionInfo) -> bytes:
    return json.dumps([info.connected_at, info.last_active, info.source_ip, info.user_agent]).encode()


def read_info(data: bytes | str) -> ConnectionInfo:
    """What `write_info` wrote."""
    connected, active, address, agent = json.loads(data)
    return ConnectionInfo(connected, active, address, agent)


class NodeConnections:
    """The connections of all workers of a node (`gateway.base.Connections`).

    `workers`: where each of them is asked, by its number; `own` is this one's. What is asked of another raises
    GatewayError (503) when that one does not answer.
    """

    def __init__(self, local: LocalConnections, own: int, workers: Sequence[Origin], upstream: Upstream) -> None:
        self._local = local
        self._own = own
        self._workers = workers
        self._upstream = upstream

    def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool | Awaitable[bool]:
        """See `Connections.send`."""
        origin = self._elsewhere(connection_id)
        if origin is None:
            return self._local.send(api_id, stage, connection_id, data)
        return self._asked(self._ask(origin, b"POST", api_id, stage, connection_id, data))

    def info(
        self, api_id: str, stage: str, connection_id: str
    ) -> ConnectionInfo | Awaitable[ConnectionInfo | None] | None:
        """See `Connections.info`."""
        origin = self._elsewhere(connection_id)
        if origin is None:
            return self._local.info(api_id, stage, connection_id)
        return self._read(self._ask(origin, b"GET", api_id, stage, connection_id))

    def close(self, api_id: str, stage: str, connection_id: str) -> bool | Awaitable[bool]:
        """See `Connections.close`."""
        origin = self._elsewhere(connection_id)
        if origin is None:
            return self._local.close(api_id, stage, connection_id)
        return self._asked(self._ask(origin, b"DELETE", api_id, stage, connection_id))

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        """See `Connections.send_all`."""
        workers: dict[int, list[str]] = {}
        for each in ids:
            named = home_of(each, HOME)
            worker = self._own if named is None or named[0] >= len(self._workers) else named[0]
            workers.setdefault(worker, []).append(each)
        said = await asyncio.gather(*(self._send_some(api_id, stage, some, data) for some in workers.values()))
        told: dict[str, bool | None] = {}
        for some, outcomes in zip(workers.values(), said, strict=True):
            told.update(zip(some, outcomes, strict=True))
        return [told[each] for each in ids]

    def _elsewhere(self, connection_id: str) -> Origin | None:
        """Who else has to be asked; None: nobody."""
        named = home_of(connection_id, HOME)
        if named is None or named[0] == self._own or named[0] >= len(self._workers):
            return None
        return self._workers[named[0]]

    async def _asked(self, answer: Awaitable[bytes | None]) -> bool:
        return await answer is not None

    async def _read(self, answer: Awaitable[bytes | None]) -> ConnectionInfo | None:
        found = await answer
        if found is None:
            return None
        return read_info(found)

    async def _send_some(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        """Send to connections of one worker; None: not reached. Of one that does not answer no more is asked."""
        told: list[bool | None] = []
        for begin in range(0, len(ids), _AT_ONCE):
            some = ids[begin : begin + _AT_ONCE]
            silent: list[str] = []
            told += await asyncio.gather(*(self._try(api_id, stage, each, data, silent) for each in some))
            if len(silent) == len(some):
                told += [None] * (len(ids) - len(told))
                break
        return told

    async def _try(self, api_id: str, stage: str, connection_id: str, data: bytes, silent: list[str]) -> bool | None:
        """`silent`: to which those ids are added whose worker does not answer."""
        try:
            outcome = self.send(api_id, stage, connection_id, data)
            return outcome if isinstance(outcome, bool) else await outcome
        except GatewayError as error:
            if error.kind is UNREACHABLE:
                silent.append(connection_id)
            return None

    async def _ask(
        self, origin: Origin, method: bytes, api_id: str, stage: str, connection_id: str, body: bytes = b""
    ) -> bytes | None:
        """What the other worker says of a connection; None: it is not open. Raises GatewayError (503)."""
        target = b"/" + PATH + "/".join(("", quote(api_id, ""), quote(stage, ""), quote(connection_id, ""))).encode()
        result = await self._fetch(origin, method, target, body)
        if isinstance(result, UpstreamError) and result.failure is Failure.CLOSED:
            result = await self._fetch(origin, method, target, body)
        if isinstance(result, UpstreamResponse):
            if result.status in (OPEN, GONE):
                return result.body if result.status == OPEN else None
            if result.status == THROTTLED.status:
                raise GatewayError(THROTTLED)
            detail = f"status {result.status}"
        else:
            detail = f"{result.failure} {result.detail}"
        raise GatewayError(UNREACHABLE, log=f"the worker that holds the connection did not answer: {detail}")

    async def _fetch(
        self, origin: Origin, method: bytes, target: bytes, body: bytes
    ) -> UpstreamResponse | UpstreamError:
        answer: asyncio.Future[UpstreamResponse | UpstreamError] = asyncio.get_running_loop().create_future()

        def done(result: UpstreamResponse | UpstreamError) -> None:
            if not answer.done():
                answer.set_result(result)

        self._upstream.fetch(origin, method, target, (), body, done, timeout=_PATIENCE, max_body=_LARGEST)
        return await answer
