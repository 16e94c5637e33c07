"""Deployments: CreateDeployment, GetDeployment(s), UpdateDeployment, DeleteDeployment.

A deployment freezes the API as it is; the snapshot lies beside it and never changes. Named a stage, which must exist,
it makes the stage serve it. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html
"""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import lookup, members, serving
from gatewright.deploy.freeze import freeze_api
from gatewright.store.base import Body

# unverified: the text is that of REST APIs.
_IN_USE = "Active stages pointing to this deployment must be moved or deleted"
_UNSTAGED = {"StageName": "unstaged"}  # stands for a stage when a deployment is checked that none serves yet


def create_deployment(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    stage = lookup.stage(call, params)[1] if params.get("StageName") else None
    snapshot = freeze_api(call.tx, call.account, call.region, api_id)
    serving.check(call, snapshot, stage or _UNSTAGED)
    made = insert(call, snapshot, params.get("Description"), auto=False)
    if stage is not None:
        serving.save(call, api_id, stage | {"DeploymentId": made["DeploymentId"]})
    return made


def get_deployment(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "api_deployment")[1]


def get_deployments(call: Call, params: Params) -> Params:
    """All deployments in the order of their creation."""
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("api_deployment", api_id), lookup.age, params)


def update_deployment(call: Call, params: Params) -> Params:
    api, deployment = lookup.child(call, params, "api_deployment")
    after = members.changed(deployment, params, ("Description",))
    return call.put("api_deployment", api["ApiId"], deployment["DeploymentId"], after)


def delete_deployment(call: Call, params: Params) -> None:
    """Refused while a stage serves it."""
    api, deployment = lookup.child(call, params, "api_deployment")
    api_id, unwanted = api["ApiId"], deployment["DeploymentId"]
    if any(stage.get("DeploymentId") == unwanted for stage in call.list("api_stage", api_id)):
        raise errors.bad_request(_IN_USE)
    call.delete("snapshot", api_id, unwanted)
    call.delete("api_deployment", api_id, unwanted)


def insert(call: Call, snapshot: Body, description: str | None, *, auto: bool) -> Body:
    """Store a deployment of what was frozen and checked."""
    api_id = snapshot["api"]["ApiId"]
    fresh = call.new_id("api_deployment", api_id)
    deployment: Body = {
        "DeploymentId": fresh,
        "AutoDeployed": auto,
        "CreatedDate": call.now,
        "DeploymentStatus": "DEPLOYED",
    }
    if description:
        deployment["Description"] = description
    call.insert("snapshot", api_id, fresh, snapshot)
    return call.insert("api_deployment", api_id, fresh, deployment)
