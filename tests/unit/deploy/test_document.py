from __future__ import annotations

from typing import Any

from gatewright.deploy.document import assemble, canary_stage, program_name, with_canary
from tests.plays.stage import mock, resource


def test_a_document_holds_what_the_data_plane_reads_and_no_more() -> None:
    snapshot = {
        "api": {"id": "a", "name": "n", "description": "d", "binaryMediaTypes": ["x/y"], "tags": {}, "_internal": 1},
        "resources": [resource("/", GET=mock()) | {"parentId": "p"}],
    }
    stage = {"stageName": "v1", "variables": {"a": "1"}, "description": "d", "lastUpdatedDate": 1.0}
    document = assemble("123456789012", "us-east-1", snapshot, stage, "dep")
    assert (document["format"], document["type"]) == (1, "REST")
    assert (document["account"], document["region"], document["deployment"]) == ("123456789012", "us-east-1", "dep")
    assert document["api"] == {"id": "a", "name": "n", "binaryMediaTypes": ["x/y"]}
    assert document["stage"] == {"stageName": "v1", "variables": {"a": "1"}}
    assert document["resources"] == [resource("/", GET=mock())]


def test_limits_of_methods() -> None:
    settings = {"*/*": {"throttlingBurstLimit": 0, "throttlingRateLimit": 1.5, "unknown": True}, "a/GET": {}}
    stage = {"stageName": "v1", "methodSettings": settings}
    document = assemble("123456789012", "us-east-1", {"api": {"id": "a"}, "resources": []}, stage, "dep")
    assert document["stage"] == {
        "stageName": "v1",
        "methodSettings": {"*/*": {"throttlingBurstLimit": 0, "throttlingRateLimit": 1.5}, "a/GET": {}},
    }


def test_names() -> None:
    assert program_name("a", "v1") == "a@v1"


def test_a_canary_is_a_program_of_its_own() -> None:
    old = {"api": {"id": "a"}, "resources": [resource("/old", GET=mock())]}
    new = {"api": {"id": "a"}, "resources": [resource("/new", GET=mock())]}
    canary = {"deploymentId": "dep2", "percentTraffic": 12.5, "stageVariableOverrides": {"b": "3", "c": "4"}}
    stage = {"stageName": "v1", "variables": {"a": "1", "b": "2"}, "canarySettings": canary}
    assert canary_stage(stage)["variables"] == {"a": "1", "b": "3", "c": "4"}

    def made() -> dict[str, Any]:
        return assemble("123456789012", "us-east-1", old, stage, "dep")

    document = with_canary(made(), new, stage)
    assert document["stage"]["variables"] == {"a": "1", "b": "2"}
    assert document["canary"]["percentTraffic"] == 12.5
    assert document["canary"]["program"] == assemble("123456789012", "us-east-1", new, canary_stage(stage), "dep2")
    idle = {**stage, "canarySettings": canary | {"percentTraffic": 0.0}}
    assert with_canary(made(), new, idle)["canary"] == {"percentTraffic": 0.0}
    assert "program" not in with_canary(made(), None, stage)["canary"]
