"""API keys and usage plans through boto3 and the AWS CLI against a running server, accepted and refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

NO_KEY = "Invalid API Key identifier specified"
NO_PLAN = "Invalid Usage Plan ID specified"


def replace(path: str, value: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": value}]


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def key(rest: Any) -> Iterator[dict[str, Any]]:
    made = rest.create_api_key(name="wire", enabled=True, tags={"a": "b"})
    yield made
    rest.delete_api_key(apiKey=made["id"])


@pytest.fixture
def plan(rest: Any) -> Iterator[str]:
    made = rest.create_usage_plan(name="wire", quota={"limit": 10, "period": "MONTH"})["id"]
    yield made
    rest.delete_usage_plan(usagePlanId=made)


def test_keys(rest: Any, key: dict[str, Any]) -> None:
    at = {"apiKey": key["id"]}
    assert rest.get_api_key(**at, includeValue=True)["value"] == key["value"]
    assert [each["id"] for each in rest.get_api_keys(nameQuery="wir")["items"]] == [key["id"]]
    assert rest.update_api_key(**at, patchOperations=replace("/enabled", "false"))["enabled"] is False
    fails(400, "API Key value should be at least 20 characters", rest.create_api_key, value="short")
    fails(409, "API Key already exists", rest.create_api_key, value=key["value"])
    fails(400, "Invalid position parameter specified", rest.get_api_keys, position="nonsense")
    for operation in (rest.get_api_key, rest.delete_api_key):
        fails(404, NO_KEY, operation, apiKey="nothing")
    fails(404, NO_KEY, rest.update_api_key, apiKey="nothing", patchOperations=replace("/name", "x"))
    fails(400, "Must be one of: [/description, /enabled, /name, /customerId]", rest.update_api_key, **at,
          patchOperations=replace("/value", "x"))  # fmt: skip


def test_a_file_of_keys(rest: Any, plan: str) -> None:
    body = f"Name,Key,UsagePlanIds\nimported,{'k' * 30},{plan}\n".encode()
    answer = rest.import_api_keys(body=body, format="csv", failOnWarnings=True)
    assert [each["id"] for each in rest.get_usage_plan_keys(usagePlanId=plan)["items"]] == answer["ids"]
    rest.delete_api_key(apiKey=answer["ids"][0])
    fails(400, "missing required columns", rest.import_api_keys, body=b"nonsense", format="csv")


def test_plans(rest: Any, plan: str) -> None:
    at = {"usagePlanId": plan}
    assert rest.get_usage_plan(**at)["quota"] == {"limit": 10, "offset": 0, "period": "MONTH"}
    assert plan in [each["id"] for each in rest.get_usage_plans()["items"]]
    changed = rest.update_usage_plan(**at, patchOperations=replace("/throttle/rateLimit", "2"))
    assert changed["throttle"] == {"rateLimit": 2.0}
    stages = [{"apiId": "a", "stage": "b"}]
    fails(404, "Invalid API Stage {api: a, stage: b}", rest.create_usage_plan, name="x", apiStages=stages)
    fails(400, "Invalid position parameter specified", rest.get_usage_plans, position="nonsense")
    fails(404, NO_PLAN, rest.get_usage_plan, usagePlanId="nothing")
    fails(404, NO_PLAN, rest.delete_usage_plan, usagePlanId="nothing")
    added = [{"op": "add", "path": "/apiStages", "value": "nonsense"}]
    fails(400, "Invalid API Stage specified", rest.update_usage_plan, **at, patchOperations=added)


def test_keys_of_plans_and_their_use(rest: Any, plan: str, key: dict[str, Any]) -> None:
    at = {"usagePlanId": plan, "keyId": key["id"]}
    made = rest.create_usage_plan_key(**at, keyType="API_KEY")
    assert (made["value"], made["name"]) == (key["value"], "wire")
    assert rest.get_usage_plan_key(**at)["id"] == key["id"]
    assert [each["id"] for each in rest.get_usage_plan_keys(usagePlanId=plan)["items"]] == [key["id"]]
    assert [each["id"] for each in rest.get_usage_plans(keyId=key["id"])["items"]] == [plan]
    today = datetime.now(UTC).date().isoformat()
    days = {"startDate": today, "endDate": today}
    assert rest.get_usage(usagePlanId=plan, **days)["items"] == {key["id"]: [[0, 10]]}
    assert rest.update_usage(**at, patchOperations=replace("/remaining", "5"))["items"] == {key["id"]: [[0, 5]]}
    fails(404, "Invalid Key identifier specified", rest.get_usage, usagePlanId=plan, keyId="nothing", **days)
    fails(400, "Must be one of: [/remaining]", rest.update_usage, **at, patchOperations=replace("/used", "5"))
    fails(409, "already exists", rest.create_usage_plan_key, **at, keyType="API_KEY")
    fails(400, "Invalid position", rest.get_usage_plan_keys, usagePlanId=plan, position="nonsense")
    rest.delete_usage_plan_key(**at)
    for operation in (rest.get_usage_plan_key, rest.delete_usage_plan_key):
        fails(404, "Invalid Usage Plan Key identifier specified", operation, **at)


@pytest.mark.parametrize("kind", ["apikeys", "usageplans"])
def test_tags(rest: Any, plan: str, key: dict[str, Any], kind: str) -> None:
    arn = f"arn:aws:apigateway:us-east-1::/{kind}/{key['id'] if kind == 'apikeys' else plan}"
    rest.tag_resource(resourceArn=arn, tags={"c": "d"})
    rest.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert rest.get_tags(resourceArn=arn)["tags"] == {"c": "d"}
    fails(404, "Invalid", rest.get_tags, resourceArn=f"arn:aws:apigateway:us-east-1::/{kind}/nothing")


def test_the_seeds_commands_with_the_real_cli(live: Server) -> None:
    """As they stand there, but for the plan's id: the key's *value* as --key-id does, too."""
    plan = live.aws(
        "apigateway", "create-usage-plan", "--name", "production", "--description", "Production usage plan",
        "--quota", '{ "limit": 1000000, "period": "MONTH" }',
        "--throttle", '{ "burstLimit": 5000, "rateLimit": 1000 }',
    )  # fmt: skip
    assert plan["quota"] == {"limit": 1000000, "offset": 0, "period": "MONTH"}
    value = live.aws(
        "apigateway", "create-api-key", "--name", "production-key", "--enabled", "--query", "value",
        "--output", "text",
    )  # fmt: skip
    attach = ("apigateway", "create-usage-plan-key", "--usage-plan-id", plan["id"], "--key-type", "API_KEY", "--key-id")
    attached = live.aws(*attach, value)
    key = live.aws(
        "apigateway", "get-api-keys", "--name-query", "production-key", "--query", "items[0].id", "--output", "text"
    )
    assert (attached["id"], attached["value"]) == (key, value)
    live.aws("apigateway", "delete-api-key", "--api-key", key)
    live.aws("apigateway", "delete-usage-plan", "--usage-plan-id", plan["id"])
