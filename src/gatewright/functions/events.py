"""Asynchronous invocations (InvocationType Event): accepted means stored, and tried until done.

An event is a document until its handler has returned, so that a host that is killed goes on with it after its start
(at least once, as on AWS). A failed handler is tried again twice, after one minute and after two; a throttled one
until the event is six hours old (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from uuid_utils import uuid4

from gatewright.clock import Clock
from gatewright.functions.documents import EVENT, child_key
from gatewright.functions.invocation import Invocation
from gatewright.functions.names import FunctionKey, FunctionName
from gatewright.functions.outcomes import CLOSING, Outcome, Refusal
from gatewright.store.base import Body, Document, Store, StoreError

RETRIES = (60.0, 120.0)  # seconds before each further try of a handler that failed
THROTTLED_FIRST, THROTTLED_MOST = 1.0, 300.0  # seconds between tries of one that was throttled, doubling
AGE_LIMIT = 6 * 3600.0  # seconds

log = logging.getLogger("gatewright.functions")

Submit = Callable[[FunctionName, Invocation], None]  # finds version and pool; calls `done` in any case


def node_name(data: Path) -> str:
    """What tells a node from those that it shares the store with; it keeps it in its own folder."""
    file = data / "node"
    try:
        return file.read_text()
    except FileNotFoundError:
        name = uuid4().hex
        draft = file.with_suffix(".draft")
        draft.write_text(name)
        draft.replace(file)
        return name


class Events:
    """The events that have been accepted and not ended, by this node where several share the store."""

    def __init__(
        self, store: Store, submit: Submit, clock: Clock, retries: Sequence[float] = RETRIES, node: str | None = None
    ) -> None:
        self._store = store
        self._submit = submit
        self._clock = clock
        self._retries = retries
        self._node = node
        self._loop = asyncio.get_running_loop()
        self._worker = ThreadPoolExecutor(1, "functions-events")
        self._timers: set[asyncio.TimerHandle] = set()
        self._closed = False

    async def start(self) -> None:
        """Go on with what an earlier host has accepted."""
        for document in await self._loop.run_in_executor(self._worker, self._stored):
            key = FunctionKey(document.key.account, document.key.region, document.key.parent)
            self._try(_Event(key, document.key.id, document.body))

    def _stored(self) -> list[Document]:
        with self._store.transaction(write=False) as tx:
            return [each for each in tx.scan(EVENT) if each.body.get("node") == self._node]

    def accept(self, name: FunctionName, invocation: Invocation, done: Callable[[bool], None]) -> None:
        """Store an event and start with it; `done` tells whether it is stored."""
        body: Body = {
            "qualifier": name.qualifier,
            "payload": base64.b64encode(invocation.payload).decode(),
            "trace": invocation.trace_id.decode("latin-1"),
            "context": invocation.client_context.decode() if invocation.client_context is not None else None,
            "at": self._clock.now(),
            "node": self._node,
        }
        event = _Event(name.key, invocation.request_id, body)
        future = self._loop.run_in_executor(self._worker, self._put, event)

        def stored(result: asyncio.Future[None]) -> None:
            if error := result.exception():
                log.error("cannot store an event of function %s: %s", name.key.name, error)
                done(False)
                return
            done(True)
            self._try(event)

        future.add_done_callback(stored)

    def _put(self, event: _Event) -> None:
        with self._store.transaction() as tx:
            tx.insert(child_key(event.key, EVENT, event.request_id), event.body)

    def _delete(self, event: _Event) -> None:
        try:
            with self._store.transaction() as tx:
                tx.delete(child_key(event.key, EVENT, event.request_id))
        except StoreError as error:  # it will be done once more after the next start
            log.error("cannot remove an event of function %s: %s", event.key.name, error)

    def _try(self, event: _Event) -> None:
        if self._closed:
            return
        body = event.body
        name = FunctionName(event.key, body["qualifier"])
        context = body["context"].encode() if body["context"] is not None else None
        payload = base64.b64decode(body["payload"])

        def done(_invocation: Invocation, result: Outcome | Refusal) -> None:
            self._judge(event, result)

        trace = body["trace"].encode("latin-1")
        self._submit(name, Invocation(event.request_id, name.arn, payload, trace, context, False, done))

    def _judge(self, event: _Event, result: Outcome | Refusal) -> None:
        """Done, again later, or given up."""
        if result is CLOSING or self._closed:
            return  # it stays stored
        delay = self._delay(event, result)
        if delay is None:
            self._worker.submit(self._delete, event)
            return
        handle: asyncio.TimerHandle

        def again() -> None:
            self._timers.discard(handle)
            self._try(event)

        handle = self._loop.call_later(delay, again)
        self._timers.add(handle)

    def _delay(self, event: _Event, result: Outcome | Refusal) -> float | None:
        """Seconds until the next try; None: there is none."""
        if isinstance(result, Refusal):
            age = self._clock.now() - event.body["at"]
            if result.status in (429, 500) and age < AGE_LIMIT:
                event.throttled += 1
                return float(min(THROTTLED_FIRST * 2 ** (event.throttled - 1), THROTTLED_MOST))
            log.warning("function %s: event %s dropped: %s", event.key.name, event.request_id, result.message)
            return None
        if result.error is None:
            return None
        event.failures += 1
        if event.failures > len(self._retries):
            log.warning(
                "function %s: event %s dropped after %d failures", event.key.name, event.request_id, event.failures
            )
            return None
        return self._retries[event.failures - 1]

    async def close(self) -> None:
        """Stop trying; what is not done stays stored."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        await self._loop.run_in_executor(None, self._worker.shutdown)


class _Event:
    """One event and how often it has gone wrong in this process."""

    __slots__ = ("body", "failures", "key", "request_id", "throttled")

    def __init__(self, key: FunctionKey, request_id: str, body: dict[str, Any]) -> None:
        self.key = key
        self.request_id = request_id
        self.body = body
        self.failures = 0
        self.throttled = 0
