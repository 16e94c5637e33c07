"""Canary releases: a share of a stage's requests sees another deployment and other variables.

AWS: "Set up an API Gateway canary release deployment".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.plays.stage import Body, Play, document, function, http_proxy, mock, resource

STAGE_SEEN = {
    "integration.request.header.Canary": "context.isCanaryRequest",
    "integration.request.header.Deployment": "context.deploymentId",
    "integration.request.header.Variable": "stageVariables.a",
}


def backend(host: str) -> Body:
    return http_proxy(f"http://{host}.test/", requestParameters=STAGE_SEEN)


def play(chances: Iterator[float], share: float = 10.0) -> Play:
    new = document(resource("/a", GET=backend("new")), resource("/b", GET=mock()), variables={"a": "2"})
    canary: Body = {"percentTraffic": share} | ({"program": new | {"deployment": "dep456"}} if share else {})
    old = resource("/a", GET=backend("old"))
    return Play(old, variables={"a": "1"}, more={"canary": canary}, chance=lambda: next(chances))


def seen(said: Play) -> tuple[Any, ...]:
    call = said.client("GET", "/v1/a").backend_answers()
    headers = call.backend_headers
    return call.backend.origin.host, headers.get("canary"), headers["deployment"], headers["variable"]


def test_chance_decides_for_each_request() -> None:
    said = play(iter([0.0999, 0.1, 0.05]))
    assert seen(said) == ("new.test", "true", "dep456", "2")
    assert seen(said) == ("old.test", "false", "dep123", "1")
    assert seen(said) == ("new.test", "true", "dep456", "2")
    [counters] = said.counters.snapshot().values()
    assert counters.count == 3


def test_a_resource_that_only_the_canary_has() -> None:
    said = play(iter([0.5, 0.0]))
    said.client("GET", "/v1/b").got(403, error="MissingAuthenticationTokenException")
    said.client("GET", "/v1/b").got(200)


def test_a_canary_without_traffic() -> None:
    assert seen(play(iter(()), share=0.0)) == ("old.test", "false", "dep123", "1")


def test_without_a_canary_nothing_is_said_of_one() -> None:
    said = Play(resource("/a", GET=backend("old")), variables={"a": "1"})
    assert seen(said) == ("old.test", None, "dep123", "1")


def test_events_say_whether_they_are_the_canarys() -> None:
    new = document(resource("/a", GET=function())) | {"deployment": "dep456"}
    canary: Body = {"percentTraffic": 10.0, "program": new}
    chances = iter([0.5, 0.0])
    said = Play(resource("/a", GET=function()), more={"canary": canary}, chance=lambda: next(chances))
    contexts = [json.loads(said.client("GET", "/v1/a").backend.body)["requestContext"] for _ in range(2)]
    assert [each["isCanaryRequest"] for each in contexts] == [False, True]
    plain = Play(resource("/a", GET=function())).client("GET", "/v1/a")
    assert "isCanaryRequest" not in json.loads(plain.backend.body)["requestContext"]
