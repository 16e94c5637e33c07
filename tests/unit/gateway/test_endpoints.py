from __future__ import annotations

from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.net.base import Origin


def test_one_door_for_every_function() -> None:
    endpoint = Endpoint(Origin("http", "functions", 80, unix="/run/invoke.sock"))
    assert OneEndpoint(endpoint).function("arn:aws:lambda:us-east-1:123456789012:function:any") is endpoint
