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

from gatewright.catalog.documentation import DEFAULTS, LOCATIONS, UNNAMED
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
    parts: dict[str, Body] = {}
    below = f"{place}/documentationParts"
    for at, value in enumerate(source.sequence(extension.get("documentationParts"), below)):
        part = part_of(source, value, f"{below}/{at}")
        if part is not None:
            parts[orjson.dumps(part["location"], option=orjson.OPT_SORT_KEYS).decode()] = part
    return list(parts.values())


def part_of(source: Source, value: Any, place: str) -> Body | None:
    """One part with its location filled up, None after a problem."""
    node = source.mapping(value, place)
    where = step(place, "location")
    given = source.mapping(node.get("location"), where)
    kind = str(source.text(given.get("type"), f"{where}/type")).upper()
    if kind not in LOCATIONS:
        source.problem(f"{where}/type", f"'{kind}' is none of {', '.join(LOCATIONS)}")
        return None
    location: Body = {"type": kind}
    for member in LOCATIONS[kind]:
        text = source.text(given.get(member), f"{where}/{member}") or DEFAULTS.get(member)
        if text is None:
            if kind in UNNAMED:
                continue
            source.problem(where, f"{member} is missing")
            return None
        location[member] = text
    for member in given.keys() - {"type", *LOCATIONS[kind]}:
        if given[member] is not None:
            source.problem(f"{where}/{member}", f"a location of type {kind} has no {member}")
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
    return {"location": part["location"], "properties": properties_of(part)}


def properties_of(part: Body) -> Any:
    """A part's properties as an object; as text when they are none."""
    try:
        return orjson.loads(part["properties"])
    except orjson.JSONDecodeError:
        return part["properties"]


class Index:
    """What the parts say of an entity. The nearest part counts: its path, then its verb, then its status code.

    Parts of a resource hold for what lies below it, `*` for every verb and status code.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api-content-representation.html
    """

    def __init__(self, parts: Iterable[Body]) -> None:
        self._parts: dict[tuple[str, ...], Body] = {}
        for part in parts:
            location, said = part["location"], properties_of(part)
            if isinstance(said, dict):
                key = tuple(location.get(member, "") for member in ("type", "path", "method", "statusCode", "name"))
                self._parts[key] = said

    def __bool__(self) -> bool:
        return bool(self._parts)

    def find(
        self, kind: str, fields: Iterable[str], path: str = "", verb: str = "", status: str = "", name: str = ""
    ) -> Body:
        """The named fields of the nearest part."""
        for at in _upwards(path):
            for method in dict.fromkeys((verb, "*" if verb else "")):
                for code in dict.fromkeys((status, "*" if status else "")):
                    said = self._parts.get((kind, at, method, code, name))
                    if said is not None:
                        return {field: said[field] for field in fields if field in said}
        return {}

    def method(self, path: str, verb: str) -> Body:
        return self.find("METHOD", _METHOD, path, verb)


def _upwards(path: str) -> list[str]:
    """A path and all that it lies below."""
    if not path:
        return [""]
    parts = path.strip("/").split("/")
    return [*("/" + "/".join(parts[:at]) for at in range(len(parts), 0, -1)), "/"] if path != "/" else ["/"]
