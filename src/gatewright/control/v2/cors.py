"""CORS of HTTP APIs: what is accepted, and DeleteCorsConfiguration.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

import re

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, lookup
from gatewright.store.base import Body

_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^\s/?#]+")
_METHODS = frozenset({"*", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE"})


def delete_cors_configuration(call: Call, params: Params) -> None:
    api = lookup.api(call, params)
    api.pop("CorsConfiguration", None)
    call.put("api", "", api["ApiId"], api)
    auto_deploy.run(call, api)


def check(api: Body) -> None:
    """Raises BadRequestException."""
    cors = api.get("CorsConfiguration")
    if not cors:
        return
    if not lookup.is_http(api):
        raise errors.bad_request("Cors is not supported for WEBSOCKET protocolType")
    origins = cors.get("AllowOrigins") or []
    if cors.get("AllowCredentials") and "*" in origins:
        raise errors.bad_request("allow-credentials is not supported if 'allow-origin' is *")
    for origin in origins:  # unverified: the words on origins and methods
        if _ORIGIN.fullmatch(origin) is None:
            raise errors.bad_request(f"Invalid format for origin {origin}. Format should be <scheme>://<host>")
    for method in cors.get("AllowMethods") or []:
        if method not in _METHODS:
            raise errors.bad_request(f"Invalid method specified for allow-methods: {method}")
