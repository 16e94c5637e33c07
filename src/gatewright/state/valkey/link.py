"""A worker's connection to the store.

What is asked in one turn of the loop goes out together, and what is asked while an answer is awaited with the next:
so a worker has one round trip under way, however many buckets and quotas it draws from, and calls are carried out in
the order they were made. Calls do not fail: while the store is away their answer is None, at once, and who asked goes
by what this worker knows. The first call that fails, or takes longer than the timeout, means that the store is away;
it is looked for twice a second from then on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import redis.asyncio
from redis.exceptions import NoScriptError

from gatewright.clock import Clock
from gatewright.state.valkey import scripts
from gatewright.state.valkey.address import async_client, shown
from gatewright.state.valkey.scripts import Script

logger = logging.getLogger("gatewright.state")

TIMEOUT = 1.0  # seconds for an answer
_CONNECT = 3.0  # seconds for a connection, on which nobody waits but at the start
SETTLE = 2.5  # seconds in which workers say anew what they hold, after the store may have forgotten
_AGAIN = 0.5  # seconds between attempts
_BATCH = 500  # calls that go out together
_WAITING = 20_000  # calls that wait at most

Call = tuple[Script, Sequence[str], Sequence[Any], "asyncio.Future[Any]"]


class Link:
    """`arrived`: told whenever the store is there (again). `heard`: whether the operator is told of comings and goings.

    Belongs to one event loop.
    """

    def __init__(self, url: str, clock: Clock, *, heard: bool = True, timeout: float = TIMEOUT) -> None:
        self.outages = 0  # how often the store went away
        self.participants = 1  # workers that share it
        self.epoch = ""  # the data that is there; another one: everything must be said anew
        self.arrived: Callable[[], None] = lambda: None
        self._url = url
        self._monotonic = clock.monotonic
        self._heard = heard
        self._timeout = timeout
        self._up = True  # until the first attempt has failed calls wait for it
        self._queue: list[Call] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._client: redis.asyncio.Redis | None = None
        self._pumping: asyncio.Task[None] | None = None
        self._since = 0.0
        self._run_id = "-"

    @property
    def up(self) -> bool:
        """Whether it is worth asking."""
        return self._up

    def start(self) -> None:
        self._pumping = asyncio.create_task(self._pump(), name="valkey")

    def call(self, script: Script, keys: Sequence[str], args: Sequence[Any] = ()) -> asyncio.Future[Any]:
        """The answer of a script; None when the store is away or overwhelmed."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._up or len(self._queue) >= _WAITING:
            future.set_result(None)
            return future
        self._queue.append((script, keys, args, future))
        self._idle.clear()
        self._wake.set()
        return future

    async def close(self) -> None:
        """Once what was asked has been answered, or a moment has passed."""
        if self._pumping is None:
            return
        await self.drained()
        self._pumping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pumping
        self._fail(self._queue)
        await self._disconnect()

    async def _pump(self) -> None:
        while True:
            await self._connect()
            try:
                await self._serve()
            except Exception as error:  # noqa: BLE001 - of client, socket or loop: without this task all would wait
                self._away(error)
                await self._disconnect()

    async def _serve(self) -> None:
        """Until the store is away: raises what says so."""
        while True:
            if not self._queue:
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
            batch, self._queue = self._queue[:_BATCH], self._queue[_BATCH:]
            try:
                answers = await self._within(self._send(batch))
            except BaseException:
                self._fail(batch)
                raise
            for (*_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def _send(self, batch: Sequence[Call]) -> list[Any]:
        answers = await self._run(batch)
        missing = [index for index, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if missing:  # somebody has flushed them
            await self._teach()
            for index, answer in zip(missing, await self._run([batch[index] for index in missing]), strict=True):
                answers[index] = answer
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers

    async def _run(self, batch: Sequence[Call]) -> list[Any]:
        assert self._client is not None
        pipeline = self._client.pipeline(transaction=False)
        for script, keys, args, _ in batch:
            pipeline.evalsha(script.sha, len(keys), *keys, *args)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers

    async def _within(self, what: Awaitable[Any], timeout: float = 0.0) -> Any:
        async with asyncio.timeout(timeout or self._timeout):
            return await what

    async def _connect(self) -> None:
        """Return when the store is there."""
        while True:
            try:
                self._client = async_client(self._url, _CONNECT)
                await self._within(self._teach(), _CONNECT)
                await self._within(self._arrive(), _CONNECT)
            except Exception as error:  # noqa: BLE001 - as above
                self._away(error)
                await self._disconnect()
                await asyncio.sleep(_AGAIN)
                continue
            self._here()
            return

    async def _teach(self) -> None:
        assert self._client is not None
        pipeline = self._client.pipeline(transaction=False)
        for script in scripts.ALL:
            pipeline.script_load(script.text)
        await pipeline.execute()

    async def _arrive(self) -> None:
        """Learn whose data this is. After a restart, or at a stand-in, the store may have forgotten what we hold."""
        assert self._client is not None
        self._run_id = run_of(await _info(self._client))
        pipeline = self._client.pipeline(transaction=False)
        pipeline.evalsha(scripts.ARRIVE.sha, 2, scripts.EPOCH, scripts.SETTLING, self._run_id, int(SETTLE * 1000))
        self.epoch = (await pipeline.execute())[0].decode()

    async def learn(self) -> None:
        """Somebody has thrown the data away, or begun anew."""
        keys = (scripts.EPOCH, scripts.SETTLING)
        answer = await self.call(scripts.ARRIVE, keys, (self._run_id, int(SETTLE * 1000)))
        if answer is not None:
            self.epoch = answer.decode()

    async def drained(self) -> None:
        """What was asked has been answered, or a moment has passed."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), self._timeout * 2)

    def _here(self) -> None:
        if not self._up and self._heard:
            away = self._monotonic() - self._since
            logger.warning("the shared state at %s is back after %.0f s", shown(self._url), away)
        self._up = True
        self.arrived()

    def _away(self, error: BaseException) -> None:
        self._fail(self._queue)
        self._queue = []
        self._idle.set()
        if not self._up:
            return
        self._up = False
        self.outages += 1
        self._since = self._monotonic()
        if self._heard:
            logger.error(
                "the shared state at %s cannot be used (%s): until it is back this worker serves by its own share of "
                "all limits, one of %d",
                shown(self._url),
                str(error) or type(error).__name__,
                self.participants,
            )

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                await self._within(client.aclose())

    @staticmethod
    def _fail(calls: Sequence[Call]) -> None:
        for *_, future in calls:
            if not future.done():
                future.set_result(None)


async def _info(client: redis.asyncio.Redis) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await client.info("server")
    except redis.exceptions.ResponseError:  # not allowed to this user
        return None
    return found


def run_of(info: dict[str, Any] | None) -> str:
    """Which run of which server; "-" where it does not say."""
    return "-" if info is None else str(info.get("run_id", "-"))


async def answer(asked: asyncio.Future[Any]) -> Any:
    """The answer that others wait for, too, once they have heard it: who asked hears it first, a turn after it came."""
    if asked.done():
        await asyncio.sleep(0)
    return await asyncio.shield(asked)
