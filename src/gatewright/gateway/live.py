"""An installed program: its routes with the steps of each method, its counters, its canary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from gatewright.edge.target import Door
from gatewright.gateway.base import Identities, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.exchange import Plan, Render, Stage
from gatewright.gateway.flights import Flights
from gatewright.net.base import Upstream
from gatewright.program.records import MethodProgram, StageProgram
from gatewright.program.trie import Trie
from gatewright.state.base import Cache
from gatewright.telemetry.counters import StageCounters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What steps are built from."""

    program: StageProgram
    upstream: Upstream
    endpoints: Endpoints
    counters: StageCounters
    max_payload: int  # bytes, requests and buffered answers alike
    identities: Identities | None = None
    traffic: Traffic | None = None
    answers: Cache | None = None  # the cache of the stage
    flights: Flights | None = None
    telemetry: Telemetry | None = None
    keeps: bool = False  # for integrations: their answers go into the cache
    # Equal parts of a program are one object: a method that is called seldom then finds most of what it needs in the
    # processor's cache. Of 10,000 routes that is a third of the time.
    shared: dict[Any, Any] = field(default_factory=dict)

    def caches(self, method: MethodProgram) -> bool:
        """Whether answers of a method are cached."""
        return method.caching is not None and self.answers is not None

    def share(self, part: T) -> T:
        """`part`, or the equal one that another method has."""
        return cast("T", self.shared.setdefault(part, part))


class Live(Stage):
    """What the gateway looks up per request."""

    __slots__ = ("answers", "canary", "doors", "region", "routes", "share", "stable")

    def __init__(
        self, program: StageProgram, routes: Trie[Plan], counters: StageCounters, render: Render | None = None
    ) -> None:
        super().__init__(program, counters, render)
        self.routes = routes
        self.answers: Cache | None = None
        self.doors = _doors(program)
        self.region = program.region
        self.canary: Live | None = None
        self.share = 0.0  # of the requests, for the canary
        self.stable = self.doors is ALL_DOORS  # whether a path leads to the same place every time

    def release(self, share: float, canary: Live) -> None:
        """Give a share (0 to 1) of this stage's requests to another program."""
        self.canary, self.share = canary, share
        self.stable = False


ALL_DOORS: Final = frozenset(Door)


def _doors(program: StageProgram) -> frozenset[Door]:
    """The entrances that lead to an API. AWS: "Private REST APIs", "Disable the default endpoint for REST APIs"."""
    if program.private:
        named = frozenset({Door.PRIVATE_DOMAIN, Door.ALIAS})
        return named if program.endpoint_disabled else named | {Door.VPC_ENDPOINT}
    if program.endpoint_disabled:
        return frozenset({Door.DOMAIN, Door.PRIVATE_DOMAIN, Door.ALIAS})
    return ALL_DOORS
