"""Questions from worker to worker, of whichever nodes, through the store's channels (`base.Bus`).

Each worker listens on the channel of its name and says once a second that it lives; that also comes back to it on its
channel, so that a connection which hears nothing any more is noticed. A question goes out on the channel of the asked
one, its answer on that of the asking one. Channels keep nothing, and what is asked of the dead leaves nothing behind.
What is not answered soon is asked again, since its hearer may have been killed and have a successor; who has answered a
question gives the same answer again. So a question takes effect once or not at all.

Who has not been heard for `LEASE` seconds is dead. Who lives and does not listen (its successor is starting, it is
connecting again) is waited for. When the store itself was away, nobody is taken for dead before a lease has passed.

A name says little of its node (two bytes): should two nodes have the same, both are asked, and each knows what is its
own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

import redis.asyncio

from gatewright.clock import Clock
from gatewright.state.base import UnansweredError
from gatewright.state.valkey import scripts
from gatewright.state.valkey.address import async_client, shown
from gatewright.state.valkey.link import Link

logger = logging.getLogger("gatewright.state")

LEASE = 8  # seconds
PATIENCE = 10.0  # seconds for an answer; longer than a lease, so that the dead are known as such by then
_BEAT = 1.0  # seconds
_SILENCE = 4.0  # seconds after which the channel is taken for broken
_CONNECT = 3.0  # seconds for a connection
_AGAIN = 0.5  # seconds between attempts
_LOOK = 0.25  # seconds between two looks whether a missing one has come
_STORE = 5.0  # seconds that the store may take for what is under way
_AGAIN_AFTER = (1.0, 2.0, PATIENCE)  # seconds without an answer
_OTHERS = 1.0  # seconds for the others of the same name, after the first one's answer
_ASKED = 2000  # questions under way at most,
_BYTES = 16 << 20  # and their bytes
_DEAD = -1  # see `scripts.ASK`
_QUESTION, _ANSWER = b"?", b"!"
_ID = 8  # bytes of a question's key,
_SELF = 4  # and of who answers
_REMEMBERED = 4 << 20  # bytes of answers
_ENTRY = 200  # bytes that one takes besides

Answer = Callable[[bytes], bytes]


class _Asked:
    """A question under way, and who has answered what."""

    __slots__ = ("answers", "heard")

    def __init__(self) -> None:
        self.answers: dict[bytes, bytes] = {}
        self.heard = asyncio.Event()


class ValkeyBus:
    """See `base.Bus`. `name`: this worker's; `answer`: answers questions, at once. Raises ValueError."""

    def __init__(self, url: str, clock: Clock, node: str, name: bytes) -> None:
        self.shared = False
        self._url = url
        self._node = node
        self._name = name.hex()
        self._inbox = scripts.inbox(self._name).encode()
        self._link = Link(url, clock, heard=False, timeout=_STORE)
        self._self = os.urandom(_SELF)
        self._asked: dict[bytes, _Asked] = {}
        self._answered: dict[bytes, bytes] = {}
        self._remembered = 0  # bytes
        self._bytes = 0
        self._missing: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._complained = False

    def start(self, answer: Answer) -> None:
        """Be there for others. On the loop."""
        self._link.start()
        self._tasks = [
            asyncio.create_task(self._listen(answer), name="bus"),
            asyncio.create_task(self._live(), name="bus beat"),
        ]

    async def close(self) -> None:
        """From now on this worker is known as dead, unless another one bears its name."""
        for task in (*self._tasks, *self._missing.values()):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._missing.values(), return_exceptions=True)
        self._link.call(scripts.LEAVE, (scripts.bearers(self._name),), (self._node,))
        await self._link.close()

    async def ask(self, name: bytes, question: bytes) -> Sequence[bytes]:
        """See `base.Bus.ask`."""
        size = len(question)
        if len(self._asked) >= _ASKED or self._bytes + size > _BYTES:
            raise UnansweredError("too many questions are waiting for their answers")
        key, asked, to = os.urandom(_ID), _Asked(), name.hex()
        self._asked[key] = asked
        self._bytes += size
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(
                    asked, to, b"".join((_QUESTION, key, bytes((len(self._inbox),)), self._inbox, question))
                )
        except TimeoutError:
            pass
        finally:
            del self._asked[key]
            self._bytes -= size
        if await self._hearers(to) == _DEAD:
            return []
        raise UnansweredError("no answer in time")

    async def _ask(self, asked: _Asked, to: str, message: bytes) -> Sequence[bytes]:
        for patience in _AGAIN_AFTER:
            while not (hearers := await self._hearers(to, message)):
                await self._appearance(to)
            if hearers == _DEAD:
                return []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await asked.heard.wait()
                    break
        if len(asked.answers) < hearers:  # another node of this number, or a connection that is none any more
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_OTHERS):
                    while len(asked.answers) < hearers:
                        asked.heard.clear()
                        await asked.heard.wait()
        return list(asked.answers.values())

    async def _hearers(self, to: str, message: bytes | None = None) -> int:
        """How many were told, or hear; _DEAD: there is nobody. Raises UnansweredError."""
        keys = (scripts.bearers(self._name), scripts.bearers(to), scripts.UNSURE)
        more = () if message is None else (message,)
        found: int | None = await self._link.call(scripts.ASK, keys, (LEASE, scripts.inbox(to), *more))
        if found is None:
            raise UnansweredError("the shared state is away")
        return found

    async def _appearance(self, to: str) -> None:
        """Return when one who lives and does not hear hears again, or is dead; all who wait look once."""
        task = self._missing.get(to)
        if task is None:
            task = self._missing[to] = asyncio.create_task(self._look(to), name="bus look")
            task.add_done_callback(lambda _: self._missing.pop(to, None))
        await asyncio.shield(task)

    async def _look(self, to: str) -> None:
        with contextlib.suppress(UnansweredError, TimeoutError):  # whoever waits will see for himself
            async with asyncio.timeout(PATIENCE):
                while not await self._hearers(to):
                    await asyncio.sleep(_LOOK)

    async def _live(self) -> None:
        keys = (scripts.bearers(self._name), scripts.HEARD, scripts.UNSURE)
        while True:
            bearers = await self._link.call(scripts.HOLD, keys, (self._node, LEASE, LEASE * 1000, self._inbox))
            if bearers is not None:
                self.shared = bearers > 1
            await asyncio.sleep(_BEAT)

    async def _listen(self, answer: Answer) -> None:
        while True:
            client: redis.asyncio.Redis | None = None
            try:
                client = async_client(self._url, _CONNECT)
                async with client.pubsub() as channel:
                    await channel.subscribe(self._inbox)
                    await self._hear(channel, answer)
            except Exception as error:  # noqa: BLE001 - of client, socket or loop: without this task nobody is heard
                self._complain(error)
            finally:
                if client is not None:
                    with contextlib.suppress(Exception):
                        await client.aclose()
            await asyncio.sleep(_AGAIN)

    async def _hear(self, channel: Any, answer: Answer) -> None:
        """Until the channel is broken: raises what says so."""
        while True:
            message = await channel.get_message(timeout=_SILENCE)
            if message is None:
                raise TimeoutError("nothing was heard for too long")
            if message["type"] == "message":
                self._complained = False
                self._take(message["data"], answer)
                await asyncio.sleep(0)  # what is there already would be taken without a turn for others

    def _take(self, message: bytes, answer: Answer) -> None:
        kind, key = message[:1], message[1 : 1 + _ID]
        if kind == _ANSWER:
            asked = self._asked.get(key)
            if asked is not None:
                begin = 1 + _ID + _SELF
                asked.answers[message[1 + _ID : begin]] = message[begin:]
                asked.heard.set()
        elif kind == _QUESTION and len(message) >= 2 + _ID:
            begin = 2 + _ID
            end = begin + message[begin - 1]
            found = self._answered.get(key)
            if found is None:
                try:
                    found = answer(message[end:])
                except Exception:
                    logger.exception("a question of another node came to nothing")
                    return
                self._remember(key, found)
            self._link.call(scripts.REPLY, (), (message[begin:end], b"".join((_ANSWER, key, self._self, found))))

    def _remember(self, key: bytes, answer: bytes) -> None:
        answered = self._answered
        answered[key] = answer
        self._remembered += len(answer) + _ENTRY
        while self._remembered > _REMEMBERED:
            self._remembered -= len(answered.pop(next(iter(answered)))) + _ENTRY

    def _complain(self, error: Exception) -> None:
        if self._link.up and not self._complained:
            self._complained = True
            why = str(error) or type(error).__name__
            logger.error("this worker is not reached by other nodes through %s: %s", shown(self._url), why)
