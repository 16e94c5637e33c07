"""Where documentation may be put: the members that a location of each type has, and which locations are the same.

A member that is not given counts as its default, but is not shown. A part of a type that inherits also holds for what
lies below its path, and, with `*`, for every verb and status code.
https://docs.aws.amazon.com/apigateway/latest/api/API_DocumentationPartLocation.html
"""

from __future__ import annotations

from collections.abc import Mapping

_REQUEST = ("path", "method", "name")
_RESPONSE = ("path", "method", "statusCode")

LOCATIONS: Mapping[str, tuple[str, ...]] = {
    "API": (),
    "AUTHORIZER": ("name",),
    "MODEL": ("name",),
    "RESOURCE": ("path",),
    "METHOD": ("path", "method"),
    "PATH_PARAMETER": _REQUEST,
    "QUERY_PARAMETER": _REQUEST,
    "REQUEST_HEADER": _REQUEST,
    "REQUEST_BODY": _REQUEST,
    "RESPONSE": _RESPONSE,
    "RESPONSE_HEADER": (*_RESPONSE, "name"),
    "RESPONSE_BODY": _RESPONSE,
}
DEFAULTS: Mapping[str, str] = {"path": "/", "method": "*", "statusCode": "*"}
# AWS's page says that request bodies need a name, AWS's examples give none: it may be left out (unverified).
UNNAMED = frozenset({"REQUEST_BODY"})
_ALONE = frozenset({"API", "AUTHORIZER", "METHOD", "MODEL", "REQUEST_BODY", "RESOURCE"})  # inherit nothing

Location = Mapping[str, str | None]
Place = tuple[str, str, str, str, str]  # type, path, method, statusCode, name: "" where the type has none


def problem(location: Location) -> str | None:
    """What is wrong with a location. unverified: AWS's words."""
    kind = location.get("type") or ""
    allowed = LOCATIONS.get(kind)
    if allowed is None:
        return "Enumeration value for Type must be non-empty"
    for member in ("path", "method", "statusCode", "name"):
        if location.get(member) and member not in allowed:
            return f"Invalid documentation location: '{member}' is not valid for type '{kind}'"
    if "name" in allowed and kind not in UNNAMED and not location.get("name"):
        return f"Invalid documentation location: 'name' is required for type '{kind}'"
    path = location.get("path")
    if path and not path.startswith("/"):
        return f"Invalid documentation location: path '{path}' must begin with '/'"
    return None


def place(location: Location) -> Place:
    """The location with its defaults: two parts of one place are in conflict."""
    kind = location["type"] or ""

    def of(member: str) -> str:
        return (location.get(member) or DEFAULTS.get(member, "")) if member in LOCATIONS[kind] else ""

    return kind, of("path"), of("method"), of("statusCode"), of("name")


def words(location: Location) -> str:
    """A location as AWS names it in a conflict (seen for the type alone; unverified for the other members)."""
    given = [(member, location.get(member)) for member in ("type", "path", "method", "statusCode", "name")]
    return ", ".join(f"{member} '{text}'" for member, text in given if text)


def covers(part: Place, entity: Place) -> bool:
    """Whether a part speaks of an entity, itself or by inheritance."""
    if part == entity:
        return True
    if part[0] != entity[0] or part[0] in _ALONE or part[4] != entity[4]:
        return False
    above = part[1] == "/" or entity[1] == part[1] or entity[1].startswith(part[1] + "/")
    return above and part[2] in ("*", entity[2]) and part[3] in ("*", entity[3])
