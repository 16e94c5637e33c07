"""Connections that other nodes hold: asked through a bus (`state.base.Bus`).

After its worker an id names its node. Whoever is asked answers for what it holds itself, by a line of JSON and, after
it, the message:

    ["POST", api, stage, [id, …]]\\n…    [[200, null], …]; 410: not open, 429: takes no more; of GET what PeerApp tells

A worker that is dead holds nothing: 410. One that lives and is not reached is 503, with which SDKs try again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Sequence
from typing import Any

from gatewright.gateway.base import ConnectionInfo, Connections
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.connections import LocalConnections, home_of
from gatewright.gateway.websocket.errors import THROTTLED, UNREACHABLE
from gatewright.gateway.websocket.peers import GONE, OPEN, perform, read_info
from gatewright.state.base import Bus, UnansweredError

HOME = 3  # bytes of an id: worker and node
_RANK = (OPEN, THROTTLED.status, GONE)  # of what several say, the first counts


class NodeApp:
    """Answers the other nodes for what this worker holds."""

    def __init__(self, local: LocalConnections) -> None:
        self._local = local

    def answer(self, question: bytes) -> bytes:
        """Raises ValueError or TypeError for what is no question."""
        head, _, data = question.partition(b"\n")
        method, api_id, stage, ids = json.loads(head)
        told: list[Any] = []
        for each in ids:
            status, body = perform(self._local, method, (api_id, stage, each), data)
            told.append([status, body.decode()])
        return json.dumps(told, separators=(",", ":")).encode()


class ClusterConnections:
    """The connections of all nodes (`gateway.base.Connections`).

    `near`: those of this one, whose ids have the number `own` after that of the worker.
    """

    def __init__(self, near: Connections, own: bytes, bus: Bus) -> None:
        self._near = near
        self._own = own
        self._bus = bus

    def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool | Awaitable[bool]:
        """See `Connections.send`."""
        home = self._elsewhere(connection_id)
        if home is None:
            return self._near.send(api_id, stage, connection_id, data)
        return self._send(home, api_id, stage, connection_id, data)

    def info(
        self, api_id: str, stage: str, connection_id: str
    ) -> ConnectionInfo | Awaitable[ConnectionInfo | None] | None:
        """See `Connections.info`."""
        home = self._elsewhere(connection_id)
        if home is None:
            return self._near.info(api_id, stage, connection_id)
        return self._info(home, api_id, stage, connection_id)

    def close(self, api_id: str, stage: str, connection_id: str) -> bool | Awaitable[bool]:
        """See `Connections.close`."""
        home = self._elsewhere(connection_id)
        if home is None:
            return self._near.close(api_id, stage, connection_id)
        return self._close(home, api_id, stage, connection_id)

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        """See `Connections.send_all`. What is for one worker of another node goes there once."""
        near: list[str] = []
        far: dict[bytes, list[str]] = {}
        for each in ids:
            home = self._elsewhere(each)
            if home is None:
                near.append(each)
            else:
                far.setdefault(home, []).append(each)
        said = await asyncio.gather(
            self._near.send_all(api_id, stage, near, data),
            *(self._send_some(home, api_id, stage, some, data) for home, some in far.items()),
        )
        told: dict[str, bool | None] = {}
        for some, outcomes in zip((near, *far.values()), said, strict=True):
            told.update(zip(some, outcomes, strict=True))
        return [told[each] for each in ids]

    def _elsewhere(self, connection_id: str) -> bytes | None:
        """Whom to ask on the bus; None: nobody."""
        home = home_of(connection_id, HOME)
        return None if home is None or (home[1:] == self._own and not self._bus.shared) else home

    def _is_near(self, home: bytes) -> bool:
        """Whether it may be here, too: another node has this one's number."""
        return home[1:] == self._own

    async def _send(self, home: bytes, api_id: str, stage: str, connection_id: str, data: bytes) -> bool:
        if self._is_near(home) and await _now(self._near.send(api_id, stage, connection_id, data)):
            return True
        status, _ = (await self._ask(home, "POST", api_id, stage, (connection_id,), data))[0]
        if status == THROTTLED.status:
            raise GatewayError(THROTTLED)
        return status == OPEN

    async def _close(self, home: bytes, api_id: str, stage: str, connection_id: str) -> bool:
        if self._is_near(home) and await _now(self._near.close(api_id, stage, connection_id)):
            return True
        status, _ = (await self._ask(home, "DELETE", api_id, stage, (connection_id,)))[0]
        return status == OPEN

    async def _info(self, home: bytes, api_id: str, stage: str, connection_id: str) -> ConnectionInfo | None:
        if self._is_near(home):
            found = self._near.info(api_id, stage, connection_id)
            here = await found if isinstance(found, Awaitable) else found
            if here is not None:
                return here
        status, body = (await self._ask(home, "GET", api_id, stage, (connection_id,)))[0]
        return read_info(body) if status == OPEN else None

    async def _send_some(
        self, home: bytes, api_id: str, stage: str, ids: Sequence[str], data: bytes
    ) -> list[bool | None]:
        """The same for several of one worker; None: not reached."""
        told: dict[str, bool | None] = dict.fromkeys(ids, False)
        if self._is_near(home):
            told = dict(zip(ids, await self._near.send_all(api_id, stage, ids, data), strict=True))
        missing = [each for each, found in told.items() if found is False]
        try:
            for each, (status, _) in zip(
                missing, await self._ask(home, "POST", api_id, stage, missing, data), strict=True
            ):
                told[each] = True if status == OPEN else False if status == GONE else None
        except GatewayError:
            told.update(dict.fromkeys(missing))
        return [told[each] for each in ids]

    async def _ask(
        self, home: bytes, method: str, api_id: str, stage: str, ids: Sequence[str], data: bytes = b""
    ) -> list[tuple[int, str]]:
        """Status and more of each connection. Raises GatewayError (503)."""
        head = json.dumps([method, api_id, stage, list(ids)], separators=(",", ":")).encode()
        try:
            answers = [json.loads(each) for each in await self._bus.ask(home, head + b"\n" + data)]
        except UnansweredError as error:
            raise GatewayError(
                UNREACHABLE, log=f"the node that holds the connection was not reached: {error}"
            ) from None
        told: list[tuple[int, str]] = []
        for number in range(len(ids)):
            said = [(int(each[number][0]), str(each[number][1])) for each in answers]
            told.append(min(said, key=_rank, default=(GONE, "")))
        return told


def _rank(said: tuple[int, str]) -> int:
    return _RANK.index(said[0])


async def _now(outcome: bool | Awaitable[bool]) -> bool:
    return outcome if isinstance(outcome, bool) else await outcome
