"""Stages: CreateStage, GetStage(s), UpdateStage, DeleteStage, DeleteAccessLogSettings, DeleteRouteSettings.

A stage's own settings and variables take effect at once, without a deployment. `$default` is a stage of HTTP APIs whose
URL has no prefix; for a WebSocket API it is a name like others (terraform-aws-modules/terraform-aws-apigateway-v2#8 and
others make it). https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
"""

from __future__ import annotations

import re

from gatewright.catalog import variables
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags, usage_plans
from gatewright.control.rest.base_path_mappings import domains_of
from gatewright.control.v2 import auto_deploy, lookup, members, serving, stage_settings
from gatewright.store.base import Body

DEFAULT = "$default"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_BAD_NAME = "Stage name only allows a-zA-Z0-9_"
_GIVEN = ("AutoDeploy", "ClientCertificateId", "DeploymentId", "Description")
_MANAGED = "You can't modify the $default stage of an API that was created with quick create."  # unverified wording


def create_stage(call: Call, params: Params) -> Params:
    api = lookup.api(call, params)
    name = params["StageName"]
    if _NAME.fullmatch(name) is None and name != DEFAULT:
        raise errors.bad_request(_BAD_NAME)
    if call.get("api_stage", api["ApiId"], name) is not None:
        raise errors.conflict("Stage already exists")
    lookup.room_for(call, "api_stage", api["ApiId"])
    tags.check(params.get("Tags") or {})
    _check_read_only(params, params)
    return _save(call, api, new(call, api, name, params))


def get_stage(call: Call, params: Params) -> Params:
    return lookup.stage(call, params)[1]


def get_stages(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("api_stage", api_id), _name, params)


def update_stage(call: Call, params: Params) -> Params:
    """Variables and route settings are merged by name; an empty variable goes (unverified)."""
    api, stage = lookup.stage(call, params)
    _check_own(stage)
    after = members.changed(stage, params, _GIVEN, ("StageVariables",))
    _check_read_only(after, params)
    stage_settings.change(api, after, params)
    return _save(call, api, after)


def delete_stage(call: Call, params: Params) -> None:
    """Refused while a domain name leads to it."""
    api, stage = lookup.stage(call, params)
    _check_own(stage)
    domains = domains_of(call, api["ApiId"], stage["StageName"])
    if domains:
        # unverified wording
        raise errors.bad_request(
            f"Deleting stage {stage['StageName']} failed. Please remove all api mappings related to the stage "
            f"in your domains: {', '.join(domains)}"
        )
    call.delete("api_stage", api["ApiId"], stage["StageName"])
    usage_plans.forget_stage(call, api["ApiId"], stage["StageName"])
    call.publish.add((api["ApiId"], stage["StageName"]))


def delete_access_log_settings(call: Call, params: Params) -> None:
    api, stage = lookup.stage(call, params)
    _check_own(stage)
    stage.pop("AccessLogSettings", None)
    serving.save(call, api["ApiId"], stage)


def delete_route_settings(call: Call, params: Params) -> None:
    api, stage = lookup.stage(call, params)
    _check_own(stage)
    if stage["RouteSettings"].pop(params["RouteKey"], None) is None:
        raise errors.not_found(stage_settings.NO_ROUTE.format(params["RouteKey"]))
    serving.save(call, api["ApiId"], stage)


def new(call: Call, api: Body, name: str, given: Params) -> Body:
    """A stage with AWS's defaults and what was given. Raises BadRequestException."""
    stage: Body = {
        "StageName": name,
        "CreatedDate": call.now,
        "DefaultRouteSettings": stage_settings.defaults(api),
        "RouteSettings": {},
        "StageVariables": given.get("StageVariables") or {},
        "Tags": given.get("Tags") or {},
    }
    stage |= members.given(given, _GIVEN)
    stage_settings.change(api, stage, given)
    return stage


def _save(call: Call, api: Body, stage: Body) -> Body:
    """Check a stage as a whole, store it, deploy to it if it wants that."""
    api_id = api["ApiId"]
    variables.check(stage["StageVariables"])
    if stage.get("ClientCertificateId"):
        _check_certificate(call, api, stage["ClientCertificateId"])
    if stage.get("DeploymentId") and call.get("api_deployment", api_id, stage["DeploymentId"]) is None:
        raise lookup.missing("Deployment", stage["DeploymentId"])
    stored = call.get("api_stage", api_id, stage["StageName"]) or {}
    for key in stage["RouteSettings"]:
        if key in (stored.get("RouteSettings") or {}):
            continue  # of a route that may be gone since: no reason to refuse other changes (unverified)
        if all(route["RouteKey"] != key for route in call.list("route", api_id)):
            raise errors.not_found(stage_settings.NO_ROUTE.format(key))
    serving.check_stage(call, api_id, stage)
    serving.save(call, api_id, stage)
    auto_deploy.run(call, api)
    return call.get("api_stage", api_id, stage["StageName"]) or stage


def _check_certificate(call: Call, api: Body, certificate: str) -> None:
    """unverified: both texts"""
    if lookup.is_http(api):
        raise errors.bad_request("Client certificates are currently not supported for this API protocol type.")
    if call.get("client_certificate", "", certificate) is None:
        raise errors.not_found("Invalid Client Certificate identifier specified")


def _check_read_only(stage: Body, params: Params) -> None:
    """unverified wording; AWS's documentation has the member read-only then"""
    if params.get("DeploymentId") and stage.get("AutoDeploy"):
        raise errors.bad_request("DeploymentId cannot be set for a stage with AutoDeploy enabled")


def _check_own(stage: Body) -> None:
    if stage.get("ApiGatewayManaged"):
        raise errors.bad_request(_MANAGED)


def _name(stage: Body) -> str:
    return str(stage["StageName"])
