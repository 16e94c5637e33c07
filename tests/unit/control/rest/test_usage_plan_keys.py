from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, refused


def plan_and_key(plane: Control, **key: Any) -> tuple[str, Any]:
    return plane.rest.create_usage_plan(name="p")["id"], plane.rest.create_api_key(**key)


def test_a_key_joins_and_leaves(plane: Control) -> None:
    plan, key = plan_and_key(plane, name="one")
    made = plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    assert made.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert made == {"id": key["id"], "type": "API_KEY", "value": key["value"], "name": "one"}
    read = plane.rest.get_usage_plan_key(usagePlanId=plan, keyId=key["id"])
    read.pop("ResponseMetadata")
    assert read == made
    assert plane.rest.get_usage_plan_keys(usagePlanId=plan)["items"] == [made]
    assert plane.rest.get_usage_plan_keys(usagePlanId=plan, nameQuery="on")["items"] == [made]
    assert plane.rest.get_usage_plan_keys(usagePlanId=plan, nameQuery="ON")["items"] == []
    assert plane.rest.get_usage_plan_keys(usagePlanId="nothing")["items"] == []
    plane.rest.delete_usage_plan_key(usagePlanId=plan, keyId=key["id"])
    assert refused(plane.rest.get_usage_plan_key, usagePlanId=plan, keyId=key["id"])[0] == 404


def test_the_last_that_joined_comes_first(plane: Control) -> None:
    """As recorded (LocalStack's test_get_usage_plan_api_keys, 2024-10-10)."""
    plan, _ = plan_and_key(plane)
    keys = [plane.rest.create_api_key(name=name)["id"] for name in ("one", "two", "three")]
    for key in keys:
        plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    listed = plane.rest.get_usage_plan_keys
    assert [each["id"] for each in listed(usagePlanId=plan)["items"]] == keys[::-1]
    first = listed(usagePlanId=plan, limit=2)
    assert [each["id"] for each in listed(usagePlanId=plan, position=first["position"])["items"]] == keys[:1]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"usagePlanId": "nothing"}, 404, "Invalid Usage Plan ID specified"),
        ({"keyId": "nothing"}, 404, "Invalid API Key identifier specified"),
        ({"keyType": "OTHER"}, 400, "Invalid key type specified. Valid options are API_KEY"),
        ({}, 409, "Usage Plan Key already exists"),
    ],
)
def test_refusals(plane: Control, change: dict[str, str], status: int, message: str) -> None:
    plan, key = plan_and_key(plane)
    at = {"usagePlanId": plan, "keyId": key["id"], "keyType": "API_KEY"}
    plane.rest.create_usage_plan_key(**at)
    assert refused(plane.rest.create_usage_plan_key, **at | change)[::2] == (status, message)


def test_a_key_may_join_by_its_value_but_is_found_by_its_id(plane: Control) -> None:
    plan, key = plan_and_key(plane)
    at = {"usagePlanId": plan, "keyId": key["value"]}
    unknown = {"usagePlanId": plan, "keyId": "x" * 40, "keyType": "API_KEY"}
    assert refused(plane.rest.create_usage_plan_key, **unknown)[2] == "Invalid API Key identifier specified"
    assert plane.rest.create_usage_plan_key(**at, keyType="API_KEY")["id"] == key["id"]
    assert refused(plane.rest.create_usage_plan_key, **at, keyType="API_KEY")[0] == 409
    for operation in (plane.rest.get_usage_plan_key, plane.rest.delete_usage_plan_key):
        assert refused(operation, **at)[::2] == (404, "Invalid Usage Plan Key identifier specified")


def test_ten_plans_per_key(plane: Control) -> None:
    key = plane.rest.create_api_key()["id"]
    plans = [plane.rest.create_usage_plan(name="p")["id"] for _ in range(11)]
    for plan in plans[:10]:
        plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    assert refused(plane.rest.create_usage_plan_key, usagePlanId=plans[10], keyId=key, keyType="API_KEY")[0] == 429
