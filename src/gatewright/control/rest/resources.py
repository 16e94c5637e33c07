"""Resources: CreateResource, GetResource(s), UpdateResource, DeleteResource.

A resource's document holds its methods and everything below them. `path` is derived from the parents and rewritten when
one of them moves. https://docs.aws.amazon.com/apigateway/latest/api/API_Resource.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch, quotas
from gatewright.catalog.patches import resource as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.store.base import Body

_PART = re.compile(r"[a-zA-Z0-9._:,-]+|\{[a-zA-Z0-9._:-]+\+?\}")
_BAD_PART = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
    "and curly braces at the beginning and the end."
)


def create_resource(call: Call, params: Params) -> Params:
    api_id = params["restApiId"]
    parent = lookup.resource(call, params, "parentId")
    part = params["pathPart"]
    others = call.list("resource", api_id)
    _check_place(parent, part, [other for other in others if other.get("parentId") == parent["id"]])
    if not call.unlimited and len(others) >= quotas.COUNTS["resource"].most:
        raise errors.limit(quotas.COUNTS["resource"])
    fresh = call.new_id("resource", api_id)
    resource = {"id": fresh, "parentId": parent["id"], "pathPart": part, "path": _path(parent, part)}
    return call.insert("resource", api_id, fresh, resource)


def get_resource(call: Call, params: Params) -> Params:
    return _shown(lookup.resource(call, params), params)


def get_resources(call: Call, params: Params) -> Params:
    """All resources by path, so that the root comes first."""
    lookup.rest_api(call, params)
    resources = sorted(call.list("resource", params["restApiId"]), key=itemgetter("path"))
    items, position = page(resources, itemgetter("path"), params.get("position"), params.get("limit"))
    return {"items": [_shown(item, params) for item in items], "position": position}


def update_resource(call: Call, params: Params) -> Params:
    """Rename a resource or move it with all that is below it."""
    before = lookup.resource(call, params)
    after = patch.apply(table.TABLE, before, patch.operations(params.get("patchOperations")))
    if "parentId" in after and (after["parentId"], after["pathPart"]) != (before["parentId"], before["pathPart"]):
        _move(call, params["restApiId"], after)
    return _shown(after, {})


def delete_resource(call: Call, params: Params) -> None:
    """The resource with all that is below it."""
    resource = lookup.resource(call, params)
    if "parentId" not in resource:
        raise errors.bad_request("Cannot delete root resource")  # unverified wording
    api_id = params["restApiId"]
    for doomed in (resource, *_below(call.list("resource", api_id), resource["id"])):
        call.delete("resource", api_id, doomed["id"])


def _move(call: Call, api_id: str, resource: Body) -> None:
    parent = lookup.resource(call, {"restApiId": api_id} | resource, "parentId")
    everything = call.list("resource", api_id)
    below = _below(everything, resource["id"])
    if parent["id"] in {resource["id"], *(each["id"] for each in below)}:
        raise errors.bad_request("Resources cannot be cyclical.")
    siblings = [each for each in everything if each.get("parentId") == parent["id"] and each["id"] != resource["id"]]
    _check_place(parent, resource["pathPart"], siblings)
    if below and resource["pathPart"].endswith("+}"):
        raise errors.bad_request(_greedy(resource["pathPart"]))
    paths = {resource["id"]: _path(parent, resource["pathPart"])}
    for each in (resource, *below):
        path = paths.get(each["id"]) or f"{paths[each['parentId']]}/{each['pathPart']}"
        paths[each["id"]] = each["path"] = path
        call.put("resource", api_id, each["id"], each)


def _below(resources: list[Body], id: str) -> list[Body]:
    """All descendants, parents before their children."""
    found = [each for each in resources if each.get("parentId") == id]
    for each in found:  # grows while it is walked
        found += [other for other in resources if other.get("parentId") == each["id"]]
    return found


def _check_place(parent: Body, part: str, siblings: list[Body]) -> None:
    """Whether a resource may be called so under this parent."""
    if _PART.fullmatch(part) is None:
        raise errors.bad_request(_BAD_PART)
    if parent.get("pathPart", "").endswith("+}"):
        raise errors.bad_request(_greedy(parent["pathPart"]))
    for sibling in siblings:
        if sibling["pathPart"] == part:
            raise errors.conflict(f"Another resource with the same parent already has this name: {part}")
        if part.startswith("{") and sibling["pathPart"].startswith("{"):
            raise errors.bad_request(
                f"A sibling ({sibling['pathPart']}) of this resource already has a variable path part "
                "-- only one is allowed"
            )


def _greedy(part: str) -> str:
    return f"Cannot create a child of a resource with a greedy path variable: {part}"


def _path(parent: Body, part: str) -> str:
    return f"{parent['path'].rstrip('/')}/{part}"


def _shown(resource: Body, params: Params) -> Body:
    """A resource as AWS answers it: its methods by name only, unless they are asked for."""
    methods = resource.get("resourceMethods")
    if not methods:
        return {name: value for name, value in resource.items() if name != "resourceMethods"}
    if "methods" in (params.get("embed") or ()):
        return resource
    return resource | {"resourceMethods": {verb: {} for verb in methods}}
