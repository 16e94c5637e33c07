"""The use of plans: GetUsage, UpdateUsage.

`values` holds a pair [used, remaining] per day of the range for every key of the plan. API keys are not checked at run
time yet, so nothing was used; what remains follows from the plan's quota and from UpdateUsage, which sets it for the
current period. https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch, periods, quotas
from gatewright.catalog.patches import usage as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import usage_plan_keys, usage_plans
from gatewright.store.base import Body

NO_KEY = "Invalid Key identifier specified"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def get_usage(call: Call, params: Params) -> Params:
    plan = usage_plans.lookup_plan(call, params["usagePlanId"])
    days = _days(params["startDate"], params["endDate"])
    keys = call.list("usage_plan_key", plan["id"])
    if params.get("keyId"):
        keys = [key for key in keys if key["id"] == params["keyId"]]
        if not keys:
            raise errors.not_found(NO_KEY)
    shown, position = page(keys, itemgetter("id"), params.get("position"), params.get("limit"))
    return {
        "usagePlanId": plan["id"],
        "startDate": params["startDate"],
        "endDate": params["endDate"],
        "items": {key["id"]: [[0, _remaining(plan, key, day)] for day in days] for key in shown},
        "position": position,
    }


def update_usage(call: Call, params: Params) -> Params:
    """Set what remains of a key's quota in the current period. Refused without a quota (unverified wording)."""
    key = usage_plan_keys.lookup_plan_key(call, params)
    plan = usage_plans.lookup_plan(call, params["usagePlanId"])
    patched = patch.apply(table.TABLE, {}, patch.operations(params.get("patchOperations")))
    today = periods.day_of(call.now)
    if "remaining" in patched:
        if not plan.get("quota"):
            raise errors.bad_request(f"Usage Plan {plan['id']} does not have a quota")
        key["_remaining"] = {"count": patched["remaining"], "since": today.isoformat()}
        call.put("usage_plan_key", plan["id"], key["id"], key)
    return {
        "usagePlanId": plan["id"],
        "startDate": today.isoformat(),
        "endDate": today.isoformat(),
        "items": {key["id"]: [[0, _remaining(plan, key, today)]]},
    }


def _remaining(plan: Body, key: Body, day: date) -> int:
    quota = plan.get("quota")
    given = key.get("_remaining")
    if quota and given:
        since = date.fromisoformat(given["since"])
        if since <= day and periods.start(quota["period"], since) == periods.start(quota["period"], day):
            return int(given["count"])
    return periods.allowance(quota, periods.day_of(key["_joined"]), day)


def _days(first: str, last: str) -> list[date]:
    """unverified: the words, and the longest range."""
    begin, end = _date(first), _date(last)
    count = (end - begin).days + 1
    if count < 1:
        raise errors.bad_request("Invalid date range specified: endDate is before startDate")
    if count > quotas.USAGE_DAYS:
        raise errors.bad_request(f"Invalid date range specified: it must not be longer than {quotas.USAGE_DAYS} days")
    return [begin + timedelta(days=number) for number in range(count)]


def _date(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise errors.bad_request(f"Invalid date specified: {text}. Dates have the form YYYY-MM-DD")
