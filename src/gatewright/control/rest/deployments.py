"""Deployments: CreateDeployment, GetDeployment(s), UpdateDeployment, DeleteDeployment.

A deployment freezes the API as it is; the snapshot lies beside it and never changes. Named a stage, it creates the
stage or makes it serve the new deployment (or, with canarySettings, gives it a canary that does).
https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html
"""

from __future__ import annotations

from gatewright.aws.pagination import page
from gatewright.catalog import patch, quotas
from gatewright.catalog.patches import deployment as table
from gatewright.catalog.patches.stage import cache_cluster
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, policies, serving, stages
from gatewright.deploy.freeze import freeze
from gatewright.store.base import Body

_CANARY = "Invalid deployment content specified."
_IN_USE = "Active stages pointing to this deployment must be moved or deleted"
# Not recorded; the text that Terraform's provider waits for.
_CANARY_IN_USE = "Active stages with canary settings pointing to this deployment must be moved or deleted"
_UNSTAGED = {"stageName": "unstaged"}  # stands for a stage when a deployment is checked that none serves yet


def create_deployment(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    api_id = params["restApiId"]
    _check_canary(call, params)
    snapshot = freeze(call.tx, call.account, call.region, api_id)
    _check_complete(snapshot)
    policies.check_private(snapshot["api"])
    fresh = call.new_id("deployment", api_id)
    deployment: Body = {"id": fresh, "createdDate": call.now}
    if params.get("description"):
        deployment["description"] = params["description"]
    call.insert("deployment", api_id, fresh, deployment)
    call.insert("snapshot", api_id, fresh, snapshot)
    if params.get("stageName"):
        _deploy(call, params, fresh)
    else:
        serving.check_snapshot(call, snapshot, _UNSTAGED, fresh)
    return deployment


def get_deployment(call: Call, params: Params) -> Params:
    """The deployment, with `embed=apisummary` also the methods that it froze."""
    deployment = lookup.child(call, params, "deployment", "deploymentId", lookup.NO_DEPLOYMENT)
    if "apisummary" in (params.get("embed") or ()):
        return deployment | {"apiSummary": _summary(call.get("snapshot", params["restApiId"], deployment["id"]) or {})}
    return deployment


def get_deployments(call: Call, params: Params) -> Params:
    """All deployments in the order of their creation."""
    lookup.rest_api(call, params)
    deployments = sorted(call.list("deployment", params["restApiId"]), key=lookup.age)
    items, position = page(deployments, lookup.age, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_deployment(call: Call, params: Params) -> Params:
    deployment = lookup.child(call, params, "deployment", "deploymentId", lookup.NO_DEPLOYMENT)
    patched = patch.apply(table.TABLE, deployment, patch.operations(params.get("patchOperations")))
    return call.put("deployment", params["restApiId"], deployment["id"], patched)


def delete_deployment(call: Call, params: Params) -> None:
    """Refused while a stage or its canary serves it."""
    deployment = lookup.child(call, params, "deployment", "deploymentId", lookup.NO_DEPLOYMENT)
    stages_now = call.list("stage", params["restApiId"])
    if any(stage["deploymentId"] == deployment["id"] for stage in stages_now):
        raise errors.bad_request(_IN_USE)
    if any((stage.get("canarySettings") or {}).get("deploymentId") == deployment["id"] for stage in stages_now):
        raise errors.bad_request(_CANARY_IN_USE)
    call.delete("snapshot", params["restApiId"], deployment["id"])
    call.delete("deployment", params["restApiId"], deployment["id"])


def _check_canary(call: Call, params: Params) -> None:
    if params.get("canarySettings") is None:
        return
    name = params.get("stageName")
    if not name:
        raise errors.bad_request(
            f"{_CANARY}Non null and non empty stageName must be provided for canary deployment. "
            f"Provided value is {'null' if name is None else name}"
        )
    if call.get("stage", params["restApiId"], name) is None:
        raise errors.bad_request(
            f"{_CANARY}Stage {name} must already be created before making a canary release deployment"
        )


def _check_complete(snapshot: Body) -> None:
    methods = [method for each in snapshot["resources"] for method in each.get("resourceMethods", {}).values()]
    if not methods:
        raise errors.bad_request("The REST API doesn't contain any methods")
    if any("methodIntegration" not in method for method in methods):
        raise errors.bad_request("No integration defined for method")


def _deploy(call: Call, params: Params, deployment_id: str) -> None:
    """Have the named stage serve the deployment, as a whole or by its canary."""
    api_id, name = params["restApiId"], params["stageName"]
    stages.check_name(name)
    stage = call.get("stage", api_id, name)
    if stage is None:
        lookup.room_for(call, "stage", api_id, quotas.COUNTS["stage"])
        stage = stages.new(call, name, deployment_id, params | {"description": params.get("stageDescription")})
    elif params.get("canarySettings") is not None:
        stage["canarySettings"] = stages.canary(params["canarySettings"], deployment_id) | {
            "deploymentId": deployment_id
        }
    else:
        stage["deploymentId"] = deployment_id
    stages.save(call, api_id, _restaged(stage, params))


def _restaged(stage: Body, params: Params) -> Body:
    """The stage with what CreateDeployment says of it. Given variables replace the stage's (unverified)."""
    given = {name: params[name] for name in ("variables", "cacheClusterSize") if params.get(name)}
    for switch in ("cacheClusterEnabled", "tracingEnabled"):
        if params.get(switch) is not None:
            given[switch] = params[switch]
    if params.get("stageDescription"):
        given["description"] = params["stageDescription"]
    merged = stage | given
    cache_cluster(merged)
    return merged


def _summary(snapshot: Body) -> Body:
    """{path: {verb: MethodSnapshot}} of the methods that were frozen."""
    return {
        resource["path"]: {
            verb: {"authorizationType": method["authorizationType"], "apiKeyRequired": method["apiKeyRequired"]}
            for verb, method in resource["resourceMethods"].items()
        }
        for resource in snapshot.get("resources", ())
        if resource.get("resourceMethods")
    }
