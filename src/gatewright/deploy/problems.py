"""Every reason why a program document does not compile, not only the first.

Compilers stop at the first thing that they refuse, as a deployment does. Here what was refused is taken out of the
document and the rest compiled again, until it compiles. Of a method of a REST API each template, each response, the
validator and the authorizer are tried alone, too. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.deploy.base import CompileError
from gatewright.deploy.stage_document import compiled

Body = Mapping[str, Any]
_RESPONSE = "gateway response "  # begins the places of gateway responses


def problems(document: dict[str, Any]) -> tuple[list[CompileError], dict[str, Any] | None]:
    """The reasons, and what compiles of the document; None when something is wrong with it as a whole."""
    found: list[CompileError] = []
    rest: dict[str, Any] | None = document
    while rest is not None:
        try:
            compiled(rest)
            break
        except CompileError as error:
            found += [error, *_others(rest, error)]
            rest = _without(rest, error)
    return found, rest


def _without(document: dict[str, Any], error: CompileError) -> dict[str, Any] | None:
    """The document without what was refused; None when that cannot be taken out."""
    smaller = _part_without(document, error)
    program = (document.get("canary") or {}).get("program")
    if program is not None:
        smaller["canary"] = {**document["canary"], "program": _part_without(program, error)}
    return None if smaller == document else smaller


def _part_without(document: dict[str, Any], error: CompileError) -> dict[str, Any]:
    place = error.place
    if "routes" in document:
        return document | {"routes": [each for each in document["routes"] if each["RouteKey"] != place]}
    if place.startswith(_RESPONSE):
        kept = [each for each in document["gatewayResponses"] if each["responseType"] != place.removeprefix(_RESPONSE)]
        return document | {"gatewayResponses": kept}
    if place:
        return document | {"resources": [_resource_without(each, place) for each in document["resources"]]}
    if "policy" in document["api"]:
        return document | {"api": {name: value for name, value in document["api"].items() if name != "policy"}}
    return dict(document)


def _resource_without(resource: Body, place: str) -> Body:
    verb, _, path = place.partition(" ")
    if resource["path"] != path or verb not in (resource.get("resourceMethods") or {}):
        return resource
    methods = {name: method for name, method in resource["resourceMethods"].items() if name != verb}
    return {**resource, "resourceMethods": methods}


# ---- More that is wrong with one method ----


def _others(document: dict[str, Any], error: CompileError) -> list[CompileError]:
    """What else is refused of a method of a REST API."""
    verb, _, path = error.place.partition(" ")
    method = next(
        (
            (each, each["resourceMethods"][verb])
            for each in document.get("resources") or ()
            if each["path"] == path and verb in (each.get("resourceMethods") or {})
        ),
        None,
    )
    if method is None:
        return []
    resource, body = method

    def refusal(variant: Body) -> CompileError | None:
        alone = {**resource, "resourceMethods": {verb: variant}}
        try:
            compiled({**document, "resources": [alone], "gatewayResponses": [], "canary": None})
        except CompileError as refused:
            return refused if refused.place == error.place else None
        return None

    bare, *parts = _variants(body)
    if refusal(bare) is not None:
        return []  # its parts cannot be judged
    found = {refused.reason: refused for part in parts if (refused := refusal(part)) is not None}
    found.pop(error.reason, None)
    return list(found.values())


def _variants(method: Body) -> Iterator[Body]:
    """A method without what may be left out, then with one such part at a time."""
    guarded = {name: method[name] for name in ("authorizationType", "authorizerId") if name in method}
    checked = {name: method[name] for name in ("requestValidatorId", "requestModels") if name in method}
    integration = method.get("methodIntegration") or {}
    backend = {
        name: each for name, each in integration.items() if name not in ("requestTemplates", "integrationResponses")
    }
    bare = {name: each for name, each in method.items() if name not in {*guarded, *checked}}
    bare["methodIntegration"] = backend
    yield bare
    yield bare | guarded
    yield bare | checked
    for member in ("requestTemplates", "integrationResponses"):
        for name, each in (integration.get(member) or {}).items():
            yield bare | {"methodIntegration": backend | {member: {name: each}}}
