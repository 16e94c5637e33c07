"""Traces of REST APIs (`tracingEnabled`): X-Ray's header decides, sampled requests become spans.

AWS: "Trace user requests to REST APIs using X-Ray". A request whose X-Amzn-Trace-Id says whether it is sampled is
believed, whatever the stage says; others are sampled where the stage traces: the first of each second, and one in
twenty of the rest (X-Ray's default rule). Backends and functions get the trace with this request as their parent, so
that what they record hangs below it. HTTP and WebSocket APIs are not traced, as on AWS; they pass the header on.

A span leaves the worker by the spool; the control process exports it (`control/span_export.py`).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any, Final

from gatewright.clock import Clock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Exchange, Step, Watch
from gatewright.gateway.identifiers import new_root
from gatewright.gateway.live import Parts
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import MethodProgram, StageProgram
from gatewright.program.websocket import WebSocketProgram

KIND: Final = "span"  # of records in the spool
SHARE: Final = 0.05  # of the requests after the first of a second


class Sampler:
    """Decides which requests are traced. Belongs to one stage of one worker."""

    __slots__ = ("_chance", "_clock", "_second")

    def __init__(self, clock: Clock, chance: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._chance = chance
        self._second = -1

    def take(self) -> bool:
        """Whether this request is traced."""
        second = int(self._clock.monotonic())
        if second != self._second:
            self._second = second
            return True
        return self._chance() < SHARE


class Sent:
    """What an X-Amzn-Trace-Id header says. `sampled` None: nothing; `more`: fields that are only passed on."""

    __slots__ = ("more", "parent", "root", "sampled")

    def __init__(self, header: bytes | None) -> None:
        self.root = self.parent = self.more = b""
        self.sampled: bool | None = None
        for field in (header or b"").split(b";"):
            name, _, value = field.strip().partition(b"=")
            if name == b"Root":
                self.root = value
            elif name == b"Parent":
                self.parent = value
            elif name == b"Sampled":
                self.sampled = {b"1": True, b"0": False}.get(value)
            elif name == b"Lineage":
                self.more = b";Lineage=" + value


def begin(method: MethodProgram, parts: Parts) -> Step | None:
    """Decides, before anybody is called, whether the request is traced."""
    if parts.telemetry is None or not (parts.program.telemetry.tracing or parts.telemetry.traces):
        return None
    sampler = Sampler(parts.telemetry.clock) if parts.program.telemetry.tracing else None

    def decide(exchange: Exchange) -> None:
        sent = Sent(exchange.header(b"x-amzn-trace-id"))
        sampled = sent.sampled
        if sampled is None:
            if sampler is None:
                return
            sampled = sampler.take()
        if not sampled and sampler is None:
            return
        span = os.urandom(8).hex().encode()
        root = sent.root or new_root(exchange.clock.now())
        exchange.trace = b"Root=%b;Parent=%b;Sampled=%d%b" % (root, span, sampled, sent.more)
        if sampled:
            exchange.span = Span(root, span, sent.parent)

    return decide


class Span:
    """The part of a trace that this gateway is. Ids in hexadecimal digits, the root as X-Ray writes it."""

    __slots__ = ("id", "parent", "root")

    def __init__(self, root: bytes, span: bytes, parent: bytes) -> None:
        self.root = root
        self.id = span
        self.parent = parent


def build(program: StageProgram | HttpApiProgram | WebSocketProgram, telemetry: Telemetry) -> Watch | None:
    """Writes the spans of the exchanges that are traced; None: nobody exports them."""
    spool = telemetry.spool
    if not isinstance(program, StageProgram) or spool is None or not telemetry.traces:
        return None
    clock = telemetry.clock
    name = f"{program.telemetry.api_name or program.api_id}/{program.stage}"

    def record(exchange: Exchange) -> None:
        span: Span | None = exchange.span
        if span is not None:
            spool.write(KIND, told(exchange, span, name, clock.now()))

    return record


def told(exchange: Exchange, span: Span, name: str, now: float) -> dict[str, Any]:
    """A span as a record of the spool. Times in epoch seconds; `integration` None: no backend was called."""
    error = exchange.error
    integration = None
    if exchange.integration_latency >= 0:
        integration = {"latency": exchange.integration_latency, "status": exchange.integration_status}
    agent = exchange.header(b"user-agent")
    return {
        "root": span.root.decode("latin-1"),
        "id": span.id.decode("latin-1"),
        "parent": span.parent.decode("latin-1"),
        "name": name,
        "start": now - exchange.latency,
        "end": now,
        "method": exchange.verb,
        "path": exchange.request.path.decode("utf-8", "replace"),
        "route": exchange.method.resource_path,
        "status": exchange.status,
        "sent": exchange.sent,
        "client": exchange.request.client,
        "user_agent": None if agent is None else agent.decode("utf-8", "replace"),
        "account": exchange.program.account,
        "region": exchange.program.region,
        "api": exchange.program.api_id,
        "stage": exchange.program.stage,
        "request_id": exchange.request_id.decode(),
        "error": None if error is None else (error.log or error.kind.name),
        "integration": integration,
    }
