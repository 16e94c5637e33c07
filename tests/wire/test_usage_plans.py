"""API keys and usage plans over the wire: who passes, who is refused, what the figures say, what holds at once."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.wire.rest_support import Api
from tests.wire.support import Server

FORBIDDEN = (403, "ForbiddenException", '{"message":"Forbidden"}')
THROTTLED = (429, "TooManyRequestsException", '{"message":"Too Many Requests"}')
EXCEEDED = (429, "LimitExceededException", '{"message":"Limit Exceeded"}')
MOCK = {
    "type": "MOCK",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
}
_TEMPLATE = '{"id": "$context.identity.apiKeyId", "value": "$context.identity.apiKey"}'


def replace(path: str, value: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": value}]


def today() -> str:
    return datetime.now(UTC).date().isoformat()


class Keyed:
    """An API whose GET /open wants no key, and whose GET /keyed and /other do; its usage plan with one key."""

    def __init__(self, server: Server, **plan: Any) -> None:
        self.api = Api(server)
        self.rest = self.api.client
        for path in ("/open", "/keyed", "/other"):
            self.api.method(path, "GET", MOCK)
            at = {"restApiId": self.api.id, "resourceId": self.api.resource(path), "httpMethod": "GET"}
            self.rest.put_method_response(**at, statusCode="200")
            self.rest.put_integration_response(
                **at, statusCode="200", responseTemplates={"application/json": _TEMPLATE}
            )
            if path != "/open":
                self.rest.update_method(**at, patchOperations=replace("/apiKeyRequired", "true"))
        self.api.deploy()
        stages = [{"apiId": self.api.id, "stage": "v1"}]
        self.plan = self.rest.create_usage_plan(**{"name": "gold", "apiStages": stages} | plan)["id"]
        self.keys: list[str] = []
        self.key, self.value = self.new_key()

    def new_key(self) -> tuple[str, str]:
        made = self.rest.create_api_key(name="gold", enabled=True)
        self.keys.append(made["id"])
        self.rest.create_usage_plan_key(usagePlanId=self.plan, keyId=made["id"], keyType="API_KEY")
        return made["id"], made["value"]

    def get(self, path: str, value: str | None = None, **headers: str) -> tuple[int, str | None, str]:
        if value is not None:
            headers["X-Api-Key"] = value
        connection = HTTPConnection("127.0.0.1", self.api.server.port, timeout=20)
        connection.request("GET", f"/v1{path}", headers={"Host": self.api.host, **headers})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        self.headers = dict(answer.getheaders())
        return answer.status, answer.getheader("x-amzn-ErrorType"), body

    def patch_plan(self, *operations: dict[str, str]) -> None:
        self.rest.update_usage_plan(usagePlanId=self.plan, patchOperations=list(operations))

    def used(self) -> list[list[int]]:
        answer = self.rest.get_usage(usagePlanId=self.plan, keyId=self.key, startDate=today(), endDate=today())
        return answer["items"][self.key]  # type: ignore[no-any-return]  # boto3 is not typed

    def close(self) -> None:
        for key in self.keys:
            self.rest.delete_api_key(apiKey=key)
        self.rest.delete_rest_api(restApiId=self.api.id)
        self.rest.delete_usage_plan(usagePlanId=self.plan)


@pytest.fixture
def keyed(live: Server) -> Iterator[Callable[..., Keyed]]:
    made: list[Keyed] = []

    def make(**plan: Any) -> Keyed:
        made.append(Keyed(live, **plan))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_who_passes_and_who_does_not(keyed: Callable[..., Keyed]) -> None:
    house = keyed()
    said = {"id": house.key, "value": house.value}
    status, _, body = house.get("/keyed", house.value)
    assert (status, json.loads(body)) == (200, said)
    for value in (None, "", "x" * 40, house.value.swapcase(), house.value[:-1]):
        assert house.get("/keyed", value) == FORBIDDEN
    status, _, body = house.get("/open", house.value)
    assert (status, json.loads(body)) == (200, {"id": "", "value": ""})  # the key does not count there
    assert "Retry-After" not in house.headers
    assert not [name for name in house.headers if name.lower().startswith("x-ratelimit")]


def test_changes_of_keys_and_plans_hold_at_once(keyed: Callable[..., Keyed]) -> None:
    house = keyed()
    _, other = house.new_key()
    stage = f"{house.api.id}:v1"
    for change, back in (
        (
            lambda: house.rest.update_api_key(apiKey=house.key, patchOperations=replace("/enabled", "false")),
            lambda: house.rest.update_api_key(apiKey=house.key, patchOperations=replace("/enabled", "true")),
        ),
        (
            lambda: house.rest.delete_usage_plan_key(usagePlanId=house.plan, keyId=house.key),
            lambda: house.rest.create_usage_plan_key(usagePlanId=house.plan, keyId=house.key, keyType="API_KEY"),
        ),
        (
            lambda: house.patch_plan({"op": "remove", "path": "/apiStages", "value": stage}),
            lambda: house.patch_plan({"op": "add", "path": "/apiStages", "value": stage}),
        ),
    ):
        change()
        assert house.get("/keyed", house.value) == FORBIDDEN
        back()
        assert house.get("/keyed", house.value)[0] == 200
        assert house.get("/keyed", other)[0] == 200
    house.rest.delete_api_key(apiKey=house.keys.pop(0))
    assert house.get("/keyed", house.value) == FORBIDDEN
    assert house.get("/keyed", other)[0] == 200


def test_throttles_of_the_plan_and_of_a_method(keyed: Callable[..., Keyed]) -> None:
    """Rates so small that no token comes while the test runs."""
    house = keyed(throttle={"rateLimit": 0.001, "burstLimit": 4})
    _, other = house.new_key()
    place = f"/apiStages/{house.api.id}:v1/throttle/~1keyed/GET"
    house.patch_plan(
        {"op": "add", "path": f"{place}/rateLimit", "value": "0.001"},
        {"op": "add", "path": f"{place}/burstLimit", "value": "2"},
    )
    assert [house.get("/keyed", house.value)[0] for _ in range(2)] == [200, 200]
    assert house.get("/keyed", house.value) == THROTTLED
    assert [house.get("/other", house.value)[0] for _ in range(2)] == [200, 200]
    assert house.get("/other", house.value) == THROTTLED
    assert house.get("/keyed", other)[0] == 200  # each key has its own
    assert house.get("/open")[0] == 200
    house.patch_plan({"op": "replace", "path": "/throttle/burstLimit", "value": "0"})
    assert house.get("/other", other) == THROTTLED  # an explicit 0 blocks
    house.patch_plan(
        {"op": "remove", "path": f"/apiStages/{house.api.id}:v1/throttle"}, {"op": "remove", "path": "/throttle"}
    )
    assert [house.get("/keyed", house.value)[0] for _ in range(5)] == [200] * 5


def test_a_quota_is_exact_and_its_use_is_shown_live(keyed: Callable[..., Keyed]) -> None:
    house = keyed(quota={"limit": 20, "period": "MONTH"})
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: Keyed.get(house, "/keyed", house.value), range(30)))
    assert sorted(status for status, _, _ in answers) == [200] * 20 + [429] * 10
    assert EXCEEDED in answers
    assert house.used() == [[20, 0]]
    at = {"usagePlanId": house.plan, "keyId": house.key}
    said = house.rest.update_usage(**at, patchOperations=replace("/remaining", "2"))
    assert said["items"] == {house.key: [[20, 2]]}
    assert [house.get("/keyed", house.value)[0] for _ in range(3)] == [200, 200, 429]
    assert house.used() == [[22, 0]]
    house.patch_plan(*replace("/quota/limit", "1000"))
    assert house.get("/keyed", house.value) == EXCEEDED  # UpdateUsage has fixed this period


def test_refused_requests_do_not_count(keyed: Callable[..., Keyed]) -> None:
    house = keyed(quota={"limit": 9, "period": "DAY"}, throttle={"rateLimit": 0.001, "burstLimit": 2})
    assert [house.get("/keyed", house.value)[0] for _ in range(5)] == [200, 200, 429, 429, 429]
    assert house.used() == [[2, 7]]


def test_a_plan_without_limits_counts(keyed: Callable[..., Keyed]) -> None:
    house = keyed()
    assert [house.get("/keyed", house.value)[0] for _ in range(3)] == [200] * 3
    assert house.used() == [[3, -1]]


def test_refusals_can_be_customised(keyed: Callable[..., Keyed]) -> None:
    house = keyed(quota={"limit": 1, "period": "DAY"})
    template = '{"type":"$context.error.responseType","key":"$context.identity.apiKeyId"}'
    for kind in ("INVALID_API_KEY", "QUOTA_EXCEEDED"):
        house.rest.put_gateway_response(
            restApiId=house.api.id, responseType=kind, statusCode="418",
            responseTemplates={"application/json": template},
        )  # fmt: skip
    house.api.deploy()
    assert house.get("/keyed", house.value)[0] == 200
    status, _, body = house.get("/keyed", house.value)
    assert (status, json.loads(body)) == (418, {"type": "QUOTA_EXCEEDED", "key": house.key})
    status, _, body = house.get("/keyed")
    assert (status, json.loads(body)["type"]) == (418, "INVALID_API_KEY")


_AUTHORIZER = """
def handler(event, context):
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "usageIdentifierKey": event["authorizationToken"]}
"""
_TELL = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["identity"])}
"""


def _function(server: Server, name: str, code: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", code)
    functions = server.client("lambda")
    arn: str = functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


def test_an_authorizer_names_the_key_and_functions_see_it(live: Server, keyed: Callable[..., Keyed]) -> None:
    house = keyed(quota={"limit": 2, "period": "DAY"})
    rest, api = house.rest, house.api
    authorizer = rest.create_authorizer(
        restApiId=api.id, name="a", type="TOKEN", authorizerUri=_function(live, "usage-authorizer", _AUTHORIZER),
        identitySource="method.request.header.Authorization",
    )["id"]  # fmt: skip
    at = {"restApiId": api.id, "resourceId": api.resource("/told"), "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="CUSTOM", authorizerId=authorizer, apiKeyRequired=True)
    uri = _function(live, "usage-tell", _TELL)
    rest.put_integration(**at, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    rest.update_rest_api(restApiId=api.id, patchOperations=replace("/apiKeySource", "AUTHORIZER"))
    api.deploy()
    status, _, body = house.get("/told", Authorization=house.value)
    assert status == 200
    identity = json.loads(body)
    assert (identity["apiKey"], identity["apiKeyId"]) == (house.value, house.key)
    assert house.get("/told", house.value, Authorization="nobody's key") == FORBIDDEN  # the header does not count
    assert house.get("/keyed", house.value) == FORBIDDEN  # no authorizer is there to name a key
    assert house.get("/told", Authorization=house.value)[0] == 200
    assert house.get("/told", Authorization=house.value) == EXCEEDED
    for name in ("usage-authorizer", "usage-tell"):
        live.client("lambda").delete_function(FunctionName=name)


def test_two_workers_a_restart_and_headers(own_server: Callable[..., Server]) -> None:
    """Together they serve what the quota allows and no more; what was used outlives the server."""
    server = own_server("--no-companions", "--workers", "2", "--rate-limit-headers")
    house = Keyed(server, quota={"limit": 30, "period": "DAY"})
    barrier = threading.Barrier(4)

    def many(_: int) -> list[int]:
        barrier.wait(10)
        return [Keyed.get(house, "/keyed", house.value)[0] for _ in range(6)]

    def all_at_once() -> list[int]:
        with ThreadPoolExecutor(4) as threads:
            return [status for statuses in threads.map(many, range(4)) for status in statuses]

    assert all_at_once() == [200] * 24
    assert house.get("/keyed", house.value)[0] == 200
    assert house.headers["X-RateLimit-Limit"] == "30"
    assert 0 <= int(house.headers["X-RateLimit-Remaining"]) <= 5
    assert 0 < int(house.headers["X-RateLimit-Reset"]) <= 86400
    assert house.used() == [[25, 5]]
    assert server.stop() == 0
    server.start()
    house.rest = house.api.client = server.client("apigateway")
    assert house.used() == [[25, 5]]
    assert sorted(all_at_once()) == [200] * 5 + [429] * 19
    assert house.get("/keyed", house.value) == EXCEEDED
    assert house.headers["X-RateLimit-Remaining"] == "0"
    assert house.headers["Retry-After"] == house.headers["X-RateLimit-Reset"]


def test_the_seeds_section_with_the_real_cli(live: Server) -> None:
    """As it stands there; what it leaves out (stages, ids) is added."""
    house = Keyed(live)
    live.aws(
        "apigateway", "create-usage-plan", "--name", "production", "--description", "Production usage plan",
        "--quota", '{ "limit": 1000000, "period": "MONTH" }',
        "--throttle", '{ "burstLimit": 5000, "rateLimit": 1000 }',
    )  # fmt: skip
    find = ("apigateway", "get-usage-plans", "--query", "items[?name=='production'].id | [0]", "--output", "text")
    plan = live.aws(*find)
    value = live.aws(
        "apigateway", "create-api-key", "--name", "production-key", "--enabled", "--query", "value", "--output", "text"
    )
    attach = ("apigateway", "create-usage-plan-key", "--usage-plan-id", plan, "--key-type", "API_KEY", "--key-id")
    attached = live.aws(*attach, value)
    find = ("apigateway", "get-api-keys", "--query", "items[?name=='production-key'].id | [0]", "--output", "text")
    key = live.aws(*find)
    assert (attached["id"], attached["value"]) == (key, value)
    assert house.get("/keyed", value) == FORBIDDEN  # the plan has no stage yet
    stage = f"{house.api.id}:v1"
    change = ("apigateway", "update-usage-plan", "--usage-plan-id", plan, "--patch-operations")
    live.aws(*change, f"op=add,path=/apiStages,value={stage}")
    status, _, body = house.get("/keyed", value)
    assert (status, json.loads(body)) == (200, {"id": key, "value": value})
    day = ("--start-date", today(), "--end-date", today())
    used = live.aws("apigateway", "get-usage", "--usage-plan-id", plan, *day)["items"]
    assert used == {key: [[1, 999_999]]}
    live.aws(*change, f"op=remove,path=/apiStages,value={stage}")
    house.rest.delete_usage_plan(usagePlanId=plan)
    house.rest.delete_api_key(apiKey=key)
    house.close()
