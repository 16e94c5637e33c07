from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.patches.rest_api import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

EDGE = {"endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"}}
PRIVATE = {"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"}}


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/name": "r",
        "/description": "ard",
        "/apiKeySource": "r",
        "/binaryMediaTypes/{type}": "ard",
        "/disableExecuteApiEndpoint": "r",
        "/endpointAccessMode": "r",
        "/endpointConfiguration/ipAddressType": "r",
        "/endpointConfiguration/types/{type}": "r",
        "/endpointConfiguration/vpcEndpointIds": "ad",
        "/minimumCompressionSize": "r",
        "/policy": "r",
        "/securityPolicy": "r",
    }


@pytest.mark.parametrize(
    ("before", "op", "path", "value", "after"),
    [
        ({}, "replace", "/name", "new", {"name": "new"}),
        ({"description": "d"}, "remove", "/description", None, {}),
        ({}, "replace", "/disableExecuteApiEndpoint", "true", {"disableExecuteApiEndpoint": True}),
        ({}, "replace", "/apiKeySource", "AUTHORIZER", {"apiKeySource": "AUTHORIZER"}),
        ({"minimumCompressionSize": 1}, "replace", "/minimumCompressionSize", None, {}),
        ({"policy": "{}"}, "replace", "/policy", "", {}),
        (EDGE, "replace", "/endpointConfiguration/types/EDGE", "PRIVATE", PRIVATE),
        (
            PRIVATE,
            "add",
            "/endpointConfiguration/vpcEndpointIds",
            "vpce-1",
            {"endpointConfiguration": PRIVATE["endpointConfiguration"] | {"vpcEndpointIds": ["vpce-1"]}},
        ),
    ],
)
def test_patches(before: dict[str, Any], op: str, path: str, value: str | None, after: dict[str, Any]) -> None:
    assert patched(TABLE, before, op, path, value) == after


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/name", "", "REST API name must be non-empty"),
        ("/apiKeySource", "BODY", "Invalid API key source specified"),
        ("/minimumCompressionSize", "10485761", "Invalid minimum compression size, must be between 0 and 10485760"),
        (
            "/endpointConfiguration/types/0",
            "X",
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
        ),
        ("/endpointConfiguration/ipAddressType", "ipv6", "ipAddressType must be either ipv4 or dualstack."),
        ("/endpointConfiguration/ipAddressType", "ipv4", "Only dualstack ipAddressType is supported for Private APIs."),
        ("/tags", "x", "Invalid patch path /tags"),
    ],
)
def test_refusals(path: str, value: str, message: str) -> None:
    assert refusal(TABLE, PRIVATE, "replace", path, value) == message
