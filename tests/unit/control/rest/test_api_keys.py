from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, control, patch, refused

VALUE = "a-value-of-twenty-chars"


def test_what_is_answered(plane: Control) -> None:
    made = plane.rest.create_api_key(name="one")
    made.pop("ResponseMetadata")
    at = plane.clock.now()
    assert made.pop("createdDate").timestamp() == made.pop("lastUpdatedDate").timestamp() == int(at)
    assert len(made["id"]) == 10
    assert len(made["value"]) == 40
    assert made == {"id": made["id"], "value": made["value"], "name": "one", "enabled": False, "stageKeys": []}
    read = plane.rest.get_api_key(apiKey=made["id"])
    assert "value" not in read
    assert "tags" not in read
    assert plane.rest.get_api_key(apiKey=made["id"], includeValue=True)["value"] == made["value"]


def test_everything_that_can_be_given(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    made = plane.rest.create_api_key(
        name="one", description="d", enabled=True, generateDistinctId=False, value=VALUE, customerId="c",
        stageKeys=[{"restApiId": api_id, "stageName": "v1"}], tags={"a": "b"},
    )  # fmt: skip
    assert made["id"] != made["value"] == VALUE
    assert (made["enabled"], made["customerId"], made["tags"]) == (True, "c", {"a": "b"})
    assert made["stageKeys"] == [f"{api_id}/v1"]
    assert plane.rest.get_api_key(apiKey=made["id"])["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"name": "a" * 1025}, 400, "Invalid API Key name, can be at most 1024 characters."),
        ({"description": "a" * 125_001}, 400, "Invalid API Key description specified."),
        ({"value": "short"}, 400, "API Key value should be at least 20 characters"),
        ({"value": "a" * 129}, 400, "API Key value exceeds maximum size of 128 characters"),
        ({"value": VALUE}, 409, "API Key already exists"),
        ({"stageKeys": [{"restApiId": "x", "stageName": "y"}]}, 404, "Invalid API identifier specified 111111111111:x"),
        ({"tags": {"aws:x": "y"}}, 400, "Invalid tag key: aws:x"),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], status: int, message: str) -> None:
    plane.rest.create_api_key(value=VALUE)
    assert refused(plane.rest.create_api_key, **change)[::2] == (status, message)
    assert len(plane.rest.get_api_keys()["items"]) == 1


def test_empty_values_are_none(plane: Control) -> None:
    made = plane.rest.create_api_key(name="", value="")
    assert "name" not in made
    assert len(made["value"]) == 40


def test_the_list_is_newest_first_and_searched_by_its_beginning(plane: Control) -> None:
    for name in ("one", "two", "twenty"):
        plane.rest.create_api_key(name=name, **({"customerId": "c"} if name == "two" else {}))
    listed = plane.rest.get_api_keys

    def names(**params: Any) -> list[str]:
        return [key["name"] for key in listed(**params)["items"]]

    assert names() == ["twenty", "two", "one"]
    assert names(nameQuery="tw") == ["twenty", "two"]
    assert names(nameQuery="TW") == names(nameQuery="wo") == []
    assert names(customerId="c") == ["two"]
    assert names(limit=-1) == []
    first = listed(limit=2)
    assert [key["name"] for key in first["items"]] == ["twenty", "two"]
    assert "value" not in first["items"][0]
    assert names(limit=2, position=first["position"]) == ["one"]
    assert "value" in listed(includeValues=True)["items"][0]


def test_updates(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    at = {"apiKey": plane.rest.create_api_key(name="one", enabled=True)["id"]}
    plane.clock.advance(10)
    changed = plane.rest.update_api_key(
        **at, patchOperations=[patch("replace", "/name", "two"), patch("replace", "/enabled", "no")]
    )
    assert (changed["name"], changed["enabled"], changed["tags"]) == ("two", False, {})
    assert "value" not in changed
    assert changed["lastUpdatedDate"] > changed["createdDate"]
    staged = plane.rest.update_api_key(**at, patchOperations=[patch("add", "/stages", f"{api_id}/v1")])
    assert staged["stageKeys"] == [f"{api_id}/v1"]
    wrong = [patch("add", "/stages", f"{api_id}/v2")]
    assert refused(plane.rest.update_api_key, **at, patchOperations=wrong)[2] == "Invalid Stage identifier specified"
    wrong = [patch("replace", "/name", "a" * 1025)]
    assert refused(plane.rest.update_api_key, **at, patchOperations=wrong)[0] == 400


def test_a_deleted_key_leaves_nothing(plane: Control) -> None:
    made = plane.rest.create_api_key(value=VALUE)["id"]
    plan = plane.rest.create_usage_plan(name="p")["id"]
    plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=made, keyType="API_KEY")
    plane.rest.delete_api_key(apiKey=made)
    assert plane.rest.get_usage_plan_keys(usagePlanId=plan)["items"] == []
    for operation in (plane.rest.get_api_key, plane.rest.delete_api_key, plane.rest.update_api_key):
        assert refused(operation, apiKey=made)[::2] == (404, "Invalid API Key identifier specified")
    plane.rest.create_api_key(value=VALUE)


def test_accounts_and_regions_do_not_share_values(plane: Control) -> None:
    plane.rest.create_api_key(value=VALUE)
    plane.client(region="eu-west-1").create_api_key(value=VALUE)
    plane.client(account="222222222222").create_api_key(value=VALUE)


def test_the_quota(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gatewright.catalog import quotas

    monkeypatch.setitem(quotas.COUNTS, "api_key", quotas.Quota(1, "API Keys", "account"))
    with control(tmp_path) as plane:
        plane.rest.create_api_key()
        assert refused(plane.rest.create_api_key)[0] == 429
