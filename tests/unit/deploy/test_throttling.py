from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog import defaults
from gatewright.deploy.throttling import of_method, of_route
from gatewright.program.throttle import Throttle


@pytest.mark.parametrize(
    ("rate", "burst", "limit"),
    [
        (None, None, None),
        (5.0, 2, Throttle(5.0, 2)),
        (5, None, Throttle(5.0, 5000)),
        (None, 2, Throttle(10000.0, 2)),
        (0.5, 1, Throttle(0.5, 1)),
        (0.0, 2, Throttle(0.0, 2)),
        (5.0, 0, Throttle(5.0, 0)),
        (-1.0, -1, None),
        (-1.0, 7, None),
        (-1.0, 0, Throttle(0.0, 0)),
        (5.0, -1, Throttle(5.0, 5000)),
    ],
)
def test_limits_of_a_method(rate: float | None, burst: int | None, limit: Throttle | None) -> None:
    given = {"throttlingRateLimit": rate, "throttlingBurstLimit": burst}
    assert of_method({name: value for name, value in given.items() if value is not None}) == limit


def test_a_method_with_any_setting_has_the_limits_that_it_shows() -> None:
    assert of_method(defaults.METHOD_SETTING | {"metricsEnabled": True}) == Throttle(10000.0, 5000)


@pytest.mark.parametrize(
    ("stage", "limit"),
    [
        ({}, None),
        ({"DefaultRouteSettings": {}}, None),
        ({"DefaultRouteSettings": {"ThrottlingRateLimit": 3.0, "ThrottlingBurstLimit": 2}}, Throttle(3.0, 2)),
        ({"DefaultRouteSettings": {"ThrottlingBurstLimit": 0}}, Throttle(10000.0, 0)),
        ({"DefaultRouteSettings": {"ThrottlingRateLimit": 0.0}}, Throttle(0.0, 5000)),
        ({"RouteSettings": {"GET /b": {"ThrottlingRateLimit": 3.0}}}, None),
        ({"RouteSettings": {"GET /a": {"ThrottlingRateLimit": 3.0}}}, Throttle(3.0, 5000)),
        ({"DefaultRouteSettings": {"ThrottlingRateLimit": 3.0}, "RouteSettings": {"GET /a": {}}}, None),
    ],
)
def test_limits_of_a_route(stage: dict[str, Any], limit: Throttle | None) -> None:
    assert of_route(stage, "GET /a") == limit
