"""Stages: CreateStage, GetStage(s), UpdateStage, DeleteStage.

A stage's own settings and variables take effect at once, without a deployment.
https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html
"""

from __future__ import annotations

import copy
import re

from gatewright.catalog import defaults, patch, quotas, variables
from gatewright.catalog.patches import stage as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import base_path_mappings, lookup, serving, tags, usage_plans
from gatewright.deploy import caching
from gatewright.store.base import Body

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_GIVEN = ("description", "variables", "documentationVersion", "cacheClusterSize", "tags")
NO_DEPLOYMENT = "Deployment id does not exist"


def create_stage(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    api_id, name = params["restApiId"], params["stageName"]
    check_name(name)
    if call.get("stage", api_id, name) is not None:
        raise errors.conflict("Stage already exists")
    lookup.room_for(call, "stage", api_id, quotas.COUNTS["stage"])
    tags.check(params.get("tags") or {})
    stage = new(call, name, params["deploymentId"], params)
    if params.get("canarySettings") is not None:
        stage["canarySettings"] = canary(params["canarySettings"], params["deploymentId"])
    return save(call, api_id, stage)


def get_stage(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)


def get_stages(call: Call, params: Params) -> Params:
    """All stages, or those that serve one deployment."""
    lookup.rest_api(call, params)
    wanted = params.get("deploymentId")
    stages = call.list("stage", params["restApiId"])
    return {"item": [_shown(stage) for stage in stages if not wanted or stage["deploymentId"] == wanted]}


def update_stage(call: Call, params: Params) -> Params:
    stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    patched = patch.apply(table.TABLE, stage, patch.operations(params.get("patchOperations")))
    return save(call, params["restApiId"], patched)


def delete_stage(call: Call, params: Params) -> None:
    """Refused while a domain name leads to it."""
    lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    domains = base_path_mappings.domains_of(call, params["restApiId"], params["stageName"])
    if domains:
        raise errors.bad_request(
            f"Deleting stage {params['stageName']} failed. Please remove all base path mappings related to the stage "
            f"in your domains: {', '.join(domains)}"
        )
    call.delete("stage", params["restApiId"], params["stageName"])
    usage_plans.forget_stage(call, params["restApiId"], params["stageName"])
    call.publish.add((params["restApiId"], params["stageName"]))


def new(call: Call, name: str, deployment_id: str, given: Params) -> Body:
    """A stage with AWS's defaults and what was given."""
    stage: Body = {"stageName": name, "deploymentId": deployment_id, "createdDate": call.now}
    stage |= copy.deepcopy(defaults.STAGE) | {member: given[member] for member in _GIVEN if given.get(member)}
    for switch in ("cacheClusterEnabled", "tracingEnabled"):
        stage[switch] = bool(given.get(switch))
    table.cache_cluster(stage)
    return stage


def canary(given: Params, deployment_id: str) -> Body:
    """Canary settings with AWS's defaults. Raises BadRequestException."""
    settings = defaults.canary(given.get("deploymentId") or deployment_id)
    settings |= {name: given[name] for name in ("percentTraffic", "useStageCache") if given.get(name) is not None}
    if not 0.0 <= settings["percentTraffic"] <= 100.0:
        raise errors.bad_request(table.PERCENT)
    settings["percentTraffic"] = float(settings["percentTraffic"])
    if given.get("stageVariableOverrides"):
        variables.check(given["stageVariableOverrides"])
        settings["stageVariableOverrides"] = given["stageVariableOverrides"]
    return settings


def save(call: Call, api_id: str, stage: Body) -> Body:
    """Check a stage as a whole, store it and have it published. Raises BadRequestException."""
    variables.check(stage.get("variables") or {})
    _check_references(call, api_id, stage)
    stage["lastUpdatedDate"] = call.now
    caching.with_secret(stage)
    serving.check(call, api_id, stage)
    call.put("stage", api_id, stage["stageName"], stage)
    call.publish.add((api_id, stage["stageName"]))
    return _shown(stage)


def check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or len(name) > quotas.STAGE_NAME:
        raise errors.bad_request("Stage name only allows a-zA-Z0-9_")


def _check_references(call: Call, api_id: str, stage: Body) -> None:
    named = [stage["deploymentId"]]
    if stage.get("canarySettings"):
        named.append(stage["canarySettings"]["deploymentId"])
    if any(call.get("deployment", api_id, each) is None for each in named):
        raise errors.bad_request(NO_DEPLOYMENT)
    # unverified: the words for these two
    version = stage.get("documentationVersion")
    if version and call.get("documentation_version", api_id, version) is None:
        raise errors.not_found("Invalid Documentation version specified")
    certificate = stage.get("clientCertificateId")
    if certificate and call.get("client_certificate", "", certificate) is None:
        raise errors.not_found("Invalid Client Certificate identifier specified")


def _shown(stage: Body) -> Body:
    """A stage as AWS answers it: without tags when there are none."""
    return stage if stage.get("tags") else {name: value for name, value in stage.items() if name != "tags"}
