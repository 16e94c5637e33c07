"""Usage plans: CreateUsagePlan, GetUsagePlan(s), UpdateUsagePlan, DeleteUsagePlan.

A plan names stages, what their callers may ask of them, and (usage_plan_keys) whose keys belong to it.
https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlan.html
"""

from __future__ import annotations

import copy
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch, periods, quotas
from gatewright.catalog.patches import usage_plan as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, tags
from gatewright.store.base import Body

# Seen in clients' reports.
FINE_GRAIN = "Can not define fine grain throttling if usage plan throttle is not defined."
_GIVEN = ("name", "description", "throttle", "quota", "tags")


def create_usage_plan(call: Call, params: Params) -> Params:
    plan: Body = {name: copy.deepcopy(params[name]) for name in _GIVEN if params.get(name)}
    if not plan.get("name"):
        raise errors.bad_request("Usage Plan name must be non-empty")  # unverified wording
    tags.check(plan.get("tags") or {})
    plan |= {"id": call.new_id("usage_plan"), "apiStages": copy.deepcopy(params.get("apiStages") or [])}
    _check(call, plan, {})
    lookup.room_for(call, "usage_plan", "", quotas.COUNTS["usage_plan"])
    return _shown(call.insert("usage_plan", "", plan["id"], plan))


def get_usage_plan(call: Call, params: Params) -> Params:
    return {"tags": {}} | _shown(lookup_plan(call, params["usagePlanId"]))


def get_usage_plans(call: Call, params: Params) -> Params:
    """All plans, or those that a key is in."""
    plans = call.list("usage_plan", "")
    if params.get("keyId"):
        plans = [plan for plan in plans if call.get("usage_plan_key", plan["id"], params["keyId"]) is not None]
    items, position = page(plans, itemgetter("id"), params.get("position"), params.get("limit"))
    return {"items": [_shown(plan) for plan in items], "position": position}


def update_usage_plan(call: Call, params: Params) -> Params:
    plan = lookup_plan(call, params["usagePlanId"])
    patched = patch.apply(table.TABLE, plan, patch.operations(params.get("patchOperations")))
    _check(call, patched, plan)
    call.publish_usage = True
    return {"tags": {}} | _shown(call.put("usage_plan", "", plan["id"], patched))


def delete_usage_plan(call: Call, params: Params) -> None:
    """Refused while stages are in it; its keys leave it (unverified for keys)."""
    plan = lookup_plan(call, params["usagePlanId"])
    if plan["apiStages"]:
        first = plan["apiStages"][0]
        raise errors.bad_request(
            f"Cannot delete Usage Plan {plan['id']} because there are API Stages associated with it, "
            f"including {first['apiId']}:{first['stage']}"
        )
    call.publish_usage = True
    for kind in ("usage_plan_key", "usage"):
        call.tx.delete_children(call.account, call.region, plan["id"], kind)
    call.delete("usage_plan", "", plan["id"])


def lookup_plan(call: Call, plan_id: str) -> Body:
    """The plan. Raises NotFoundException."""
    return lookup.top(call, "usage_plan", plan_id, lookup.NO_USAGE_PLAN)


def forget_stage(call: Call, api_id: str, stage: str | None = None) -> None:
    """A stage, or all stages of an API, leave the plans that name them (unverified)."""

    def leaves(named: Body) -> bool:
        return named["apiId"] == api_id and stage in (None, named["stage"])

    for plan in call.list("usage_plan", ""):
        kept = [each for each in plan["apiStages"] if not leaves(each)]
        if len(kept) != len(plan["apiStages"]):
            call.publish_usage = True
            call.put("usage_plan", "", plan["id"], plan | {"apiStages": kept})


def stages_of(plan: Body) -> set[str]:
    """The stages of a plan as "api:stage"."""
    return {f"{each['apiId']}:{each['stage']}" for each in plan["apiStages"]}


def shared_stage(call: Call, key_id: str, plan: Body) -> None:
    """A key belongs to one plan per stage at most. Raises ConflictException. unverified wording."""
    mine = stages_of(plan)
    for other in call.list("usage_plan", ""):
        if other["id"] == plan["id"] or not mine & stages_of(other):
            continue
        if call.get("usage_plan_key", other["id"], key_id) is not None:
            raise errors.conflict(
                f"Usage Plan {plan['id']} cannot be added because API Key cannot reference multiple Usage Plans with "
                f"the same API stage: {min(mine & stages_of(other))}"
            )


def _check(call: Call, plan: Body, before: Body) -> None:
    """The plan as a whole. Raises BadRequestException, NotFoundException, ConflictException."""
    _check_throttle(plan.get("throttle"))
    _check_quota(plan.get("quota"))
    known = {(each["apiId"], each["stage"]): each for each in before.get("apiStages") or ()}
    for each in plan["apiStages"]:
        if not each.get("apiId") or not each.get("stage"):
            raise errors.bad_request(table.INVALID_STAGE)
        if each.get("throttle") and not plan.get("throttle"):
            raise errors.bad_request(FINE_GRAIN)
        if each != known.get((each["apiId"], each["stage"])):
            _check_stage(call, plan, each)
    if stages_of(plan) - stages_of({"apiStages": before.get("apiStages") or []}):
        for key in call.list("usage_plan_key", plan["id"]):
            shared_stage(call, key["id"], plan)


def _check_stage(call: Call, plan: Body, named: Body) -> None:
    stage = call.get("stage", named["apiId"], named["stage"])
    if stage is None and not _is_websocket(call, named):
        raise errors.not_found(table.no_stage(named["apiId"], named["stage"], plan["id"]))
    throttles = named.get("throttle")
    if not throttles:
        named.pop("throttle", None)
        return
    if len(throttles) > quotas.METHOD_THROTTLES:
        raise errors.bad_request(f"A stage can have at most {quotas.METHOD_THROTTLES} method throttles in a usage plan")
    deployment = "" if stage is None else stage["deploymentId"]  # a WebSocket API has no methods to throttle
    snapshot = (call.get("snapshot", named["apiId"], deployment) if deployment else None) or {"resources": []}
    served = {f"{each['path']}/{verb}" for each in snapshot["resources"] for verb in each.get("resourceMethods") or ()}
    served |= {key[1:] for key in served if key.startswith("//")}
    for key, limits in throttles.items():
        if key not in served:  # unverified wording; AWS refuses such keys
            raise errors.not_found(f"Invalid method {key} specified for API stage {named['apiId']}:{named['stage']}")
        _check_throttle(limits)


def _is_websocket(call: Call, named: Body) -> bool:
    """Whether this is a stage of a WebSocket API. HTTP APIs have no usage plans."""
    api = call.get("api", "", named["apiId"])
    stage = call.get("api_stage", named["apiId"], named["stage"])
    return api is not None and stage is not None and api["ProtocolType"] == "WEBSOCKET"


def _check_throttle(limits: Body | None) -> None:
    if not limits:
        return
    if (limits.get("burstLimit") or 0) < 0:
        raise errors.bad_request(table.BURST)
    if "rateLimit" in limits:
        limits["rateLimit"] = float(limits["rateLimit"])
        if limits["rateLimit"] < 0:
            raise errors.bad_request(table.RATE)


def _check_quota(quota: Body | None) -> None:
    if not quota:
        return
    if (quota.get("limit") or 0) < 1:
        raise errors.bad_request(table.QUOTA_LIMIT)
    if quota.get("period") not in table.PERIODS:
        raise errors.bad_request(table.QUOTA_PERIOD)
    offset = quota.setdefault("offset", 0)
    most = periods.MOST_OFFSET[quota["period"]]
    if not 0 <= offset <= most:  # the limits and the words are those of client tools
        raise errors.bad_request(
            f"Usage Plan quota offset must be {f'between zero and {most} inclusive' if most else 'zero'} "
            f"in the {quota['period']} period"
        )


def _shown(plan: Body) -> Body:
    return plan if plan.get("tags") else {name: value for name, value in plan.items() if name != "tags"}
