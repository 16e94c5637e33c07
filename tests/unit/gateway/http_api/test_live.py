from __future__ import annotations

import pytest

from gatewright.deploy.http_api import compile_http_api
from gatewright.edge.target import Door
from gatewright.gateway.http_api.live import HttpLive
from gatewright.program.route_table import RouteTable
from gatewright.telemetry.counters import StageCounters
from tests.plays.http_api import http_document


def _live(stage: str, *, closed: bool = False) -> HttpLive:
    program = compile_http_api(http_document(stage=stage, api={"DisableExecuteApiEndpoint": closed}))
    return HttpLive(program, RouteTable(()), StageCounters(), None)


def test_prefixes() -> None:
    assert [_live(stage).prefix for stage in ("$default", "v1")] == [b"", b"/v1"]


@pytest.mark.parametrize("door", list(Door))
def test_doors(door: Door) -> None:
    assert not _live("v1").closed(door)
    assert _live("v1", closed=True).closed(door) == (door in (Door.EXECUTE_API, Door.VPC_ENDPOINT))
