"""Definition of an HTTP API → OpenAPI 3.0, as ExportApi writes it (seen in exports, unless said otherwise)."""

from __future__ import annotations

import re

from gatewright.openapi import http_api_integrations as integrations
from gatewright.openapi import http_api_security as security
from gatewright.openapi.base import VERBS, Body
from gatewright.openapi.http_api import (
    AUTH,
    CORS,
    CORS_MEMBERS,
    DEFAULT_KEY,
    DEFAULT_PATH,
    ENDPOINT,
    INTEGRATION,
    INTEGRATIONS,
    IS_DEFAULT,
    ONLY_VERSION,
    TAG_VALUE,
    VERSION,
    HttpApi,
)
from gatewright.openapi.source import step

_KEYS = {verb: key for key, verb in VERBS.items()}
_VARIABLE = re.compile(r"\{([^/{}]+)\}")


def write(definition: HttpApi, server: Body, *, extended: bool = True) -> Body:
    """The document. `server`: its one server object; `extended`: with API Gateway's extensions."""
    api = definition.api
    written: Body = {"openapi": "3.0.1", "info": _info(api), "servers": [_server(api, server, extended)]}
    tags = _tags(api, extended)
    if tags:
        written["tags"] = tags
    shared = _shared(definition)
    written["paths"] = _paths(definition, shared, extended)
    components = _components(definition, shared, extended)
    if components:
        written["components"] = components
    if extended:
        cors = api.get("CorsConfiguration") or {}
        if cors:
            written[CORS] = {name: cors[member] for name, member in CORS_MEMBERS.items() if member in cors}
        written[VERSION] = ONLY_VERSION
    return written


def _info(api: Body) -> Body:
    described = {"description": api["Description"]} if api.get("Description") else {}
    return {"title": api["Name"], **described, "version": api["Version"]}


def _server(api: Body, server: Body, extended: bool) -> Body:
    endpoint: Body = {}
    if api.get("DisableExecuteApiEndpoint"):
        endpoint["disableExecuteApiEndpoint"] = True
    if api.get("IpAddressType"):  # unverified
        endpoint["ipAddressType"] = api["IpAddressType"]
    return server | ({ENDPOINT: endpoint} if extended and endpoint else {})


def _tags(api: Body, extended: bool) -> list[Body]:
    return [
        {"name": name} | ({TAG_VALUE: value} if extended and value else {})
        for name, value in (api.get("Tags") or {}).items()
    ]


def _paths(definition: HttpApi, shared: set[str], extended: bool) -> Body:
    default = _free_path(definition)
    placed = {_place(route["RouteKey"], default): route for route in definition.routes}
    paths: Body = {}
    for (path, key), route in sorted(placed.items(), key=lambda item: item[0]):
        paths.setdefault(path, {})[key] = _operation(route, definition, shared, extended)
    for path, item in paths.items():
        parameters = [_parameter(name) for name in _VARIABLE.findall(path)]
        if parameters:
            item["parameters"] = parameters
    return paths


def _free_path(definition: HttpApi) -> str:
    """The path that holds `$default`: another one than AWS's where a route `ANY /$default` has that."""
    keys = {route["RouteKey"] for route in definition.routes}
    path = DEFAULT_PATH
    while f"ANY {path}" in keys:
        path += "_"
    return path


def _place(key: str, default: str) -> tuple[str, str]:
    """The path and the name of the operation that hold a route."""
    if key == DEFAULT_KEY:
        return default, _KEYS["ANY"]
    verb, _, path = key.partition(" ")
    return path, _KEYS[verb]


def _parameter(name: str) -> Body:
    about = f"Generated path parameter for {name}"
    return {"name": name, "in": "path", "description": about, "required": True, "schema": {"type": "string"}}


def _operation(route: Body, definition: HttpApi, shared: set[str], extended: bool) -> Body:
    key = route["RouteKey"]
    written: Body = {"operationId": route["OperationName"]} if route.get("OperationName") else {}
    if extended and key in (DEFAULT_KEY, f"ANY {DEFAULT_PATH}"):
        written[IS_DEFAULT] = key == DEFAULT_KEY
    written["responses"] = {"default": {"description": f"Default response for {key}"}}
    if route.get("authorizer"):
        written["security"] = [{route["authorizer"]: list(route.get("AuthorizationScopes") or ())}]
    if not extended:
        return written
    if route["AuthorizationType"] == "AWS_IAM":
        written[AUTH] = {"type": "AWS_IAM"}
    name = route.get("integration")
    if name in shared:
        written[INTEGRATION] = {"$ref": f"#/components/{INTEGRATIONS}{step('', name)}"}
    elif name is not None:
        written[INTEGRATION] = integrations.write(definition.integrations[name])
    return written


def _shared(definition: HttpApi) -> set[str]:
    """The integrations that are not written into the one route that has them."""
    own = {route["RouteKey"] for route in definition.routes if route.get("integration") == route["RouteKey"]}
    return set(definition.integrations) - own


def _components(definition: HttpApi, shared: set[str], extended: bool) -> Body:
    schemes = {each["Name"]: security.scheme_of(each, extension=extended) for each in definition.authorizers}
    written: Body = {"securitySchemes": schemes} if schemes else {}
    if extended and shared:
        written[INTEGRATIONS] = {
            name: integrations.write(each) for name, each in definition.integrations.items() if name in shared
        }
    return written
