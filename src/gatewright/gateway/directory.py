"""Which program and which resource a target names.

A place without path parameters depends on nothing but API and path, so it is remembered: for most requests finding it
is one look-up. What is remembered is bounded and forgotten whenever a program changes. A stage with a canary is never
remembered: every request of it is dealt anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from gatewright.edge.target import Target
from gatewright.gateway.errors import FORBIDDEN, GatewayError
from gatewright.gateway.exchange import Plan
from gatewright.gateway.live import Live
from gatewright.gateway.paths import without_needless

# The program, the first of the resource's methods (None: no such resource), the path with its stage, the path below
# it, and the raw values of the path parameters.
Place = tuple[Live, "Plan | None", bytes, bytes, Sequence[bytes]]

_REMEMBERED: Final = 4096


class Directory:
    """The programs of a worker by API and stage."""

    __slots__ = ("_chance", "_known", "_stages")

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """`chance`: a number of [0, 1) that decides whether a request goes to a stage's canary."""
        self._chance = chance
        self._stages: dict[tuple[str, bytes], Live] = {}
        self._known: dict[tuple[str, bytes], Place] = {}

    def put(self, live: Live) -> None:
        """Serve this program, instead of the one its stage had."""
        self._stages[live.program.api_id, live.program.stage.encode()] = live
        self._known.clear()

    def drop(self, live: Live) -> None:
        """Serve this program no more."""
        self._stages.pop((live.program.api_id, live.program.stage.encode()), None)
        self._known.clear()

    def find(self, target: Target, path: bytes) -> Place:
        """Where a target and a path in AWS's own form lead. Raises GatewayError (403): no such API or stage here."""
        place = self._known.get((target.api_id, path)) or self._locate(target, path)
        if target.region is not None and target.region != place[0].region:
            raise GatewayError(FORBIDDEN)
        return place

    def _locate(self, target: Target, path: bytes) -> Place:
        whole = _collapsed(without_needless(path))  # the latter unverified for AWS
        end = whole.find(b"/", 1)
        stage, below = (whole[1:], b"/") if end < 0 else (whole[1:end], whole[end:])
        live = self._stages.get((target.api_id, stage))
        if live is None:
            raise GatewayError(FORBIDDEN)
        stable = live.stable
        if live.canary is not None and self._chance() < live.share:
            live = live.canary
        if target.door not in live.doors:
            raise GatewayError(FORBIDDEN, log=_closed(live))
        below = _collapsed(below)
        found = live.routes.match(below)
        if found is None:
            return live, None, whole, below, ()
        place: Place = (live, found[0], whole, below, found[1])
        if not found[1] and b"//" not in path and stable:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[target.api_id, path] = place
        return place


def _closed(live: Live) -> str:
    program = live.program
    if program.endpoint_disabled:
        return f"The default endpoint of {program.name} is disabled (disableExecuteApiEndpoint)"
    return (
        f"{program.name} is private: it is called as {program.api_id}-{{vpce id}}.execute-api… "
        f"or with the header x-apigw-api-id: {program.api_id}"
    )


def _collapsed(path: bytes) -> bytes:
    """Leading slashes count as one (recorded from AWS)."""
    return b"/" + path.lstrip(b"/") if path[1:2] == b"/" else path
