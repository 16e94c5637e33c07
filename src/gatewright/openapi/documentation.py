"""Documentation parts ⇄ x-amazon-apigateway-documentation and OpenAPI's own descriptions.

The extension lists the parts themselves. A document without it describes its entities in OpenAPI's fields; of these the
ones that a definition would lose (a method's summary, a parameter's description, …) become parts. With the extension
the fields are not read (unverified): they repeat the parts, as in exports.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api-content-representation.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from gatewright.catalog import documentation as catalog
from gatewright.openapi.base import PREFIX, Body
from gatewright.openapi.source import Source, step

EXTENSION = PREFIX + "documentation"

PARAMETERS = {"path": "PATH_PARAMETER", "query": "QUERY_PARAMETER", "header": "REQUEST_HEADER"}
_METHOD = ("summary", "description", "tags", "externalDocs", "deprecated")
_RESOURCE = ("summary", "description")
_INFO = ("contact", "license", "termsOfService")


class Collector:
    """The parts of a document: those of its extension, or what its fields say."""

    def __init__(self, source: Source) -> None:
        self._derived = EXTENSION not in source.tree
        self.parts: list[Body] = [] if self._derived else listed(source)

    def note(self, kind: str, node: Body, fields: Iterable[str] = ("description",), **location: str) -> None:
        """Keep what an entity's fields say of it."""
        if not self._derived:
            return
        said = {name: node[name] for name in fields if node.get(name) not in (None, "", [], {})}
        if said:
            self.parts.append({"location": {"type": kind} | location, "properties": _text(said)})

    def method(self, operation: Body, path: str, verb: str) -> None:
        self.note("METHOD", operation, _METHOD, path=path, method=verb)

    def resource(self, item: Body, path: str) -> None:
        self.note("RESOURCE", item, _RESOURCE, path=path)

    def response(self, node: Body, path: str, verb: str, status: str) -> None:
        """A response; the description that exports make up says nothing."""
        if node.get("description") != made_up(status):
            self.note("RESPONSE", node, path=path, method=verb, statusCode=status)

    def api(self, tree: Body) -> None:
        """What the members of a REST API have no room for."""
        info = tree.get("info")
        kept = {name: info[name] for name in _INFO if info.get(name)} if isinstance(info, dict) else {}
        fields = ("tags", "externalDocs")
        self.note("API", tree | {"info": kept}, ("info", *fields) if kept else fields)


def made_up(status: str) -> str:
    """The description of a response that has none (recorded)."""
    return f"{status} response"


def listed(source: Source) -> list[Body]:
    """The parts of the extension, each place once; none without the extension."""
    place = f"/{EXTENSION}"
    extension = source.mapping(source.tree.get(EXTENSION), place)
    parts: dict[catalog.Place, Body] = {}
    below = f"{place}/documentationParts"
    for at, value in enumerate(source.sequence(extension.get("documentationParts"), below)):
        part = part_of(source, value, f"{below}/{at}")
        if part is not None:
            parts[catalog.place(part["location"])] = part
    return list(parts.values())


def part_of(source: Source, value: Any, place: str) -> Body | None:
    """One part, None after a problem. Its location is filled up with the defaults (recorded of path)."""
    node = source.mapping(value, place)
    where = step(place, "location")
    given = source.mapping(node.get("location"), where)
    location = {}
    for member in ("type", "path", "method", "statusCode", "name"):
        text = source.text(given.get(member), f"{where}/{member}")
        if text:
            location[member] = text
    kind = location.get("type", "")
    if kind not in catalog.LOCATIONS:
        source.problem(f"{where}/type", f"'{kind}' is none of {', '.join(catalog.LOCATIONS)}")
        return None
    wrong = catalog.problem(location)
    if wrong:
        source.problem(where, wrong)
        return None
    for member in catalog.LOCATIONS[kind]:
        if member in catalog.DEFAULTS:
            location.setdefault(member, catalog.DEFAULTS[member])
    properties = node.get("properties")
    if isinstance(properties, str):
        return {"location": location, "properties": properties}
    return {"location": location, "properties": _text(source.mapping(properties, f"{place}/properties"))}


def _text(properties: Body) -> str:
    return orjson.dumps(properties).decode()


def extension(version: Body) -> Body:
    """The extension that lists a documentation version's parts."""
    written = {"version": version["version"]} | {
        name: version[name] for name in ("createdDate",) if version.get(name) is not None
    }
    return written | {"documentationParts": [_shown(part) for part in version["parts"]]}


def _shown(part: Body) -> Body:
    said = properties_of(part)
    return {"location": part["location"], "properties": said if isinstance(said, dict) else part["properties"]}


def properties_of(part: Body) -> Any:
    """A part's properties as an object; as text when they are none."""
    try:
        return orjson.loads(part["properties"])
    except orjson.JSONDecodeError:
        return part["properties"]


class Index:
    """What the parts say of an entity: the part of its own place, or else the nearest that it inherits from.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api-content-representation.html
    """

    def __init__(self, parts: Iterable[Body]) -> None:
        self._parts: dict[str, list[tuple[catalog.Place, Body]]] = {}
        for part in parts:
            said = properties_of(part)
            if isinstance(said, dict):
                place = catalog.place(part["location"])
                self._parts.setdefault(place[0], []).append((place, said))
        for known in self._parts.values():  # the nearest first: the longest path, then a verb, then a status code
            known.sort(key=lambda each: (-len(each[0][1]), each[0][2] == "*", each[0][3] == "*"))

    def find(
        self, kind: str, fields: Iterable[str], path: str = "", verb: str = "", status: str = "", name: str = ""
    ) -> Body:
        """The named fields of the nearest part."""
        entity = (kind, path, verb, status, name)
        for place, said in self._parts.get(kind, ()):
            if catalog.covers(place, entity) or (kind == "REQUEST_BODY" and place[:4] == entity[:4]):
                return {field: said[field] for field in fields if field in said}
        return {}

    def method(self, path: str, verb: str) -> Body:
        return self.find("METHOD", _METHOD, path, verb)
