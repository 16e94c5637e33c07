from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog import quotas
from gatewright.catalog.patches import usage_plan
from tests.unit.control.support import Control, patch, refused

THROTTLE = {"burstLimit": 5, "rateLimit": 2.5}


def staged(plane: Control, stage: str = "v1") -> dict[str, str]:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName=stage)
    return {"apiId": api_id, "stage": stage}


def test_what_is_answered(plane: Control) -> None:
    stage = staged(plane)
    quota = {"limit": 10, "period": "DAY"}
    made = plane.rest.create_usage_plan(
        name="p", description="d", apiStages=[stage], throttle={"burstLimit": 1, "rateLimit": 2}, quota=quota
    )
    made.pop("ResponseMetadata")
    assert made == {
        "id": made["id"],
        "name": "p",
        "description": "d",
        "apiStages": [stage],
        "throttle": {"burstLimit": 1, "rateLimit": 2.0},
        "quota": quota | {"offset": 0},
    }
    read = plane.rest.get_usage_plan(usagePlanId=made["id"])
    assert read["tags"] == {}
    assert "tags" not in plane.rest.get_usage_plans()["items"][0]
    assert plane.rest.create_usage_plan(name="q")["apiStages"] == []


def test_updates(plane: Control) -> None:
    stage = staged(plane)
    at = {"usagePlanId": plane.rest.create_usage_plan(name="p", tags={"a": "b"})["id"]}

    def update(*patches: dict[str, str]) -> Any:
        return plane.rest.update_usage_plan(**at, patchOperations=list(patches))

    named = f"{stage['apiId']}:v1"
    changed = update(patch("add", "/apiStages", named), patch("replace", "/throttle/rateLimit", "200"))
    assert (changed["apiStages"], changed["throttle"], changed["tags"]) == ([stage], {"rateLimit": 200.0}, {"a": "b"})
    changed = update(patch("add", f"/apiStages/{named}/throttle/~1/GET/rateLimit", "3"))
    assert changed["apiStages"][0]["throttle"] == {"//GET": {"rateLimit": 3.0}}
    quota = update(patch("add", "/quota/limit", "5"), patch("add", "/quota/period", "MONTH"))["quota"]
    assert quota == {"limit": 5, "period": "MONTH", "offset": 0}
    wrong = [patch("remove", "/throttle")]
    assert refused(plane.rest.update_usage_plan, **at, patchOperations=wrong)[2] == (
        "Can not define fine grain throttling if usage plan throttle is not defined."
    )
    assert "apiStages" in update(patch("remove", "/apiStages", named))


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"name": ""}, 400, "Usage Plan name must be non-empty"),
        ({"throttle": {"burstLimit": -1}}, 400, usage_plan.BURST),
        ({"throttle": {"rateLimit": -0.5}}, 400, usage_plan.RATE),
        ({"quota": {"limit": 0, "period": "DAY"}}, 400, usage_plan.QUOTA_LIMIT),
        ({"quota": {"limit": 5}}, 400, usage_plan.QUOTA_PERIOD),
        (
            {"quota": {"limit": 5, "period": "DAY", "offset": 1}},
            400,
            "Usage Plan quota offset must be zero in the DAY period",
        ),
        (
            {"quota": {"limit": 5, "period": "WEEK", "offset": 7}},
            400,
            "Usage Plan quota offset must be between zero and 6 inclusive in the WEEK period",
        ),
        ({"apiStages": [{"apiId": "a"}]}, 400, "Invalid API Stage specified"),
        ({"tags": {"aws:a": ""}}, 400, "Invalid tag key: aws:a"),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], status: int, message: str) -> None:
    assert refused(plane.rest.create_usage_plan, **{"name": "p"} | change)[::2] == (status, message)


def test_stages_and_methods_must_be_there(plane: Control) -> None:
    create, stage = plane.rest.create_usage_plan, staged(plane)
    status, _, message = refused(create, name="p", apiStages=[{"apiId": "a", "stage": "b"}])
    assert status == 404
    assert message.startswith("Invalid API Stage {api: a, stage: b} specified for usageplan ")
    limited = stage | {"throttle": {"/x/GET": THROTTLE}}
    assert refused(create, name="p", apiStages=[limited])[0] == 400
    status, _, message = refused(create, name="p", throttle=THROTTLE, apiStages=[limited])
    assert (status, message) == (404, f"Invalid method /x/GET specified for API stage {stage['apiId']}:v1")
    limited = stage | {"throttle": {"//GET": THROTTLE}}
    assert create(name="p", throttle=THROTTLE, apiStages=[limited])["apiStages"] == [limited]
    many = stage | {"throttle": {str(number): THROTTLE for number in range(21)}}
    assert refused(create, name="p", throttle=THROTTLE, apiStages=[many])[0] == 400


def test_a_plan_with_stages_stays(plane: Control) -> None:
    stage = staged(plane)
    plan = plane.rest.create_usage_plan(name="p", apiStages=[stage])["id"]
    assert refused(plane.rest.delete_usage_plan, usagePlanId=plan) == (
        400,
        "BadRequestException",
        f"Cannot delete Usage Plan {plan} because there are API Stages associated with it, "
        f"including {stage['apiId']}:v1",
    )
    removal = [patch("remove", "/apiStages", f"{stage['apiId']}:v1")]
    plane.rest.update_usage_plan(usagePlanId=plan, patchOperations=removal)
    key = plane.rest.create_api_key()["id"]
    plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    plane.rest.delete_usage_plan(usagePlanId=plan)
    assert plane.rest.get_usage_plans(keyId=key)["items"] == []
    for operation in (plane.rest.get_usage_plan, plane.rest.delete_usage_plan, plane.rest.update_usage_plan):
        assert refused(operation, usagePlanId=plan)[::2] == (404, "Invalid Usage Plan ID specified")


def test_stages_that_go_leave_their_plans(plane: Control) -> None:
    stage, other = staged(plane), staged(plane)
    plan = plane.rest.create_usage_plan(name="p", apiStages=[stage, other])["id"]
    plane.rest.delete_stage(restApiId=stage["apiId"], stageName="v1")
    assert plane.rest.get_usage_plan(usagePlanId=plan)["apiStages"] == [other]
    plane.rest.delete_rest_api(restApiId=other["apiId"])
    assert plane.rest.get_usage_plan(usagePlanId=plan)["apiStages"] == []


def test_plans_of_a_key_and_pages(plane: Control) -> None:
    plans = sorted(plane.rest.create_usage_plan(name=name)["id"] for name in "abc")
    key = plane.rest.create_api_key()["id"]
    plane.rest.create_usage_plan_key(usagePlanId=plans[1], keyId=key, keyType="API_KEY")
    assert [plan["id"] for plan in plane.rest.get_usage_plans(keyId=key)["items"]] == [plans[1]]
    first = plane.rest.get_usage_plans(limit=2)
    assert [plan["id"] for plan in first["items"]] == plans[:2]
    assert plane.rest.get_usage_plans(position=first["position"])["items"][0]["id"] == plans[2]


def test_a_key_is_in_one_plan_per_stage(plane: Control) -> None:
    stage = staged(plane)
    one = plane.rest.create_usage_plan(name="a", apiStages=[stage])["id"]
    two = plane.rest.create_usage_plan(name="b")["id"]
    key = plane.rest.create_api_key()["id"]
    for plan in (one, two):
        plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    added = [patch("add", "/apiStages", f"{stage['apiId']}:v1")]
    assert refused(plane.rest.update_usage_plan, usagePlanId=two, patchOperations=added)[0] == 409
    three = plane.rest.create_usage_plan(name="c", apiStages=[stage])["id"]
    assert refused(plane.rest.create_usage_plan_key, usagePlanId=three, keyId=key, keyType="API_KEY")[0] == 409


def test_the_quota(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(quotas.COUNTS, "usage_plan", quotas.Quota(0, "Usage Plans", "account"))
    assert refused(plane.rest.create_usage_plan, name="p")[0] == 429


def test_stages_of_websocket_apis_have_plans_and_those_of_http_apis_none(plane: Control) -> None:
    def api(protocol: str, **members: str) -> str:
        made: str = plane.v2.create_api(Name="a", ProtocolType=protocol, **members)["ApiId"]
        plane.v2.create_stage(ApiId=made, StageName="v1")
        return made

    sockets = api("WEBSOCKET", RouteSelectionExpression="$request.body.action")
    stage = {"apiId": sockets, "stage": "v1"}
    plan = plane.rest.create_usage_plan(name="p", apiStages=[stage])["id"]
    assert plane.rest.get_usage_plan(usagePlanId=plan)["apiStages"] == [stage]
    assert refused(plane.rest.create_usage_plan, name="q", apiStages=[{"apiId": api("HTTP"), "stage": "v1"}])[0] == 404
    plane.v2.delete_stage(ApiId=sockets, StageName="v1")
    assert plane.rest.get_usage_plan(usagePlanId=plan)["apiStages"] == []
