from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog import defaults
from gatewright.deploy.unsupported import of_api, of_stage, stage_words


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ({"methodSettings": {"*/*": defaults.METHOD_SETTING | {"metricsEnabled": True}}}, "metrics of */*"),
    ],
)
def test_what_a_stage_asks_for_in_vain_is_told(stage: dict[str, Any], told: str) -> None:
    (line,) = of_stage(stage)
    assert line.startswith(told)
    assert "not supported yet" in line


def test_a_stage_of_defaults_has_nothing_to_tell() -> None:
    quiet = {"canarySettings": defaults.canary("d"), "methodSettings": {"*/*": defaults.METHOD_SETTING}}
    assert list(of_stage(defaults.STAGE | quiet)) == []
    limited = defaults.METHOD_SETTING | {"throttlingBurstLimit": 5, "throttlingRateLimit": 1.0}
    assert list(of_stage({"methodSettings": {"*/*": limited}})) == []


@pytest.mark.parametrize("member", [{"securityPolicy": "TLS_1_0"}, {"endpointAccessMode": "STRICT"}])
def test_what_an_api_asks_for_in_vain_is_told(member: dict[str, Any]) -> None:
    (line,) = of_api(member)
    assert line.startswith(" ".join(*member.items()))
    assert list(of_api({"securityPolicy": "TLS_1_2", "endpointAccessMode": "BASIC"})) == []


def test_the_documentation_can_list_them() -> None:
    assert {"metrics"} <= set(stage_words())
