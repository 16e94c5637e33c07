"""Usage plan keys: CreateUsagePlanKey, GetUsagePlanKey(s), DeleteUsagePlanKey.

`keyId` is a key's id. CreateUsagePlanKey takes its value, too, which many texts pass and which AWS does not know (404).
https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlanKey.html
"""

from __future__ import annotations

from gatewright.aws.pagination import page
from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import api_keys, usage_plans
from gatewright.store.base import Body

# unverified: these words
NO_PLAN_KEY = "Invalid Usage Plan Key identifier specified"
_EXISTS = "Usage Plan Key already exists"
_TYPE = "Invalid key type specified. Valid options are API_KEY"


def create_usage_plan_key(call: Call, params: Params) -> Params:
    usage_plans.lookup_plan(call, params["usagePlanId"])
    if params["keyType"] != "API_KEY":
        raise errors.bad_request(_TYPE)
    return attach(call, params["usagePlanId"], _id_of(call, params["keyId"]))


def get_usage_plan_key(call: Call, params: Params) -> Params:
    return _shown(call, lookup_plan_key(call, params))


def get_usage_plan_keys(call: Call, params: Params) -> Params:
    """The keys of a plan, the last that joined first; of an unknown plan an empty list (both recorded)."""
    keys = [_shown(call, each) for each in call.list("usage_plan_key", params["usagePlanId"])]
    begin = params.get("nameQuery") or ""
    wanted = sorted((key for key in keys if key.get("name", "").startswith(begin)), key=_youth)
    items, position = page(wanted, _youth, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def delete_usage_plan_key(call: Call, params: Params) -> None:
    found = lookup_plan_key(call, params)
    call.publish_usage = True
    call.delete("usage_plan_key", params["usagePlanId"], found["id"])


def attach(call: Call, plan_id: str, key_id: str, *, again: bool = False) -> Body:
    """Put a key into a plan. `again`: it may be there. Raises Not Found, Conflict and LimitExceededException."""
    plan = usage_plans.lookup_plan(call, plan_id)
    api_keys.lookup_key(call, {"apiKey": key_id})
    before = call.get("usage_plan_key", plan_id, key_id)
    if before is not None:
        if not again:
            raise errors.conflict(_EXISTS)
        return _shown(call, before)
    usage_plans.shared_stage(call, key_id, plan)
    _room(call, key_id)
    order = call.tx.count(call.account, call.region, "usage_plan_key", plan_id)
    call.publish_usage = True
    made: Body = {"id": key_id, "type": "API_KEY", "_joined": call.now, "_order": order}
    return _shown(call, call.insert("usage_plan_key", plan_id, key_id, made))


def _id_of(call: Call, named: str) -> str:
    """The id of a key that was named by its id, or by its value."""
    if call.get("api_key", "", named) is None:
        by_value = call.get("api_key_value", "", named)
        if by_value is not None:
            return str(by_value["id"])
    return named


def lookup_plan_key(call: Call, params: Params) -> Body:
    """The membership, the plan being looked for first. Raises NotFoundException."""
    usage_plans.lookup_plan(call, params["usagePlanId"])
    found = call.get("usage_plan_key", params["usagePlanId"], params["keyId"])
    if found is None:
        raise errors.not_found(NO_PLAN_KEY)
    return found


def _room(call: Call, key_id: str) -> None:
    quota = quotas.COUNTS["plans_of_a_key"]
    here = [
        each
        for each in call.tx.find("usage_plan_key", key_id)
        if (each.key.account, each.key.region) == (call.account, call.region)
    ]
    if not call.unlimited and len(here) >= quota.most:
        raise errors.limit(quota)


def _youth(plan_key: Body) -> str:
    return api_keys.youth(plan_key["_joined"], plan_key["_order"], plan_key["id"])


def _shown(call: Call, plan_key: Body) -> Body:
    """{id, type, value, name}: the key's own as they are now."""
    key = call.get("api_key", "", plan_key["id"]) or {}
    return plan_key | {name: key[name] for name in ("value", "name") if name in key}
