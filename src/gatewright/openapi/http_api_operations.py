"""Path items and operations → routes of an HTTP API with their integrations.

What is sound OpenAPI and means nothing to HTTP APIs is told in AWS's words, "paths./pets.get: key [responses] will be
ignored by API Gateway" (reported by clients), and so is a reference to a schema that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatewright.openapi import http_api_integrations as integrations
from gatewright.openapi import http_api_security as security
from gatewright.openapi.base import NODES, PREFIX, VERBS, Body
from gatewright.openapi.http_api import (
    AUTH,
    DEFAULT_KEY,
    DEFAULT_PATH,
    INTEGRATION,
    INTEGRATIONS,
    IS_DEFAULT,
)
from gatewright.openapi.source import Source, step

_ANY = "x-amazon-apigateway-any-method"
_IGNORED = ("requestBody", "responses", "parameters", "callbacks", "servers")
_READ = (INTEGRATION, AUTH)
_NAMED = f"#/components/{INTEGRATIONS}/"
_SCHEMA = "#/components/schemas/"


class Operations:
    """Reads the operations of one document into `routes` and `integrations`."""

    def __init__(self, source: Source, schemes: security.Schemes, before: str) -> None:
        self._source = source
        self._schemes = schemes
        self._before = before  # of every path
        self.routes: list[Body] = []
        self.integrations: dict[str, Body] = {}
        self._keys: set[str] = set()
        self._members = 0  # of path items and operations so far
        components = source.mapping(source.tree.get("components"), "/components")
        for name, value, place in source.members(components, INTEGRATIONS, "/components"):
            node, where = source.resolve(value, place)
            self.integrations[name] = integrations.read(source, node, where, f"components.{INTEGRATIONS}.{name}")

    def item(self, path: str, value: Any, place: str) -> None:
        """The routes of a path item."""
        node, place = self._source.resolve(value, place)
        if not self._count(len(node), place):
            return
        for key, operation in node.items():
            if key in VERBS:
                self._route(path, key, operation, step(place, key))
            elif key in ("parameters", "servers", "trace") or key.startswith(PREFIX):
                self._source.ignored(f"paths.{path}", key)

    def _count(self, members: int, place: str) -> bool:
        """Whether so many more members may be read: what paths refer to is read for each of them."""
        before, self._members = self._members, self._members + members
        if before <= NODES < self._members:
            self._source.problem(place, f"the document's paths have more than {NODES} values")
        return self._members <= NODES

    def _route(self, path: str, verb: str, value: Any, place: str) -> None:
        source = self._source
        operation = source.mapping(value, place)
        if not self._count(_size(operation), place):
            return
        route: Body = {"RouteKey": self._key(path, verb, operation, place), "AuthorizationType": "NONE"}
        if route["RouteKey"] in self._keys:  # unverified
            source.warn(f"More than one operation for route '{route['RouteKey']}'. The first one is used.")
            return
        self._keys.add(route["RouteKey"])
        name = source.text(operation.get("operationId"), f"{place}/operationId")
        if name:
            route["OperationName"] = name
        self._authorize(operation, place, route)
        owner = f"paths.{path}.{verb}"
        if operation.get(INTEGRATION) is not None:
            self._integrate(operation[INTEGRATION], step(place, INTEGRATION), owner, route)
        self._warn_of_schemas(operation, f"paths.'{path}'({verb})")
        for key in (*_IGNORED, *operation):
            if key in operation and (key in _IGNORED or (key.startswith(PREFIX) and key not in _READ)):
                source.ignored(owner, key)
        self.routes.append(route)

    def _key(self, path: str, verb: str, operation: Body, place: str) -> str:
        """The route's key. The base path does not come before `$default`; a slash at the end stays."""
        default = self._source.boolean(operation.get(IS_DEFAULT), f"{place}/{IS_DEFAULT}")
        if verb == _ANY and (path == DEFAULT_PATH if default is None else default):
            return DEFAULT_KEY
        full = self._before if self._before and path == "/" else self._before + path
        return f"{VERBS[verb]} {full}"

    def _authorize(self, operation: Body, place: str, route: Body) -> None:
        own = operation.get("security")
        if own is not None:
            self._schemes.apply(own, f"{place}/security", route)
        else:
            self._schemes.apply(self._source.tree.get("security"), "/security", route)
        security.override(self._source, operation, place, route)

    def _integrate(self, extension: Any, place: str, owner: str, route: Body) -> None:
        """An integration of the route's own, or one of `components` that routes share."""
        target = extension.get("$ref") if isinstance(extension, dict) else None
        if isinstance(target, str) and target.startswith(_NAMED):
            name = target.removeprefix(_NAMED).replace("~1", "/").replace("~0", "~")
            if name in self.integrations:
                route["integration"] = name
                return
        node, place = self._source.resolve(extension, place)
        if not self._count(_size(node), place):
            return
        key = route["RouteKey"]
        self.integrations[key] = integrations.read(self._source, node, place, f"{owner}.{INTEGRATION}")
        route["integration"] = key

    def _warn_of_schemas(self, operation: Body, owner: str) -> None:
        """AWS's parser tells of references to schemas that are not there (reported by clients, of responses)."""
        for place, schema in _schemas(operation):
            target = schema.get("$ref")
            if isinstance(target, str) and target.startswith(_SCHEMA) and self._source.lookup(target) is None:
                self._source.warn(f"Parse issue: attribute {owner}.{place}.content.schema.{target} is missing")


def _schemas(operation: Body) -> Iterator[tuple[str, Body]]:
    """The schemas of an operation's bodies and where they are. Nothing else reads them, so no shape is demanded."""
    bodies = {"requestBody": operation.get("requestBody")}
    bodies |= {f"responses.{status}": each for status, each in _object(operation.get("responses")).items()}
    for place, body in bodies.items():
        for media in _object(_object(body).get("content")).values():
            yield place, _object(_object(media).get("schema"))


def _object(value: Any) -> Body:
    return value if isinstance(value, dict) else {}


def _size(value: Any) -> int:
    """The values in an operation; a document's depth is bounded."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, below))
