from __future__ import annotations

from gatewright.deploy.compile import compile_program
from gatewright.gateway import series
from gatewright.program.records import StageProgram
from gatewright.telemetry.counters import Counters, Series
from tests.plays.stage import ACCOUNT, API, document, mock, resource

V1 = Series("REST", ACCOUNT, "us-east-1", API, "", "v1")


def rest(**stage: object) -> StageProgram:
    made = document(resource("/pets", GET=mock()))
    made["stage"] |= stage
    return compile_program(made)


def test_a_stage_is_a_series() -> None:
    assert series.of_stage(rest()) == V1


def test_only_methods_with_detailed_metrics_have_their_own() -> None:
    counters = Counters()
    plain, detailed = rest(), rest(methodSettings={"*/*": {"metricsEnabled": True}})
    assert series.of_part(counters, V1, plain.resources[0].methods["GET"]) is None
    found = series.of_part(counters, V1, detailed.resources[0].methods["GET"])
    assert found is counters.of(V1.part("/pets", "GET"))
