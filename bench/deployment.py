"""From CreateDeployment to the new program on every worker.

The call returns when every worker has said that it serves the new revision, so its own time bounds what is asked for.
That it is so is checked: new connections, enough to reach each worker, must all see the new answer.
"""

from __future__ import annotations

import http.client
import statistics
import time
from dataclasses import dataclass

from bench.systems import Gatewright

_CHECKS = 12  # new connections after each deployment


@dataclass(frozen=True)
class Latency:
    """Milliseconds over all rounds; `stale`: answers of the old program after the call had returned."""

    p50: float
    p99: float
    stale: int


def deploy_latency(gw: Gatewright, rounds: int = 50) -> Latency:
    """Deploy an API again and again, each time with another answer."""
    api_id = gw.mock_api()
    where = _method(gw, api_id)
    taken: list[float] = []
    stale = 0
    for number in range(rounds):
        body = f'{{"round": {number}}}'
        templates = {"op": "replace", "path": "/responseTemplates/application~1json", "value": body}
        gw.api.update_integration_response(**where, statusCode="200", patchOperations=[templates])
        started = time.perf_counter()
        gw.api.create_deployment(restApiId=api_id, stageName="v1")
        taken.append((time.perf_counter() - started) * 1000)
        stale += sum(_answer(gw, api_id) != body.encode() for _ in range(_CHECKS))
    cuts = statistics.quantiles(taken, n=100)
    return Latency(p50=cuts[49], p99=cuts[98], stale=stale)


def _method(gw: Gatewright, api_id: str) -> dict[str, str]:
    resources = gw.api.get_resources(restApiId=api_id)["items"]
    resource = next(each["id"] for each in resources if each["path"] == "/mock")
    return {"restApiId": api_id, "resourceId": resource, "httpMethod": "GET"}


def _answer(gw: Gatewright, api_id: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", gw.system.port, timeout=10)
    try:
        connection.request("GET", "/v1/mock", headers={"Host": gw.host(api_id)})
        return connection.getresponse().read()
    finally:
        connection.close()
