"""The cache of a stage as its document says it. Which methods are cached: tests/plays/test_caching.py."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.caching import compile_cache, with_secret
from gatewright.deploy.compile import compile_program
from gatewright.program.caching import Caching, StageCache
from tests.plays.stage import Body, document, http_proxy, resource

GB = 1 << 30


def stage(**members: Any) -> Body:
    return {"deployment": "dep", "stage": {"stageName": "v1", "cacheClusterEnabled": True} | members}


@pytest.mark.parametrize(
    ("size", "budget"),
    [(None, GB // 2), ("0.5", GB // 2), ("1.6", int(1.6 * GB)), ("118", 118 * GB), ("237", 237 * GB)],
)
def test_the_clusters_size_is_the_budget(size: str | None, budget: int) -> None:
    assert compile_cache(stage(cacheClusterSize=size), canary=False) == StageCache(budget, "0 dep ", 0)


def test_no_cluster_no_cache() -> None:
    assert compile_cache(stage(cacheClusterEnabled=False), canary=False) is None


def test_parts() -> None:
    made = [
        compile_cache(stage(), canary=False),
        compile_cache(stage(_cacheFlushed=1), canary=False),
        compile_cache(stage(), canary=True),
        compile_cache(stage() | {"deployment": "other"}, canary=False),
    ]
    assert len({each.part for each in made if each is not None}) == 4
    assert compile_cache(stage(useStageCache=True), canary=True) == compile_cache(stage(), canary=False)


@pytest.mark.parametrize(
    ("settings", "made"),
    [({}, False), ({"*/*": {"cacheDataEncrypted": False}}, False), ({"a/GET": {"cacheDataEncrypted": True}}, True)],
)
def test_encryption_brings_a_key(settings: Body, made: bool) -> None:
    body: Body = {"methodSettings": settings}
    with_secret(body)
    assert ("_cacheKey" in body) is made
    before = dict(body)
    with_secret(body)
    assert body == before, "once"
    if made:
        cache = compile_cache(stage(**body), canary=False)
        assert cache is not None
        assert cache.secret == base64.b64decode(body["_cacheKey"])
        assert len(cache.secret) == 32
        assert "secret" not in repr(cache)


def compiled(settings: Body, **integration: Any) -> Caching | None:
    made = document(resource("/pets", GET=http_proxy("http://pets.test/", **integration)))
    made["stage"] |= {"cacheClusterEnabled": True, "methodSettings": {"*/*": {"cachingEnabled": True} | settings}}
    return compile_program(made).resources[0].methods["GET"].caching


def test_settings_and_their_defaults() -> None:
    assert compiled({}) == Caching("", (), 300, False, True, "SUCCEED_WITH_RESPONSE_HEADER")
    settings = {
        "cacheTtlInSeconds": 7,
        "requireAuthorizationForCacheControl": False,
        "unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403",
    }
    assert compiled(settings, cacheNamespace="n") == Caching("n", (), 7, False, False, "FAIL_WITH_403")


@pytest.mark.parametrize("key", ["pets", "method.request.cookie.x", "integration.request.cookie.x"])
def test_cache_keys_that_are_none(key: str) -> None:
    with pytest.raises(CompileError, match="cacheKeyParameters"):
        compiled({}, cacheKeyParameters=[key])
    assert compiled({"cachingEnabled": False}, cacheKeyParameters=[key]) is None
