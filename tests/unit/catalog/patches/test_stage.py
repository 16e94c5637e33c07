from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog import defaults
from gatewright.catalog.patches.stage import ACCESS_LOG_PATHS, TABLE, VALID_PATHS
from tests.unit.catalog.patches.support import offered, patched, refusal

STAGE: dict[str, Any] = {"deploymentId": "d1", "methodSettings": {}}
CANARY: dict[str, Any] = {
    "deploymentId": "d1",
    "variables": {"a": "1", "b": "2"},
    "canarySettings": {"deploymentId": "d2", "percentTraffic": 50.0, "stageVariableOverrides": {"a": "9"}},
}


def test_the_paths_are_those_of_aws() -> None:
    paths = offered(TABLE)
    settings = [path for path in paths if path.startswith("/{+path}/{method}/")]
    assert len(settings) == 10
    assert {paths.pop(path) for path in settings} == {"rd"}
    assert paths == {
        "/cacheClusterEnabled": "r",
        "/cacheClusterSize": "r",
        "/clientCertificateId": "r",
        "/deploymentId": "rc",
        "/description": "r",
        "/documentationVersion": "r",
        "/tracingEnabled": "r",
        "/variables": "rdc",
        "/variables/{name}": "rd",
        "/accessLogSettings": "d",
        "/accessLogSettings/destinationArn": "ar",
        "/accessLogSettings/format": "ar",
        "/canarySettings": "d",
        "/canarySettings/deploymentId": "r",
        "/canarySettings/percentTraffic": "r",
        "/canarySettings/useStageCache": "r",
        "/canarySettings/stageVariableOverrides/{name}": "rd",
        "/{+method}": "d",
    }


@pytest.mark.parametrize(
    ("path", "value", "name", "read"),
    [
        ("metrics/enabled", "true", "metricsEnabled", True),
        ("logging/dataTrace", "true", "dataTraceEnabled", True),
        ("logging/loglevel", "INFO", "loggingLevel", "INFO"),
        ("throttling/burstLimit", "10", "throttlingBurstLimit", 10),
        ("throttling/rateLimit", "0.5", "throttlingRateLimit", 0.5),
        ("caching/ttlInSeconds", "0", "cacheTtlInSeconds", 0),
        ("caching/enabled", "true", "cachingEnabled", True),
        ("caching/dataEncrypted", "true", "cacheDataEncrypted", True),
        ("caching/requireAuthorizationForCacheControl", "false", "requireAuthorizationForCacheControl", False),
        (
            "caching/unauthorizedCacheControlHeaderStrategy",
            "FAIL_WITH_403",
            "unauthorizedCacheControlHeaderStrategy",
            "FAIL_WITH_403",
        ),
    ],
)
@pytest.mark.parametrize("method", ["*/*", "~1pets~1{id}/GET", "pets/{id}/GET"])
def test_a_first_setting_brings_the_others(method: str, path: str, value: str, name: str, read: Any) -> None:
    made = patched(TABLE, STAGE, "replace", f"/{method}/{path}", value)
    assert made["methodSettings"] == {method: defaults.METHOD_SETTING | {name: read}}


def test_a_method_begins_with_the_settings_of_all() -> None:
    every = patched(TABLE, STAGE, "replace", "/*/*/caching/enabled", "true")
    one = patched(TABLE, every, "replace", "/test/GET/throttling/burstLimit", "124")
    assert one["methodSettings"]["test/GET"] == defaults.METHOD_SETTING | {
        "cachingEnabled": True,
        "throttlingBurstLimit": 124,
    }
    after = patched(TABLE, one, "replace", "/*/*/throttling/burstLimit", "100")
    assert after["methodSettings"]["test/GET"]["throttlingBurstLimit"] == 124


def test_settings_are_removed_alone_or_all() -> None:
    made = patched(TABLE, STAGE, "replace", "/*/*/throttling/burstLimit", "1")
    assert patched(TABLE, made, "remove", "/*/*") == STAGE
    alone = patched(TABLE, made, "remove", "/*/*/throttling/burstLimit")
    assert alone["methodSettings"] == {"*/*": defaults.METHOD_SETTING}


@pytest.mark.parametrize(
    "path",
    [
        "*/*",
        "*/*/metrics/enabled",
        "canarySettings/stageVariableOverrides",
        "canarySettings/badPath",
        "clientCertificateId",
    ],
)
def test_what_cannot_be_removed(path: str) -> None:
    assert refusal(TABLE, CANARY, "remove", f"/{path}") == (
        f"Cannot remove method setting {path} because there is no method setting for this method "
    )


@pytest.mark.parametrize(
    "path", ["/documentation_version", "/tags/tag1", "/canarySettings", "/canarySettings/badPath", "/GET"]
)
def test_unknown_paths(path: str) -> None:
    assert refusal(TABLE, STAGE, "replace", path, "x") == (
        f"Invalid method setting path: {path}. Must be one of: {VALID_PATHS}"
    )


@pytest.mark.parametrize("op", ["add", "replace"])
@pytest.mark.parametrize("path", ["/accessLogSettings", "/accessLogSettings/x", "/accessLogSettings/*"])
def test_access_log_paths(op: str, path: str) -> None:
    assert refusal(TABLE, STAGE, op, path, "x") == ACCESS_LOG_PATHS


@pytest.mark.parametrize("path", ["/canarySettings/deploymentId", "/variables/a", "/description"])
@pytest.mark.parametrize("op", ["add", "move", "test"])
def test_operations_that_do_not_exist(op: str, path: str) -> None:
    assert refusal(TABLE, STAGE, op, path, "x") == f"Invalid {op} operation with path: {path}"


def test_a_canary_begins_with_any_of_its_members() -> None:
    made = patched(TABLE, STAGE, "replace", "/canarySettings/percentTraffic", "50")
    assert made["canarySettings"] == {"deploymentId": "d1", "percentTraffic": 50.0, "useStageCache": False}
    made = patched(TABLE, STAGE, "replace", "/canarySettings/stageVariableOverrides/v", "x")
    assert made["canarySettings"]["stageVariableOverrides"] == {"v": "x"}
    assert "canarySettings" not in patched(TABLE, made, "remove", "/canarySettings")
    bare = patched(TABLE, made, "remove", "/canarySettings/stageVariableOverrides/v")
    assert "stageVariableOverrides" not in bare["canarySettings"]
    assert refusal(TABLE, bare, "remove", "/canarySettings/stageVariableOverrides/v").startswith("Cannot remove")


def test_a_canary_is_promoted() -> None:
    made = patched(TABLE, CANARY, "copy", "/deploymentId", source="/canarySettings/deploymentId")
    assert made["deploymentId"] == "d2"
    made = patched(TABLE, CANARY, "copy", "/variables", source="/canarySettings/stageVariableOverrides")
    assert made["variables"] == {"a": "9", "b": "2"}
    assert made["canarySettings"] == CANARY["canarySettings"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/canarySettings/stageVariableOverrides", "/variables"),
        ("/deploymentId", "/canarySettings/stageVariableOverrides"),
        ("/description", "/canarySettings/deploymentId"),
    ],
)
def test_other_copies(path: str, source: str) -> None:
    assert refusal(TABLE, CANARY, "copy", path, source=source) == (
        f"Invalid copy operation with path: {path} and from {source}. Valid copy:path are [/deploymentId, /variables] "
        "and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]"
    )


def test_no_canary_no_promotion() -> None:
    assert refusal(TABLE, STAGE, "copy", "/deploymentId", source="/canarySettings/deploymentId") == (
        "Promotion not available. Canary does not exist."
    )


def test_variables() -> None:
    made = patched(TABLE, STAGE, "replace", "/variables/a", "1")
    assert made["variables"] == {"a": "1"}
    assert "variables" not in patched(TABLE, made, "remove", "/variables/a")
    assert "variables" not in patched(TABLE, CANARY, "remove", "/variables")
    assert "Invalid stage variable value: a|b." in refusal(TABLE, STAGE, "replace", "/variables/a", "a|b")
    assert "Invalid stage variable name: a-b." in refusal(TABLE, STAGE, "replace", "/variables/a-b", "1")
    assert "Invalid method setting path: /variables." in refusal(TABLE, STAGE, "replace", "/variables", "x")


def test_the_cache_cluster() -> None:
    made = patched(TABLE, STAGE, "replace", "/cacheClusterEnabled", "true")
    assert made["cacheClusterStatus"] == "AVAILABLE"
    assert made["cacheClusterSize"] == "0.5"
    off = patched(TABLE, made, "replace", "/cacheClusterEnabled", "false")
    assert off["cacheClusterStatus"] == "NOT_AVAILABLE"
    assert "Invalid cache cluster size" in refusal(TABLE, STAGE, "replace", "/cacheClusterSize", "1.0")


@pytest.mark.parametrize(("verb", "cached"), [("GET", True), ("ANY", True), ("POST", False), ("HEAD", False)])
def test_a_methods_first_setting_does_not_begin_to_cache_other_verbs_than_get(verb: str, cached: bool) -> None:
    made = patched(TABLE, STAGE, "replace", "/*/*/caching/enabled", "true")
    made = patched(TABLE, made, "replace", f"/~1pets/{verb}/throttling/burstLimit", "7")
    (own,) = (value for key, value in made["methodSettings"].items() if key != "*/*")
    assert (own["cachingEnabled"], own["throttlingBurstLimit"]) == (cached, 7)
    made = patched(TABLE, made, "replace", f"/~1pets/{verb}/caching/enabled", "true")
    (own,) = (value for key, value in made["methodSettings"].items() if key != "*/*")
    assert own["cachingEnabled"]
