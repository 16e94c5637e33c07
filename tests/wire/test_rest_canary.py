"""A canary release from its deployment to its promotion, over real sockets."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def at(rest: Any) -> Iterator[dict[str, str]]:
    """GET / of an API whose answer is its version."""
    made = rest.create_rest_api(name="canary")
    at = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    parameters = {"method.response.header.X-Variable": True, "method.response.header.X-Canary": True}
    rest.put_method_response(**at, statusCode="200", responseParameters=parameters)
    yield at
    rest.delete_rest_api(restApiId=made["id"])


def answer_with(rest: Any, at: dict[str, str], version: str) -> None:
    mapping = {
        "method.response.header.X-Variable": "stageVariables.shade",
        "method.response.header.X-Canary": "context.isCanaryRequest",
    }
    templates = {"application/json": version}
    rest.put_integration_response(**at, statusCode="200", responseParameters=mapping, responseTemplates=templates)


def answers(live: Server, api: str, count: int) -> Counter[tuple[str, str | None, str | None]]:
    """What so many requests were answered: version, stage variable, $context.isCanaryRequest."""
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=20)
    for _ in range(count):
        connection.request("GET", f"/_aws/execute-api/{api}/v1/")
        answer = connection.getresponse()
        seen[answer.read().decode(), answer.getheader("X-Variable"), answer.getheader("X-Canary")] += 1
    connection.close()
    return seen


def test_from_release_to_promotion(live: Server, rest: Any, at: dict[str, str]) -> None:
    api = at["restApiId"]
    answer_with(rest, at, '"old"')
    rest.create_deployment(restApiId=api, stageName="v1", variables={"shade": "blue"})
    assert answers(live, api, 3) == {('"old"', "blue", None): 3}

    answer_with(rest, at, '"new"')
    canary = {"percentTraffic": 30.0, "stageVariableOverrides": {"shade": "green"}, "useStageCache": False}
    rest.create_deployment(restApiId=api, stageName="v1", canarySettings=canary)
    seen = answers(live, api, 200)
    assert set(seen) == {('"old"', "blue", "false"), ('"new"', "green", "true")}
    assert 30 <= seen['"new"', "green", "true"] <= 90  # five standard deviations to either side of 60

    def update(*patches: dict[str, str]) -> None:
        rest.update_stage(restApiId=api, stageName="v1", patchOperations=list(patches))

    update({"op": "replace", "path": "/canarySettings/percentTraffic", "value": "100.0"})
    assert answers(live, api, 10) == {('"new"', "green", "true"): 10}
    update(
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"},
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
    )
    assert answers(live, api, 10) == {('"new"', "green", "false"): 10}
    update({"op": "remove", "path": "/canarySettings"})
    assert answers(live, api, 10) == {('"new"', "green", None): 10}
    copy = {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}
    fails(
        400,
        "Promotion not available. Canary does not exist.",
        rest.update_stage,
        restApiId=api,
        stageName="v1",
        patchOperations=[copy],
    )
