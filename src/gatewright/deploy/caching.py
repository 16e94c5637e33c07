"""The cache of a stage, and which methods' answers go into it.

`*/*` caches the answers of GET alone; other verbs need settings of their own. Of a method ANY only requests with GET
are cached (unverified). What passes as it arrives is not. A deployment has entries of its own: a cache key says nothing
of how an answer is made. AWS: "Enable API caching to enhance responsiveness".
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from gatewright.catalog import defaults
from gatewright.deploy import members
from gatewright.deploy.base import RefusedError
from gatewright.deploy.method_settings import MethodSettings
from gatewright.language.mapping import MappingError, Source, parse_source
from gatewright.program.caching import Caching, StageCache
from gatewright.program.records import CALLER

Body = Mapping[str, Any]
FLUSHED = "_cacheFlushed"  # how often a stage's cache was emptied
KEY = "_cacheKey"  # what encrypted entries are sealed with, base64
_GB = 1 << 30
METHOD_MEMBERS = (
    "cachingEnabled",
    "cacheTtlInSeconds",
    "cacheDataEncrypted",
    "requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy",
)


def compile_cache(document: Body, *, canary: bool) -> StageCache | None:
    """The cache of the stage of a program document; None when it has none.

    A canary has entries of its own, unless it uses the stage's cache and serves the same deployment.
    """
    stage = document["stage"]
    if not stage.get("cacheClusterEnabled"):
        return None
    size = float(stage.get("cacheClusterSize") or defaults.CACHE_SIZE)
    own = "canary" if canary and not stage.get("useStageCache") else ""
    flushes = stage.get(FLUSHED, 0)
    secret = stage.get(KEY)
    part = f"{flushes} {document['deployment']} {own}"
    return StageCache(int(size * _GB), part, flushes, None if secret is None else base64.b64decode(secret))


def with_secret(stage: dict[str, Any]) -> None:
    """Give a stage whose settings ask for encryption a key, once."""
    settings: Body = stage.get("methodSettings") or {}
    if KEY not in stage and any(each.get("cacheDataEncrypted") for each in settings.values()):
        stage[KEY] = base64.b64encode(secrets.token_bytes(32)).decode()


def compile_caching(
    cache: StageCache | None,
    settings: MethodSettings,
    verb: str,
    path: str,
    method: Body,
    variables: Mapping[str, str],
) -> Caching | None:
    """How the answers of a method are cached; None: they are not. Raises RefusedError."""
    if cache is None:
        return None
    integration = method["methodIntegration"]
    setting = settings.of(path, verb) if verb in ("GET", "ANY") else settings.own(path, verb)
    ttl = _ttl(setting)
    if not setting.get("cachingEnabled") or not ttl or members.streams(integration):
        return None
    encrypted = bool(setting.get("cacheDataEncrypted"))
    if encrypted and cache.secret is None:  # of a stage that nobody has changed since keys are made
        return None
    return Caching(
        namespace=integration.get("cacheNamespace") or "",
        keys=tuple(_key(text, integration, variables) for text in integration.get("cacheKeyParameters") or ()),
        ttl=ttl,
        encrypted=encrypted,
        guarded=bool(setting.get("requireAuthorizationForCacheControl", True)),
        strategy=setting.get("unauthorizedCacheControlHeaderStrategy") or "SUCCEED_WITH_RESPONSE_HEADER",
        by_signer=integration.get("credentials") == CALLER,
    )


def _ttl(setting: Body) -> int:
    ttl = setting.get("cacheTtlInSeconds")
    return int(defaults.METHOD_SETTING["cacheTtlInSeconds"] if ttl is None else ttl)


def _key(text: str, integration: Body, variables: Mapping[str, str]) -> Source:
    """What a cache key parameter reads.

    `integration.request.…` is what is mapped to there; without a mapping the client's own, which proxies pass on.
    """
    expression = text
    if text.startswith("integration.request."):
        mapped = (integration.get("requestParameters") or {}).get(text)
        expression = mapped or "method" + text.removeprefix("integration")
    try:
        source = parse_source(expression, "method.request", variables)
    except MappingError as error:
        raise RefusedError(f"cacheKeyParameters: {error}") from None
    return Source("literal", "") if source is None else source
