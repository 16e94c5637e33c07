"""Cloning an API (`cloneFrom`): what it holds, under new ids; no deployments, stages, tags."""

from __future__ import annotations

from gatewright.control.call import Call
from gatewright.store.base import Body

_OWN = ("id", "createdDate", "rootResourceId", "tags", "name", "endpointConfiguration")


def members(source: Body) -> Body:
    """What a clone takes over unless the caller gives it anew."""
    return {name: value for name, value in source.items() if name not in _OWN}


def contents(call: Call, source_id: str, api_id: str) -> str:
    """Copy what lies under an API; returns the id of the new root resource."""
    authorizers = {}
    for authorizer in call.list("authorizer", source_id):
        new = call.new_id("authorizer", api_id)
        authorizers[authorizer["id"]] = new
        call.insert("authorizer", api_id, new, authorizer | {"id": new})
    validators = {}
    for validator in call.list("request_validator", source_id):
        new = call.new_id("request_validator", api_id)
        validators[validator["id"]] = new
        call.insert("request_validator", api_id, new, validator | {"id": new})
    for model in call.list("model", source_id):
        # unverified: that models refer to those of the copy
        schema = model["schema"].replace(f"/restapis/{source_id}/models/", f"/restapis/{api_id}/models/")
        new = call.new_id("model", api_id)
        call.insert("model", api_id, model["name"], model | {"id": new, "schema": schema})
    for response in call.list("gateway_response", source_id):
        call.insert("gateway_response", api_id, response["responseType"], response)
    for part in call.list("documentation_part", source_id):
        new = call.new_id("documentation_part", api_id)
        call.insert("documentation_part", api_id, new, part | {"id": new})
    resources = call.list("resource", source_id)
    new_ids = {}
    for resource in resources:
        new_ids[resource["id"]] = call.new_id("resource" if "parentId" in resource else "root_resource", api_id)
    for resource in resources:
        call.insert("resource", api_id, new_ids[resource["id"]], _moved(resource, new_ids, authorizers | validators))
    return next(new_ids[resource["id"]] for resource in resources if "parentId" not in resource)


def _moved(resource: Body, new_ids: dict[str, str], other_ids: dict[str, str]) -> Body:
    moved = resource | {"id": new_ids[resource["id"]]}
    if "parentId" in resource:
        moved["parentId"] = new_ids[resource["parentId"]]
    for method in moved.get("resourceMethods", {}).values():
        for member in ("authorizerId", "requestValidatorId"):
            if method.get(member) in other_ids:
                method[member] = other_ids[method[member]]
        integration = method.get("methodIntegration") or {}
        if integration.get("cacheNamespace") == resource["id"]:
            integration["cacheNamespace"] = moved["id"]
    return moved
