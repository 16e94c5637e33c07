"""The use of plans: GetUsage, UpdateUsage.

`values` holds a pair [used, remaining] per day of the range for every key of the plan: what was used that day, and what
of the period was left at its end (unverified for quotas of weeks and months). UpdateUsage sets what remains of the
current period by raising or lowering its limit: to what has been used already plus what is to remain.
https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
        "items": {key["id"]: _pairs(plan, key, _used(call, plan, key), days) for key in shown},
        "position": position,
    }


def update_usage(call: Call, params: Params) -> Params:
    """Set what remains of a key's quota in the current period. Refused without a quota (unverified wording)."""
    key = usage_plan_keys.lookup_plan_key(call, params)
    plan = usage_plans.lookup_plan(call, params["usagePlanId"])
    patched = patch.apply(table.TABLE, {}, patch.operations(params.get("patchOperations")))
    today = periods.day_of(call.now)
    used = _used(call, plan, key)
    if "remaining" in patched:
        if not plan.get("quota"):
            raise errors.bad_request(f"Usage Plan {plan['id']} does not have a quota")
        begin = periods.start(plan["quota"]["period"], today)
        spent = sum(count for day, count in used.items() if begin <= day <= today)
        limit = min(spent + patched["remaining"], periods.BOUNDLESS)  # what every store can count to
        key["_ceiling"] = {"limit": limit, "since": today.isoformat()}
        call.put("usage_plan_key", plan["id"], key["id"], key)
        call.publish_usage = True
    return {
        "usagePlanId": plan["id"],
        "startDate": today.isoformat(),
        "endDate": today.isoformat(),
        "items": {key["id"]: _pairs(plan, key, used, [today])},
    }


def _used(call: Call, plan: Body, key: Body) -> Mapping[date, int]:
    """Requests by day, as of now."""
    if call.usage is None:
        return {}
    return call.usage.used(periods.quota_name(call.account, call.region, plan["id"], key["id"]))


def _pairs(plan: Body, key: Body, used: Mapping[date, int], days: Sequence[date]) -> list[list[int]]:
    """[used, remaining] of days that follow one another."""
    quota = plan.get("quota")
    pairs: list[list[int]] = []
    begin, spent = date.min, 0  # of the period, and in it so far
    for day in days:
        first = periods.start(quota["period"], day) if quota else day
        if first != begin:
            begin, spent = first, sum(count for other, count in used.items() if first <= other < day)
        spent += used.get(day, 0)
        pairs.append([used.get(day, 0), _remaining(quota, key, day, spent)])
    return pairs


def _remaining(quota: Body | None, key: Body, day: date, spent: int) -> int:
    if not quota:
        return periods.UNLIMITED
    return max(0, periods.allowance(quota, periods.day_of(key["_joined"]), day, key.get("_ceiling")) - spent)


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
