from __future__ import annotations

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import route_keys

HTTP, WEBSOCKET = {"ProtocolType": "HTTP"}, {"ProtocolType": "WEBSOCKET"}


@pytest.mark.parametrize(
    "key",
    [
        "$default",
        "GET /",
        "ANY /a",
        "POST /a/{b}/c",
        "GET /{a+}",
        "GET /a/{b.c-d}/{proxy+}",
        "PATCH /a.b~c%20d",
        "OPTIONS /{proxy+}",
        "HEAD /a:b@c",
    ],
)
def test_keys_of_http_apis(key: str) -> None:
    route_keys.check(HTTP, key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "GET",
        "GET/",
        "get /",
        "TRACE /",
        "GET a",
        "GET  /",
        "GET /a/",
        "GET //",
        "GET /a//b",
        "GET /{a",
        "GET /{}",
        "GET /{a+}/b",
        "GET /x{a}",
        "$connect",
        "GET /a?b",
        "GET /a b",
        " GET /",
        "GET /\n",
    ],
)
def test_what_http_apis_refuse(key: str) -> None:
    with pytest.raises(AwsError, match="is not formatted properly for HTTP protocol"):
        route_keys.check(HTTP, key)


@pytest.mark.parametrize("key", ["$connect", "$disconnect", "$default", "join", "a b", "GET /"])
def test_keys_of_websocket_apis(key: str) -> None:
    route_keys.check(WEBSOCKET, key)


@pytest.mark.parametrize("key", ["", "$other", "x" * 129])
def test_what_websocket_apis_refuse(key: str) -> None:
    with pytest.raises(AwsError, match="is not valid for WEBSOCKET protocol"):
        route_keys.check(WEBSOCKET, key)
