"""Route keys: what is accepted for each protocol.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

import re

from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.control.v2 import lookup
from gatewright.store.base import Body

_BAD = (
    "The provided route key is not formatted properly for HTTP protocol. "
    'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
)
_STATIC = r"[^/{}?#\s\x00-\x1f]+"
_VARIABLE = r"[\w.:-]+"
_HTTP = re.compile(
    r"\$default|(?:ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) "
    rf"(?:/|(?:/(?:{_STATIC}|\{{{_VARIABLE}\}}))*(?:/(?:{_STATIC}|\{{{_VARIABLE}\+?\}})))",
    re.ASCII,
)
_OF_AWS = frozenset({"$connect", "$disconnect", "$default"})
_LENGTH = 128  # unverified: of a WebSocket API's keys


def check(api: Body, key: str) -> None:
    """Raises BadRequestException. unverified: what WebSocket APIs refuse, and their words."""
    if lookup.is_http(api):
        if _HTTP.fullmatch(key) is None:
            raise errors.bad_request(_BAD)
    elif not 0 < len(key) <= _LENGTH or (key.startswith("$") and key not in _OF_AWS):
        raise errors.bad_request(f"The provided route key is not valid for WEBSOCKET protocol: {key}")


def check_free(call: Call, api_id: str, key: str, own: str | None = None) -> None:
    """Raises ConflictException when another route has the key (unverified words)."""
    if any(route["RouteKey"] == key and route["RouteId"] != own for route in call.list("route", api_id)):
        raise errors.conflict(f"Route with key {key} already exists for this API")
