"""A definition of an HTTP API (apigatewayv2): what its documents are read into and written from.

The counterpart of `base.Definition`, in the words of apigatewayv2. `http_api_reader` makes one of an OpenAPI 3
document, `http_api_writer` a document of one, `http_api_named` one of an API that was frozen; what is written is read
as the same.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatewright.openapi.base import PREFIX, Body

AUTH = PREFIX + "auth"
AUTHORIZER = PREFIX + "authorizer"
CORS = PREFIX + "cors"
ENDPOINT = PREFIX + "endpoint-configuration"
INTEGRATION = PREFIX + "integration"
INTEGRATIONS = PREFIX + "integrations"
TAG_VALUE = PREFIX + "tag-value"
VERSION = PREFIX + "importexport-version"

ONLY_VERSION = "1.0"  # of the algorithm of imports and exports
DEFAULT_KEY = "$default"
DEFAULT_PATH = "/$default"  # what holds the route `$default`
IS_DEFAULT = "isDefaultRoute"
TIMEOUT = 30_000  # milliseconds: what an integration has unless it is said
PAYLOAD = "1.0"  # unverified: the version of an integration that gives none, as those of REST APIs' exports

# The members of CORS in a document and in the API, in the order of AWS's exports.
CORS_MEMBERS: Mapping[str, str] = {
    "allowMethods": "AllowMethods",
    "allowHeaders": "AllowHeaders",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
    "allowCredentials": "AllowCredentials",
    "allowOrigins": "AllowOrigins",
}


@dataclass(slots=True)
class HttpApi:
    """An HTTP API as a document defines it.

    `api`: members of CreateApi. `authorizers`: those of CreateAuthorizer. `integrations`: those of CreateIntegration,
    by name: one that only one route has is called by that route's key. `routes`: members of CreateRoute, with names
    instead of ids: `authorizer` and `integration`. `warnings` and `info` are for the caller.
    """

    api: Body = field(default_factory=dict)
    authorizers: list[Body] = field(default_factory=list)
    integrations: dict[str, Body] = field(default_factory=dict)
    routes: list[Body] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
