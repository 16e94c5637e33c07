"""UpdateStage: the patch table with the most ways in.

A path that is none of the stage's own members is taken for a method setting: `/{resource path}/{verb}/throttling/…`,
where the resource path comes escaped (`~1pets~1{id}`) or not (`pets/{id}`) and `*/*` means every method. The key under
which the settings are kept is what was sent, because clients look for it there; readers understand both spellings.
A method's first setting brings all others with it: those of `*/*` if there are any, else AWS's defaults. But for
cachingEnabled, which `*/*` gives to GET alone: to limit a POST must not cache its answers (unverified).

`copy` exists only to promote a canary. What is refused is refused in words of this operation's own; the missing commas
and the trailing space are AWS's.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
"""

from __future__ import annotations

from typing import Any

from gatewright.catalog import access_log, defaults, variables
from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Effect, Operation, PatchError, Row, Table

_METHOD = "/{resourcePath}/{httpMethod}"
_MEMBERS = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, "
    "/accessLogSettings/destinationArn, /accessLogSettings/format, "
)
_METHOD_SETTINGS = (
    f"{_METHOD}/metrics/enabled, {_METHOD}/logging/dataTrace, {_METHOD}/logging/loglevel, "
    f"{_METHOD}/throttling/burstLimit{_METHOD}/throttling/rateLimit{_METHOD}/caching/ttlInSeconds, "
    f"{_METHOD}/caching/enabled, {_METHOD}/caching/dataEncrypted, "
    f"{_METHOD}/caching/requireAuthorizationForCacheControl, "
    f"{_METHOD}/caching/unauthorizedCacheControlHeaderStrategy, "
)
_ALL_SETTINGS = (
    "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit "
    "/*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, "
)
VALID_PATHS = f"[{_MEMBERS}{_METHOD_SETTINGS}{_ALL_SETTINGS}/variables/{{variable_name}}, /tracingEnabled]"

ACCESS_LOG_PATHS = (
    "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]"
)
COPY_TO = ("/deploymentId", "/variables")
COPY_FROM = ("/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides")
CACHE_SIZES = ("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")
STRATEGIES = ("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER")
PERCENT = "percentTraffic must be between 0.0 and 100.0"  # unverified


def cache_cluster(stage: Document) -> None:
    """Bring status and size in line with the switch. Our cluster is there at once; AWS takes minutes."""
    stage["cacheClusterStatus"] = "AVAILABLE" if stage.get("cacheClusterEnabled") else "NOT_AVAILABLE"
    if stage.get("cacheClusterEnabled"):
        stage.setdefault("cacheClusterSize", defaults.CACHE_SIZE)


def _cache_enabled(stage: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    stage["cacheClusterEnabled"] = e.boolean(patch.value)
    cache_cluster(stage)


def _variable(stage: Document, keys: tuple[str, ...], patch: Operation) -> None:
    held = stage.get("variables") or {}
    if patch.op == "remove":
        held.pop(keys[0], None)
    else:
        variables.check_name(keys[0])
        variables.check_value(patch.value)
        held[keys[0]] = patch.value
        variables.check(held)
    _set_variables(stage, held)


def _variables(stage: Document, keys: tuple[str, ...], patch: Operation) -> None:
    if patch.op == "copy":
        overrides = _canary_to_promote(stage, patch).get("stageVariableOverrides") or {}
        _set_variables(stage, (stage.get("variables") or {}) | overrides)
    elif patch.op == "remove":
        stage.pop("variables", None)
    else:
        # unverified: what a value for the whole map may look like; AWS's table lists the operation
        raise PatchError(f"Invalid method setting path: {patch.path}. Must be one of: {VALID_PATHS}")


def _set_variables(stage: Document, held: dict[str, str]) -> None:
    if held:
        stage["variables"] = held
    else:
        stage.pop("variables", None)


def _deployment(stage: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    if patch.op == "copy":
        stage["deploymentId"] = _canary_to_promote(stage, patch)["deploymentId"]
    else:
        stage["deploymentId"] = patch.value or ""


def _canary_to_promote(stage: Document, patch: Operation) -> Document:
    expected = dict(zip(COPY_TO, COPY_FROM, strict=True))[patch.path or ""]
    if patch.source != expected:
        raise _bad_copy(patch)
    canary = stage.get("canarySettings")
    if not canary:
        raise PatchError("Promotion not available. Canary does not exist.")
    return dict(canary)


def _bad_copy(patch: Operation) -> PatchError:
    return PatchError(
        f"Invalid copy operation with path: {patch.path} and from {patch.source}. "
        f"Valid copy:path are [{', '.join(COPY_TO)}] and valid copy:from are [{', '.join(COPY_FROM)}]"
    )


def _canary(name: str, convert: e.Convert) -> Effect:
    """A member of the canary, which begins with it."""

    def effect(stage: Document, _keys: tuple[str, ...], patch: Operation) -> None:
        canary = stage.setdefault("canarySettings", defaults.canary(stage["deploymentId"]))
        canary[name] = convert(patch.value)

    return effect


def _override(stage: Document, keys: tuple[str, ...], patch: Operation) -> None:
    """One override. Removing it is not in AWS's table, but Terraform does it (unverified)."""
    if patch.op == "remove":
        held = (stage.get("canarySettings") or {}).get("stageVariableOverrides") or {}
        if keys[0] not in held:
            raise _no_setting(patch)
        del held[keys[0]]
        if not held:
            del stage["canarySettings"]["stageVariableOverrides"]
        return
    variables.check_name(keys[0])
    variables.check_value(patch.value)
    canary = stage.setdefault("canarySettings", defaults.canary(stage["deploymentId"]))
    canary.setdefault("stageVariableOverrides", {})[keys[0]] = patch.value


def _whole(name: str) -> Effect:
    def effect(stage: Document, _keys: tuple[str, ...], _patch: Operation) -> None:
        stage.pop(name, None)

    return effect


def _setting(name: str, convert: e.Convert) -> Effect:
    """One setting of a method; removing it brings back its default."""

    def effect(stage: Document, keys: tuple[str, ...], patch: Operation) -> None:
        settings: dict[str, Any] = stage.setdefault("methodSettings", {})
        method = "/".join(keys)
        if patch.op == "remove":
            if method not in settings:
                raise _no_setting(patch)
            settings[method].pop(name, None)
            if name in defaults.METHOD_SETTING:
                settings[method][name] = defaults.METHOD_SETTING[name]
            return
        value = convert(patch.value)
        settings.setdefault(method, _first(settings.get("*/*"), keys[-1]))[name] = value

    return effect


def _first(common: dict[str, Any] | None, verb: str) -> dict[str, Any]:
    """What comes with a method's first setting. `*/*` caches GET alone, and so it stays until somebody says so."""
    if common is None:
        return dict(defaults.METHOD_SETTING)
    return dict(common) if verb in ("GET", "ANY", "*") else common | {"cachingEnabled": False}


def _all_settings(stage: Document, keys: tuple[str, ...], patch: Operation) -> None:
    settings: dict[str, Any] = stage.get("methodSettings") or {}
    if keys[0] not in settings:
        raise _no_setting(patch)
    del settings[keys[0]]


def _no_setting(patch: Operation) -> PatchError:
    path = (patch.path or "").removeprefix("/")
    return PatchError(f"Cannot remove method setting {path} because there is no method setting for this method ")


def wording(_table: Table, patch: Operation, _row: Row | None) -> PatchError:
    """How UpdateStage refuses (recorded, but for move and test)."""
    path = patch.path or ""
    if patch.op == "copy":
        return _bad_copy(patch)
    if patch.op == "remove":
        return _no_setting(patch)
    if patch.op in ("add", "replace") and path.split("/")[1:2] == ["accessLogSettings"]:
        return PatchError(ACCESS_LOG_PATHS)
    if patch.op == "replace":
        return PatchError(f"Invalid method setting path: {patch.path}. Must be one of: {VALID_PATHS}")
    return PatchError(f"Invalid {patch.op} operation with path: {patch.path}")


# unverified: the words of all these refusals of values
# -1: without a limit, as Terraform sends it for a limit that a configuration does not name.
_BURST = e.integer(-1, 2**31 - 1, "Invalid throttling burst limit specified")
_RATE = e.number(-1.0, 1e9, "Invalid throttling rate limit specified")
_TTL = e.integer(0, 3600, "Invalid cache TTL specified, must be between 0 and 3600")
_LEVEL = e.choice(("OFF", "ERROR", "INFO"), "Invalid logging level specified. Must be one of: [OFF, ERROR, INFO]")
_STRATEGY = e.choice(STRATEGIES, "Invalid unauthorized cache control header strategy specified")
_SIZE = e.choice(CACHE_SIZES, f"Invalid cache cluster size specified. Must be one of: [{', '.join(CACHE_SIZES)}]")

SETTINGS: tuple[tuple[str, str, e.Convert], ...] = (
    ("metrics/enabled", "metricsEnabled", e.boolean),
    ("logging/dataTrace", "dataTraceEnabled", e.boolean),
    ("logging/loglevel", "loggingLevel", _LEVEL),
    ("throttling/burstLimit", "throttlingBurstLimit", _BURST),
    ("throttling/rateLimit", "throttlingRateLimit", _RATE),
    ("caching/ttlInSeconds", "cacheTtlInSeconds", _TTL),
    ("caching/enabled", "cachingEnabled", e.boolean),
    ("caching/dataEncrypted", "cacheDataEncrypted", e.boolean),
    ("caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl", e.boolean),
    ("caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy", _STRATEGY),
)

TABLE = Table(
    (
        Row("/cacheClusterEnabled", ("replace",), _cache_enabled),
        Row("/cacheClusterSize", ("replace",), e.member("cacheClusterSize", convert=_SIZE)),
        Row("/clientCertificateId", ("replace",), e.member("clientCertificateId")),
        Row("/deploymentId", ("replace", "copy"), _deployment),
        Row("/description", ("replace",), e.member("description")),
        Row("/documentationVersion", ("replace",), e.member("documentationVersion")),
        Row("/tracingEnabled", ("replace",), e.member("tracingEnabled", convert=e.boolean)),
        Row("/variables", ("replace", "remove", "copy"), _variables),
        Row("/variables/{name}", ("replace", "remove"), _variable),
        Row("/accessLogSettings", ("remove",), _whole("accessLogSettings")),
        Row(
            "/accessLogSettings/destinationArn",
            ("add", "replace"),
            e.member("accessLogSettings", "destinationArn", convert=access_log.destination),
        ),
        Row(
            "/accessLogSettings/format",
            ("add", "replace"),
            e.member("accessLogSettings", "format", convert=access_log.log_format),
        ),
        Row("/accessLogSettings/{other}", (), _whole("accessLogSettings")),
        Row("/canarySettings", ("remove",), _whole("canarySettings")),
        Row("/canarySettings/deploymentId", ("replace",), _canary("deploymentId", e.kept_text)),
        Row("/canarySettings/percentTraffic", ("replace",), _canary("percentTraffic", e.number(0.0, 100.0, PERCENT))),
        Row("/canarySettings/useStageCache", ("replace",), _canary("useStageCache", e.boolean)),
        Row("/canarySettings/stageVariableOverrides/{name}", ("replace", "remove"), _override),
        Row("/canarySettings/{other}", (), _whole("canarySettings")),
        *(
            Row(f"/{{+path}}/{{method}}/{path}", ("replace", "remove"), _setting(name, convert))
            for path, name, convert in SETTINGS
        ),
        Row("/{+method}", ("remove",), _all_settings),
    ),
    wording,
)
