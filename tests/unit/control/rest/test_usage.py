from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gatewright.store.base import Key
from tests.unit.control.support import ACCOUNT, REGION, Control, patch, refused


def joined(plane: Control, **plan: Any) -> tuple[str, str]:
    plan_id = plane.rest.create_usage_plan(name="p", **plan)["id"]
    key_id = plane.rest.create_api_key()["id"]
    plane.rest.create_usage_plan_key(usagePlanId=plan_id, keyId=key_id, keyType="API_KEY")
    return plan_id, key_id


def days(plane: Control, count: int) -> dict[str, str]:
    today = datetime.fromtimestamp(plane.clock.now(), UTC).date()
    return {"startDate": today.isoformat(), "endDate": (today + timedelta(days=count - 1)).isoformat()}


def test_a_pair_per_day_and_key(plane: Control) -> None:
    plan, key = joined(plane, quota={"limit": 10, "period": "DAY"})
    range_ = days(plane, 3)
    answer = plane.rest.get_usage(usagePlanId=plan, **range_)
    answer.pop("ResponseMetadata")
    assert answer == {"usagePlanId": plan, **range_, "items": {key: [[0, 10]] * 3}}
    assert plane.rest.get_usage(usagePlanId=plan, keyId=key, **range_)["items"] == answer["items"]


def test_without_a_quota_nothing_limits(plane: Control) -> None:
    plan, key = joined(plane)
    assert plane.rest.get_usage(usagePlanId=plan, **days(plane, 1))["items"] == {key: [[0, -1]]}
    at = {"usagePlanId": plan, "keyId": key}
    wrong = [patch("replace", "/remaining", "1")]
    assert refused(plane.rest.update_usage, **at, patchOperations=wrong)[0] == 400


def test_what_remains_is_set_for_the_period(plane: Control) -> None:
    plan, key = joined(plane, quota={"limit": 10, "period": "MONTH"})
    at = {"usagePlanId": plan, "keyId": key}
    answer = plane.rest.update_usage(**at, patchOperations=[patch("replace", "/remaining", "77")])
    today = days(plane, 1)
    assert (answer["startDate"], answer["endDate"]) == (today["startDate"], today["endDate"])
    assert answer["items"] == {key: [[0, 77]]}
    pairs = plane.rest.get_usage(usagePlanId=plan, **days(plane, 62))["items"][key]
    assert pairs[0] == [0, 77]
    assert pairs[-1] == [0, 10]


def test_what_was_used_is_shown_by_day_and_taken_off_the_period(plane: Control) -> None:
    plan, key = joined(plane, quota={"limit": 100, "period": "MONTH"})
    today = datetime.fromtimestamp(plane.clock.now(), UTC).date()
    assert today.day > 2
    name = f"{ACCOUNT}/{REGION}/{plan}/{key}"
    last_month = today.replace(day=1) - timedelta(days=1)
    plane.usage.days[name] = {
        last_month: 50, today - timedelta(days=2): 7, today - timedelta(days=1): 3, today: 1,
    }  # fmt: skip
    asked = {"startDate": (today - timedelta(days=1)).isoformat(), "endDate": (today + timedelta(days=1)).isoformat()}
    assert plane.rest.get_usage(usagePlanId=plan, **asked)["items"] == {key: [[3, 90], [1, 89], [0, 89]]}
    at = {"usagePlanId": plan, "keyId": key}
    answer = plane.rest.update_usage(**at, patchOperations=[patch("replace", "/remaining", "5")])
    assert answer["items"] == {key: [[1, 5]]}
    published = plane.published.usage[-1]
    assert published is not None
    assert published["keys"][0]["plans"][0]["ceiling"] == {"limit": 16, "since": today.isoformat()}
    plane.usage.days[name][today] += 9
    assert plane.rest.get_usage(usagePlanId=plan, **days(plane, 1))["items"] == {key: [[10, 0]]}


def test_of_a_plan_without_quota_use_is_counted_too(plane: Control) -> None:
    plan, key = joined(plane)
    today = datetime.fromtimestamp(plane.clock.now(), UTC).date()
    plane.usage.days[f"{ACCOUNT}/{REGION}/{plan}/{key}"] = {today: 4}
    assert plane.rest.get_usage(usagePlanId=plan, **days(plane, 2))["items"] == {key: [[4, -1], [0, -1]]}


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({"usagePlanId": "nothing"}, 404, "Invalid Usage Plan ID specified"),
        ({"keyId": "nothing"}, 404, "Invalid Key identifier specified"),
        ({"startDate": "yesterday"}, 400, "Invalid date specified: yesterday. Dates have the form YYYY-MM-DD"),
        ({"startDate": "2024-02-30"}, 400, "Invalid date specified: 2024-02-30. Dates have the form YYYY-MM-DD"),
        ({"endDate": "1999-01-01"}, 400, "Invalid date range specified: endDate is before startDate"),
        ({"startDate": "1999-01-01"}, 400, "Invalid date range specified: it must not be longer than 90 days"),
    ],
)
def test_refusals(plane: Control, params: dict[str, str], status: int, message: str) -> None:
    plan, _ = joined(plane)
    asked = {"usagePlanId": plan, **days(plane, 1)} | params
    assert refused(plane.rest.get_usage, **asked)[::2] == (status, message)


def test_unknown_keys_cannot_be_updated(plane: Control) -> None:
    plan, _ = joined(plane)
    operations = [patch("replace", "/remaining", "1")]
    assert refused(plane.rest.update_usage, usagePlanId=plan, keyId="x", patchOperations=operations)[0] == 404


def test_more_than_anybody_can_count(plane: Control) -> None:
    plan, key = joined(plane, quota={"limit": 10, "period": "DAY"})
    operations = [patch("replace", "/remaining", str(9 * 10**15))]
    answer = plane.rest.update_usage(usagePlanId=plan, keyId=key, patchOperations=operations)
    assert answer["items"] == {key: [[0, 10**15]]}


@pytest.mark.parametrize("gone", ["plan", "key"])
def test_what_is_kept_of_use_goes_with_the_plan_and_with_the_key(plane: Control, gone: str) -> None:
    plan, key = joined(plane)
    with plane.store.transaction() as tx:
        for account in (ACCOUNT, "222222222222"):
            tx.put(Key(account, REGION, "usage", plan, key), {"days": {}})
    if gone == "plan":
        plane.rest.delete_usage_plan(usagePlanId=plan)
    else:
        plane.rest.delete_api_key(apiKey=key)
    with plane.store.transaction(write=False) as tx:
        assert [each.key.account for each in tx.find("usage", key)] == ["222222222222"]
