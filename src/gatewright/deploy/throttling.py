"""What a stage's settings say about how often its methods and routes may be called.

AWS: "Per-API, per-stage throttling limits are applied at the API method level for a stage": what is set for all methods
is every method's own limit, not one that they share. A figure that was not set is AWS's default (10,000 a second, 5,000
at once), an explicit 0 blocks. -1 is how Terraform says that there is no limit.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.catalog import defaults
from gatewright.program.throttle import Throttle

Body = Mapping[str, Any]
METHOD_MEMBERS = ("throttlingRateLimit", "throttlingBurstLimit")
ROUTE_MEMBERS = ("ThrottlingRateLimit", "ThrottlingBurstLimit")


def of_method(setting: Body) -> Throttle | None:
    """Of the entry of methodSettings that holds for a method; None: nothing limits it."""
    return _throttle(*(setting.get(member) for member in METHOD_MEMBERS))


def of_route(stage: Body, key: str) -> Throttle | None:
    """Of a route. Its settings replace the stage's default as a whole (as seen in AWS's answers)."""
    setting = (stage.get("RouteSettings") or {}).get(key)
    if setting is None:
        setting = stage.get("DefaultRouteSettings") or {}
    return _throttle(*(setting.get(member) for member in ROUTE_MEMBERS))


def _throttle(rate: float | None, burst: int | None) -> Throttle | None:
    if rate is None and burst is None:
        return None
    rate = defaults.THROTTLE["rateLimit"] if rate is None else rate
    burst = defaults.THROTTLE["burstLimit"] if burst is None or burst < 0 else burst
    if rate < 0:
        return Throttle(0.0, 0) if burst == 0 else None
    return Throttle(float(rate), burst)
