"""What differs between two snapshots of an API (`freeze`), by AWS's nouns and the paths of their members. Pure.

A snapshot is taken apart into things: the API itself, each method, each response, … Things are the same when they are
called the same, not when they have the same id (snapshot_ids): an API that was imported anew, with the same content, is
the same.

Paths are those of patch operations: `/requestTemplates/application~1json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gatewright.deploy.masking import masked
from gatewright.deploy.snapshot_ids import renamed

Body = Mapping[str, Any]
Order = tuple[Any, ...]
Change = Literal["added", "removed", "changed"]


class Absent:
    """Stands for a member that is not there: null is a value."""


ABSENT = Absent()

# Members that say what a thing is called, when it was made, and what else is no part of what is served.
_OWN = {
    "RestApi": ("id", "createdDate", "tags", "warnings", "rootResourceId", "apiStatus", "apiStatusMessage"),
    "Api": ("ApiId", "ApiEndpoint", "CreatedDate", "Tags", "ApiGatewayManaged", "ImportInfo", "Warnings"),
    "GatewayResponse": ("responseType", "defaultResponse"),
    "Authorizer": ("id", "AuthorizerId"),
    "Model": ("id", "ModelId"),
    "RequestValidator": ("id",),
    "Resource": ("id", "parentId", "pathPart", "path", "resourceMethods"),
    "Method": ("httpMethod", "methodResponses", "methodIntegration"),
    "MethodResponse": ("statusCode",),
    "Integration": ("integrationResponses", "IntegrationId", "ApiGatewayManaged"),
    "IntegrationResponse": ("statusCode", "IntegrationResponseId", "IntegrationResponseKey"),
    "Route": ("RouteId", "RouteKey", "ApiGatewayManaged"),
    "RouteResponse": ("RouteResponseId", "RouteResponseKey"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One member on both sides; ABSENT: not there. Secrets are masked."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that differs: added, removed, or changed in these members."""

    change: Change
    noun: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A part of a snapshot. `key`: what makes it the same as one of the other snapshot; `order`: where it stands."""

    noun: str
    key: str
    name: str
    order: Order
    members: Mapping[tuple[str, ...], Any] = field(repr=False)


def compare(deployed: Body, now: Body) -> list[Difference]:
    """What would become of a deployed snapshot if the API were deployed now. Without members: nothing is deployed."""
    take = _http_things if "routes" in now else _rest_things
    before = {(each.noun, each.key): each for each in (take(renamed(deployed, now)) if deployed else ())}
    after = {(each.noun, each.key): each for each in take(now)}
    pairs = [(before.get(key), after.get(key)) for key in {**before, **after}]
    found = [(_any(old, new).order, each) for old, new in pairs if (each := _difference(old, new)) is not None]
    return [each for _, each in sorted(found, key=lambda item: item[0])]


def _any(one: Thing | None, other: Thing | None) -> Thing:
    found = other or one
    assert found is not None
    return found


def _difference(old: Thing | None, new: Thing | None) -> Difference | None:
    before, after = (old.members if old else {}), (new.members if new else {})
    members = tuple(
        Member(_pointer(path), masked(path, before.get(path, ABSENT)), masked(path, after.get(path, ABSENT)))
        for path in sorted({**before, **after})
        if not _equal(before.get(path, ABSENT), after.get(path, ABSENT))
    )
    change: Change = "added" if old is None else "removed" if new is None else "changed"
    if change == "changed" and not members:
        return None
    thing = _any(old, new)
    return Difference(change, thing.noun, thing.name, members)


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def _equal(one: Any, other: Any) -> bool:
    """Lists of AWS's documents are sets; their order says nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return bool(one == other)


# ---- Snapshots taken apart ----


def _thing(noun: str, key: str, name: str, order: Order, body: Body, without: Sequence[str] = ()) -> Thing:
    own = (*_OWN[noun], *without)
    told = {member: value for member, value in body.items() if member not in own and not member.startswith("_")}
    members = {path: value for path, value in _leaves(told, ()) if len(path) > 1 or value is not None}
    return Thing(noun, key, name, order, members)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Empty maps and lists are as good as none."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif value != []:
        yield path, value


def _rest_things(snapshot: Body) -> Iterator[Thing]:
    api = snapshot["api"]
    yield _thing("RestApi", "", api.get("name") or api["id"], (0,), api)
    for rank, (member, noun, key, name) in enumerate(_NAMED, 1):
        for each in snapshot.get(member) or ():
            yield _thing(noun, str(each[key]), str(each[name]), (rank, str(each[name])), each)
    for resource in snapshot["resources"]:
        path = resource["path"]
        yield _thing("Resource", path, path, (9, path), resource)
        for verb, method in (resource.get("resourceMethods") or {}).items():
            yield from _method_things(f"{verb} {path}", (9, path, verb), method, resource["id"])


# Member of a snapshot of a REST API, noun, what identifies it (an id as `renamed` leaves it), what it is called.
_NAMED = (
    ("gatewayResponses", "GatewayResponse", "responseType", "responseType"),
    ("authorizers", "Authorizer", "id", "name"),
    ("models", "Model", "name", "name"),
    ("requestValidators", "RequestValidator", "id", "name"),
)


def _method_things(place: str, order: Order, method: Body, resource_id: str) -> Iterator[Thing]:
    yield _thing("Method", place, place, (*order, 0), method)
    yield from _responses("MethodResponse", place, (*order, 1), method.get("methodResponses"))
    integration = method.get("methodIntegration")
    if integration is not None:
        unsaid = ("cacheNamespace",) if integration.get("cacheNamespace") == resource_id else ()
        yield _thing("Integration", place, place, (*order, 2), integration, unsaid)
        yield from _responses("IntegrationResponse", place, (*order, 3), integration.get("integrationResponses"))


def _responses(noun: str, place: str, order: Order, responses: Body | None) -> Iterator[Thing]:
    for status, response in (responses or {}).items():
        name = f"{place} {status}"
        yield _thing(noun, name, name, (*order, status), response)


def _http_things(snapshot: Body) -> Iterator[Thing]:
    api = snapshot["api"]
    yield _thing("Api", "", api.get("Name") or api["ApiId"], (0,), api)
    for each in snapshot.get("authorizers") or ():
        yield _thing("Authorizer", each["AuthorizerId"], each["Name"], (1, each["Name"]), each)
    for each in snapshot.get("models") or ():
        yield _thing("Model", each["Name"], each["Name"], (2, each["Name"]), each)
    keys = {route["RouteId"]: route["RouteKey"] for route in snapshot["routes"]}
    for route in snapshot["routes"]:
        yield _thing("Route", route["RouteKey"], route["RouteKey"], (3, route["RouteKey"], 0), route)
    for each in snapshot.get("routeResponses") or ():
        name = f"{keys[each['_routeId']]} {each['RouteResponseKey']}"
        yield _thing("RouteResponse", name, name, (3, keys[each["_routeId"]], 1, name), each)
    names = {each["IntegrationId"]: _called(each, snapshot["routes"]) for each in snapshot["integrations"]}
    for each in snapshot["integrations"]:
        own = each["IntegrationId"]
        yield _thing("Integration", own, names[own], (4, names[own], own, 0), each)
    for each in snapshot.get("integrationResponses") or ():
        own, key = each["_integrationId"], each["IntegrationResponseKey"]
        yield _thing("IntegrationResponse", f"{own} {key}", f"{names[own]} {key}", (4, names[own], own, 1, key), each)


def _called(integration: Body, routes: Sequence[Body]) -> str:
    """An integration by the routes that lead to it."""
    own = integration["IntegrationId"]
    leading = sorted(route["RouteKey"] for route in routes if route.get("Target") == f"integrations/{own}")
    return f"{own} of {', '.join(leading)}" if leading else f"{own} of no route"
