from __future__ import annotations

from gatewright.edge.target import Door
from gatewright.gateway.live import Live
from gatewright.program.trie import Trie
from gatewright.telemetry.counters import StageCounters
from tests.unit.gateway.support import compiled


def test_what_is_looked_up_per_request_comes_from_the_program() -> None:
    program, _ = compiled(api={"disableExecuteApiEndpoint": True})
    live = Live(program, Trie([]), StageCounters())
    assert (live.region, live.doors, live.program) == (
        "us-east-1",
        frozenset({Door.DOMAIN, Door.PRIVATE_DOMAIN, Door.ALIAS}),
        program,
    )


def test_a_canary_makes_the_way_unstable() -> None:
    program, _ = compiled()
    live, canary = (Live(program, Trie([]), StageCounters()) for _ in range(2))
    assert live.stable
    live.release(0.1, canary)
    assert (live.canary, live.share, live.stable) == (canary, 0.1, False)
