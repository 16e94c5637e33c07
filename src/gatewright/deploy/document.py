"""The program document: what the control process writes and an edge worker compiles. JSON, one file per stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy import authorizers, caching, telemetry, throttling, validation
from gatewright.deploy.compile import FORMAT

# What the data plane does not read stays out: it would only make programs larger and change them for nothing.
_API = (
    "id",
    "name",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "endpointConfiguration",
    "policy",
)
_CACHE = ("cacheClusterEnabled", "cacheClusterSize", "useStageCache", caching.FLUSHED, caching.KEY)
FLUSHED = "_authorizersFlushed"  # how often the results of a stage's authorizers were thrown away
_STAGE = ("stageName", "variables", FLUSHED, *_CACHE, *telemetry.STAGE_MEMBERS)
_METHOD_SETTING = (*throttling.METHOD_MEMBERS, *caching.METHOD_MEMBERS, *telemetry.METHOD_MEMBERS)
_RESOURCE = ("id", "path", "resourceMethods")


def assemble(
    account: str, region: str, snapshot: Mapping[str, Any], stage: Mapping[str, Any], deployment: str
) -> dict[str, Any]:
    """Join a deployment's snapshot with the stage that serves it."""
    document = {
        "format": FORMAT,
        "type": "REST",
        "account": account,
        "region": region,
        "api": _only(snapshot["api"], _API),
        "stage": _stage(stage),
        "deployment": deployment,
        "resources": [_only(resource, _RESOURCE) for resource in snapshot["resources"]],
    }
    document |= validation.needed(snapshot)
    document |= authorizers.needed(snapshot)
    if snapshot.get("gatewayResponses"):
        document["gatewayResponses"] = snapshot["gatewayResponses"]
    return document


def canary_stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    """A stage as its canary's requests see it: its variables, with the canary's overrides on top."""
    settings = stage["canarySettings"]
    variables = {**(stage.get("variables") or {}), **(settings.get("stageVariableOverrides") or {})}
    return {**stage, "variables": variables, "useStageCache": bool(settings.get("useStageCache"))}


def with_canary(
    document: dict[str, Any], snapshot: Mapping[str, Any] | None, stage: Mapping[str, Any]
) -> dict[str, Any]:
    """Add the canary of a stage to its document. `snapshot` is that of the canary's deployment.

    A canary without traffic or snapshot has no program: requests only learn that they are none of its.
    """
    settings = stage["canarySettings"]
    document["canary"] = canary = {"percentTraffic": settings.get("percentTraffic") or 0.0}
    if canary["percentTraffic"] and snapshot is not None:
        canary["program"] = assemble(
            document["account"], document["region"], snapshot, canary_stage(stage), settings["deploymentId"]
        )
    return document


def program_name(api_id: str, stage: str) -> str:
    """The name that a stage's program is published under."""
    return f"{api_id}@{stage}"


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    settings = {key: _only(setting, _METHOD_SETTING) for key, setting in (stage.get("methodSettings") or {}).items()}
    return _only(stage, _STAGE) | ({"methodSettings": settings} if settings else {})


def _only(body: Mapping[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    return {member: body[member] for member in members if body.get(member) is not None}
