"""The open connections of this process, by id (`gateway.base.Connections`).

An id belongs to one API and stage: under others it is unknown, so that who may speak to one API reaches no other's
clients. The form is AWS's: 11 bytes in URL-safe base64, 16 characters with "=" at the end. The first of them may say
where the connection is (`home`), the rest is chance.
"""

from __future__ import annotations

import asyncio
import binascii
import contextlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Sequence

from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.base import Member, Wills

_BYTES = 11
_LENGTH = 16
MOST_HOME = 3  # bytes; what is left cannot be guessed
NORMAL = 1000
MOST_ENDING = 200  # $disconnect routes under way; a network that fails ends thousands of connections at once
_AT_ONCE = 50  # messages in one turn of the loop
CLOSED = "Connection Closed Normally"  # unverified


class LocalConnections:
    """Belongs to the worker's event loop."""

    __slots__ = ("_ending", "_home", "_looked", "_open", "_phases", "_settled", "_untold", "_wills", "most", "waiting")

    def __init__(self, home: bytes = b"", wills: Wills | None = None) -> None:
        """`home`: at most MOST_HOME bytes, what the ids of this process's connections begin with."""
        if len(home) > MOST_HOME:
            raise ValueError(f"the home of a connection takes more than {MOST_HOME} bytes")
        self._home = home
        self._open: dict[str, Member] = {}
        self._ending = 0  # connections whose $disconnect is under way, or waits
        self._untold: deque[Callable[[], None]] = deque()  # what waits
        self._settled: asyncio.Event | None = None  # while somebody waits for them
        self._wills = wills
        self.waiting = 0  # bytes of all connections' messages that wait for their backends
        self.most = 512 << 20  # of these; what comes beyond is refused
        self._phases: list[set[Member]] = [set() for _ in range(60)]  # by the second in which their minutes begin
        self._looked = 0  # the second, of the epoch, until which minutes have begun

    def tick(self, now: float) -> None:
        """To be called every second: whose next minute has begun, is told so. `now` in epoch seconds."""
        second = int(now)
        for each in range(max(self._looked + 1, second - 59), second + 1):
            for member in self._phases[each % 60]:
                if int(member.connected) < each:
                    member.minute()
        self._looked = second

    @property
    def is_full(self) -> bool:
        """Whether no more messages can wait for their backends."""
        return self.waiting >= self.most

    def new_id(self) -> str:
        """An id that no connection has."""
        home = self._home
        return urlsafe_b64encode(home + os.urandom(_BYTES - len(home))).decode()

    def add(self, member: Member, will: bytes = b"") -> None:
        """The connection is open. `will`: what its end needs when nobody is left who knows of it."""
        self._open[member.id] = member
        self._phases[int(member.connected) % 60].add(member)
        if self._wills is not None and will:
            self._wills.enter(member.id, will)

    def remove(self, connection_id: str) -> None:
        """It is no more."""
        member = self._open.pop(connection_id, None)
        if member is not None:
            self._phases[int(member.connected) % 60].discard(member)

    def begin_end(self, tell: Callable[[], None]) -> None:
        """A connection has ended: `tell` $disconnect, now, or when not so many are under way. See `end`."""
        self._ending += 1
        if self._ending - len(self._untold) <= MOST_ENDING:
            tell()
        else:
            self._untold.append(tell)

    def end(self) -> None:
        """$disconnect has come to something, or to nothing."""
        self._ending -= 1
        if self._untold:
            asyncio.get_running_loop().call_soon(self._untold.popleft())
        if not self._ending and self._settled is not None:
            self._settled.set()

    async def settled(self, timeout: float) -> None:
        """Wait until no $disconnect is under way or waits, at most so many seconds."""
        if self._ending:
            self._settled = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._settled.wait()

    def told(self, connection_id: str) -> None:
        """Whoever had to hear of its end has heard."""
        if self._wills is not None:
            self._wills.strike(connection_id)

    def find(self, api_id: str, stage: str, connection_id: str) -> Member | None:
        """The open connection of this id, if it belongs to this API and stage."""
        member = self._open.get(connection_id)
        return member if member is not None and member.place == (api_id, stage) else None

    def of(self, api_id: str, stage: str) -> list[Member]:
        """All of a stage."""
        return [member for member in self._open.values() if member.place == (api_id, stage)]

    def __len__(self) -> int:
        return len(self._open)

    def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool:
        """See `Connections.send`."""
        member = self.find(api_id, stage, connection_id)
        return member is not None and member.send(data)

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        """See `Connections.send_all`."""
        told: list[bool | None] = []
        for number, each in enumerate(ids, 1):
            try:
                told.append(self.send(api_id, stage, each, data))
            except GatewayError:
                told.append(None)
            if not number % _AT_ONCE:
                await asyncio.sleep(0)
        return told

    def info(self, api_id: str, stage: str, connection_id: str) -> ConnectionInfo | None:
        """See `Connections.info`."""
        member = self.find(api_id, stage, connection_id)
        return None if member is None else member.info()

    def close(self, api_id: str, stage: str, connection_id: str) -> bool:
        """See `Connections.close`."""
        member = self.find(api_id, stage, connection_id)
        return member is not None and member.close(NORMAL, CLOSED)


def home_of(connection_id: str, length: int) -> bytes | None:
    """The first bytes of an id; None: this is no id."""
    if len(connection_id) != _LENGTH or not connection_id.isascii():
        return None
    try:
        raw = urlsafe_b64decode(connection_id)
    except binascii.Error:
        return None
    # base64 has several spellings of the same bytes, and decoders skip what is none.
    return raw[:length] if urlsafe_b64encode(raw).decode() == connection_id and len(raw) == _BYTES else None


def is_id(connection_id: str) -> bool:
    """Whether this has the form of an id; what has not is malformed, not gone."""
    return home_of(connection_id, 0) is not None
