"""The response cache of REST APIs: what is kept, by what, for how long, and who may have it renewed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.language.policy.base import Decision, Effect, Query
from gatewright.net.base import Failure
from gatewright.state.base import Buckets, Cache, Quotas
from gatewright.state.memory import MemoryBuckets, MemoryCache
from tests.plays.signing import SECRET, USER_KEY, Keys, signed, user
from tests.plays.stage import (
    API,
    FUNCTION,
    Play,
    aws,
    function,
    http,
    http_proxy,
    mock,
    resource,
)

Body = dict[str, Any]
ALL: Body = {"cachingEnabled": True}
OPEN: Body = {"cachingEnabled": True, "requireAuthorizationForCacheControl": False}
FRESH = {"Cache-Control": "max-age=0"}
WARNING = "199 Cache-control headers were ignored because the caller was unauthorized."
KEY = base64.b64encode(bytes(range(32))).decode()


class Memory:
    """`State` with caches in memory. `slow`: nothing is known at once, as in a store on another machine."""

    def __init__(self, clock: FakeClock, *, slow: bool = False) -> None:
        self.clock = clock
        self.slow = slow
        self.opened: dict[tuple[str, int], MemoryCache] = {}

    @property
    def buckets(self) -> Buckets:
        return MemoryBuckets(self.clock)

    @property
    def quotas(self) -> Quotas:
        raise NotImplementedError

    def cache(self, name: str, budget: int) -> Cache:
        cache = self.opened.setdefault((name, budget), MemoryCache(self.clock, budget))
        return Slow(cache) if self.slow else cache

    def drop(self, name: str) -> None:
        for each in [key for key in self.opened if key[0] == name]:
            self.opened.pop(each).clear()

    async def close(self) -> None: ...


class Slow:
    def __init__(self, cache: MemoryCache) -> None:
        self._cache = cache
        self.put, self.clear = cache.put, cache.clear

    async def get(self, key: bytes) -> bytes | None:
        await asyncio.sleep(0)
        return self._cache.get(key)


class Stage(Play):
    """A play whose stage has a cache. `settings`: methodSettings."""

    state: Memory

    def __init__(
        self,
        *resources: Body,
        settings: Mapping[str, Body] | None = None,
        stage: Body | None = None,
        slow: bool = False,
        per_caller: bool = False,
        one_call: bool = False,
        **more: Any,
    ) -> None:
        def traffic(clock: FakeClock) -> Traffic:
            self.state = Memory(clock, slow=slow)
            return Traffic(clock, self.state, cache_per_caller=per_caller, cache_one_call=one_call)

        members = {"stageName": "v1", "variables": {}, "cacheClusterEnabled": True, "cacheClusterSize": "0.5"}
        members |= {"methodSettings": {"*/*": ALL} if settings is None else settings} | (stage or {})
        super().__init__(*resources, traffic=traffic, more={"stage": members, **more.pop("more", {})}, **more)

    @property
    def counts(self) -> tuple[int, int]:
        """Hits and misses."""
        counters = self.counters.stage(API, "v1")
        return counters.cache_hits, counters.cache_misses

    def again(self, **stage: Any) -> None:
        """Publish the stage with these members changed."""
        self.document = self.document | {"stage": self.document["stage"] | stage}
        self.install(f"{API}@v1")


def pets(**integration: Any) -> Body:
    return resource("/pets", GET=http_proxy("http://pets.test/list", **integration))


def test_the_second_request_reaches_no_backend() -> None:
    play = Stage(pets())
    first = play.client("GET", "/v1/pets").backend_answers(201, {"X-Pet": "cat", "X-Amzn-Trace-Id": "t"}, b"[1]")
    first.got(201, b"[1]")
    second = play.client("GET", "/v1/pets")
    headers = second.got(201, b"[1]")
    assert second.sent is None
    assert headers["X-Pet"] == "cat"
    assert "X-Amzn-Trace-Id" not in headers
    assert headers["x-amzn-RequestId"] != first.headers["x-amzn-RequestId"]
    assert play.counts == (1, 1)


def test_entries_end() -> None:
    play = Stage(pets(), settings={"*/*": ALL | {"cacheTtlInSeconds": 60}})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.clock.advance(59.9)
    play.client("GET", "/v1/pets").got(200, b"1")
    play.clock.advance(0.2)
    play.client("GET", "/v1/pets").backend_answers(body=b"2").got(200, b"2")


@pytest.mark.parametrize(
    ("settings", "stage"),
    [
        ({}, {}),
        ({"*/*": {"cachingEnabled": False}}, {}),
        ({"*/*": ALL | {"cacheTtlInSeconds": 0}}, {}),
        ({"*/*": ALL, "pets/GET": {"cachingEnabled": False}}, {}),
        ({"*/*": ALL, "~1pets/GET": {}}, {}),
        ({"*/*": ALL}, {"cacheClusterEnabled": False}),
        ({"*/*": ALL | {"cacheDataEncrypted": True}}, {}),  # and nothing to encrypt with
    ],
)
def test_what_is_not_cached(settings: Mapping[str, Body], stage: Body) -> None:
    play = Stage(pets(), settings=settings, stage=stage)
    for answer in (b"1", b"2"):
        play.client("GET", "/v1/pets").backend_answers(body=answer).got(200, answer)
    assert play.counts == (0, 0)


@pytest.mark.parametrize(("settings", "kept"), [({"*/*": ALL}, False), ({"pets/POST": ALL}, True)])
def test_other_verbs_need_settings_of_their_own(settings: Mapping[str, Body], kept: bool) -> None:
    play = Stage(resource("/pets", POST=http_proxy("http://pets.test/")), settings=settings)
    play.client("POST", "/v1/pets", body=b"a").backend_answers(body=b"1")
    assert (play.client("POST", "/v1/pets", body=b"b").sent is None) is kept


@pytest.mark.parametrize("settings", [{"*/*": ALL}, {"pets/ANY": ALL}])
def test_of_any_method_what_is_asked_for_with_get_is_cached(settings: Mapping[str, Body]) -> None:
    play = Stage(resource("/pets", ANY=http_proxy("http://pets.test/")), settings=settings)
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    assert play.client("GET", "/v1/pets").sent is None
    for verb in ("POST", "HEAD", "DELETE"):
        for _ in range(2):
            play.client(verb, "/v1/pets").backend_answers(body=b"2").got(200)
    play.client("GET", "/v1/pets").got(200, b"1")


def test_answers_of_head_keep_the_length_announced() -> None:
    play = Stage(resource("/pets", HEAD=http_proxy("http://pets.test/")), settings={"pets/HEAD": ALL})
    play.client("HEAD", "/v1/pets").backend_answers(headers={"Content-Length": "77"})
    hit = play.client("HEAD", "/v1/pets")
    assert (hit.sent, hit.request.announced) == (None, 77)


def test_methods_with_settings_of_their_own() -> None:
    play = Stage(pets(), settings={"*/*": ALL, "~1pets/GET": ALL | {"cacheTtlInSeconds": 5}})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.clock.advance(6)
    assert play.client("GET", "/v1/pets").sent is not None


@pytest.mark.parametrize(
    "made",
    [
        http("http://pets.test/", responses={"200": {"responseTemplates": {"application/json": "<$input.body>"}}}),
        aws("sqs:path/123456789012/queue", credentials="arn:aws:iam::123456789012:role/r"),
        aws(f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"),
    ],
)
def test_mapped_integrations_are_cached_as_the_client_gets_them(made: Body) -> None:
    play = Stage(resource("/pets", GET=made))
    first = play.client("GET", "/v1/pets").backend_answers(body=b"[1]")
    second = play.client("GET", "/v1/pets")
    assert second.sent is None
    second.got(200, first.body)


def test_functions_are_cached_with_the_status_they_gave() -> None:
    play = Stage(resource("/pets", GET=function()))
    play.client("GET", "/v1/pets").function_returns({"statusCode": 500, "body": "sick", "headers": {"X-Why": "cold"}})
    second = play.client("GET", "/v1/pets")
    assert (second.sent, second.status, second.body, second.headers["X-Why"]) == (None, 500, b"sick", "cold")


def test_mocks_are_cached() -> None:
    template = {"application/json": '"$context.requestId"'}
    play = Stage(resource("/pets", GET=mock(responses={"200": {"responseTemplates": template}})))
    first = play.client("GET", "/v1/pets")
    assert play.client("GET", "/v1/pets").body == first.body
    assert play.counts == (1, 1)


def test_gateway_responses_are_not_cached() -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_fails(Failure.TIMEOUT).got(504, error="InternalServerErrorException")
    play.client("GET", "/v1/pets").backend_answers(body=b"1").got(200, b"1")


def test_streamed_answers_are_not_cached() -> None:
    play = Stage(pets(responseTransferMode="STREAM"))
    for _ in range(2):
        play.client("GET", "/v1/pets").backend_begins(200).backend_sends(b"1").backend_ends()
    assert play.counts == (0, 0)


@pytest.mark.parametrize(("size", "kept"), [(1_048_576, True), (1_048_577, False)])
def test_answers_of_more_than_a_mebibyte_are_not_cached(size: int, kept: bool) -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_answers(body=b"x" * size).got(200)
    assert (play.client("GET", "/v1/pets").sent is None) is kept


# --- keys ------------------------------------------------------------------------------------------------------------

Ask = tuple[str, list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("keys", "one", "other", "same"),
    [
        ([], ("/v1/pets?a=1", [("X-A", "1")]), ("/v1/pets?a=2", [("X-A", "2")]), True),
        (["querystring.a"], ("/v1/pets?a=1&b=1", []), ("/v1/pets?b=2&a=1", []), True),
        (["querystring.a"], ("/v1/pets?a=1", []), ("/v1/pets?a=2", []), False),
        (["querystring.a"], ("/v1/pets", []), ("/v1/pets?a=", []), False),
        (["querystring.a"], ("/v1/pets?a=1&a=2", []), ("/v1/pets?a=2", []), False),
        (["querystring.a"], ("/v1/pets?a=1&a=2", []), ("/v1/pets?a=2&a=1", []), False),
        (["querystring.a"], ("/v1/pets?a=1", []), ("/v1/pets?a=1;2", []), False),
        (["querystring.a"], ("/v1/pets?a=%fe", []), ("/v1/pets?a=%ff", []), False),
        (["querystring.a", "querystring.b"], ("/v1/pets?a=1", []), ("/v1/pets?b=1", []), False),
        (["querystring.a", "querystring.b"], ("/v1/pets?a=1:2&b=3", []), ("/v1/pets?a=1&b=2:3", []), False),
        (["header.X-A"], ("/v1/pets", [("X-A", "1")]), ("/v1/pets", [("X-A", "1"), ("X-B", "2")]), True),
        (["header.X-A"], ("/v1/pets", [("X-A", "1")]), ("/v1/pets", [("X-A", "2")]), False),
        (["header.X-A"], ("/v1/pets", [("X-A", "1")]), ("/v1/pets", [("x-a", "1")]), False),
        (["header.X-A"], ("/v1/pets", [("X-A", "1")]), ("/v1/pets", [("X-A", "1"), ("X-A", "2")]), False),
        (["header.X-A"], ("/v1/pets", [("X-A", "1"), ("X-A", "2")]), ("/v1/pets", [("X-A", "1, 2")]), False),
        (["header.X-A"], ("/v1/pets", []), ("/v1/pets", [("X-A", "")]), False),
        (["header.X-Forwarded-For"], ("/v1/pets", []), ("/v1/pets", [("X-Forwarded-For", "1.1.1.1")]), False),
        (["header.X-Forwarded-Proto"], ("/v1/pets", []), ("/v1/pets", [("X-Forwarded-Proto", "ftp")]), True),
    ],
)
def test_what_answers_are_kept_by(keys: list[str], one: Ask, other: Ask, same: bool) -> None:
    play = Stage(pets(cacheKeyParameters=[f"method.request.{key}" for key in keys]))
    play.client("GET", *one).backend_answers(body=b"1")
    second = play.client("GET", *other)
    assert (second.sent is None) is same
    if second.sent is not None:
        second.backend_answers(body=b"2").got(200, b"2")
        play.client("GET", *one).got(200, b"1")
        play.client("GET", *other).got(200, b"2")


def test_path_parameters() -> None:
    made = http_proxy(
        "http://pets.test/{id}",
        cacheKeyParameters=["method.request.path.id"],
        requestParameters={"integration.request.path.id": "method.request.path.id"},
    )
    play = Stage(resource("/pets/{id}", GET=made))
    play.client("GET", "/v1/pets/1").backend_answers(body=b"1")
    play.client("GET", "/v1/pets/2").backend_answers(body=b"2").got(200, b"2")
    play.client("GET", "/v1/pets/1").got(200, b"1")


def test_without_cache_keys_all_requests_of_a_method_share_an_answer() -> None:
    """AWS's trap, for which the documentation has words."""
    made = http_proxy(
        "http://pets.test/{id}", requestParameters={"integration.request.path.id": "method.request.path.id"}
    )
    play = Stage(resource("/pets/{id}", GET=made))
    play.client("GET", "/v1/pets/1").backend_answers(body=b"1")
    play.client("GET", "/v1/pets/2").got(200, b"1")


@pytest.mark.parametrize(
    ("mapping", "one", "other", "same"),
    [
        ({"integration.request.querystring.q": "method.request.header.X-A"}, {"X-A": "1"}, {"X-A": "1"}, True),
        ({"integration.request.querystring.q": "method.request.header.X-A"}, {"X-A": "1"}, {"X-A": "2"}, False),
        ({"integration.request.querystring.q": "context.identity.userAgent"}, {"User-Agent": "a"}, {}, False),
        ({"integration.request.querystring.q": "'fixed'"}, {"X-A": "1"}, {"X-A": "2"}, True),
        ({"integration.request.querystring.q": "stageVariables.none"}, {"X-A": "1"}, {"X-A": "2"}, True),
    ],
)
def test_parameters_of_the_integration_request(mapping: Body, one: Body, other: Body, same: bool) -> None:
    play = Stage(pets(cacheKeyParameters=["integration.request.querystring.q"], requestParameters=mapping))
    play.client("GET", "/v1/pets", one).backend_answers(body=b"1")
    assert (play.client("GET", "/v1/pets", other).sent is None) is same


def test_a_parameter_that_is_not_mapped_is_the_clients_own() -> None:
    play = Stage(pets(cacheKeyParameters=["integration.request.querystring.q"]))
    play.client("GET", "/v1/pets?q=1").backend_answers(body=b"1")
    assert play.client("GET", "/v1/pets?q=2").sent is not None


def test_methods_share_answers_in_one_namespace() -> None:
    play = Stage(
        resource("/pets", GET=http_proxy("http://pets.test/", cacheNamespace="shared")),
        resource("/cats", GET=http_proxy("http://cats.test/", cacheNamespace="shared")),
        resource("/dogs", GET=http_proxy("http://dogs.test/", cacheNamespace="own")),
    )
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.client("GET", "/v1/cats").got(200, b"1")
    assert play.client("GET", "/v1/dogs").sent is not None


def test_verbs_share_nothing() -> None:
    play = Stage(
        resource(
            "/pets",
            GET=http_proxy("http://pets.test/", cacheNamespace="n"),
            POST=http_proxy("http://pets.test/", cacheNamespace="n"),
        ),
        settings={"*/*": ALL, "pets/POST": ALL},
    )
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    assert play.client("POST", "/v1/pets").sent is not None


# --- flushes, deployments, canaries ----------------------------------------------------------------------------------


def test_a_flush_forgets_everything_at_once_even_what_is_under_way() -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    under_way = play.client("GET", "/v1/pets", FRESH)
    assert under_way.sent is None, "nobody may ask for a fresh answer"
    play.again(_cacheFlushed=1)
    assert not play.state.opened[f"{API}@v1", 1 << 29]._entries
    late = play.client("GET", "/v1/pets")
    play.again(_cacheFlushed=2)
    late.backend_answers(body=b"2").got(200, b"2")
    play.client("GET", "/v1/pets").backend_answers(body=b"3").got(200, b"3")
    play.client("GET", "/v1/pets").got(200, b"3")


def test_another_deployment_begins_anew() -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.document["deployment"] = "other"
    play.install(f"{API}@v1")
    play.client("GET", "/v1/pets").backend_answers(body=b"2").got(200, b"2")


@pytest.mark.parametrize("gone", ["off", "deleted"])
def test_a_cache_that_is_taken_away_is_emptied(gone: str) -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    if gone == "off":
        play.again(cacheClusterEnabled=False)
    else:
        play.gateway.install(f"{API}@v1", None)
    play.again(cacheClusterEnabled=True)
    assert play.client("GET", "/v1/pets").sent is not None


def test_another_size_begins_anew() -> None:
    play = Stage(pets())
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.again(cacheClusterSize="1.6")
    assert play.client("GET", "/v1/pets").sent is not None
    assert set(play.state.opened) == {(f"{API}@v1", 1 << 29), (f"{API}@v1", int(1.6 * (1 << 30)))}


@pytest.mark.parametrize(
    ("uses", "deployment", "same"), [(True, "dep123", True), (False, "dep123", False), (True, "other", False)]
)
def test_a_canary_shares_the_stages_answers_if_told_to_and_of_the_same_deployment(
    uses: bool, deployment: str, same: bool
) -> None:
    chances = [1.0, 0.0]
    play = Stage(pets(), chance=lambda: chances[0])
    canary = play.document | {"stage": play.document["stage"] | {"useStageCache": uses}, "deployment": deployment}
    play.document["canary"] = {"percentTraffic": 50.0, "program": canary}
    play.install(f"{API}@v1")
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    chances.pop(0)
    assert (play.client("GET", "/v1/pets").sent is None) is same


def test_a_cache_that_cannot_be_used_is_no_reason_not_to_serve(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    play = Stage(pets())

    def broken(name: str, budget: int) -> Cache:
        raise OSError("no space")

    monkeypatch.setattr(play.state, "cache", broken)
    play.again(_cacheFlushed=1)
    play.client("GET", "/v1/pets").backend_answers(body=b"1").got(200, b"1")
    assert f"{API}@v1: the cache cannot be used, nothing is cached: no space" in caplog.text


# --- encryption ------------------------------------------------------------------------------------------------------


def test_encrypted_entries_show_nothing() -> None:
    settings = {"*/*": ALL | {"cacheDataEncrypted": True}}
    made = pets(cacheKeyParameters=["method.request.header.Authorization"])
    play = Stage(made, settings=settings, stage={"_cacheKey": KEY})
    play.client("GET", "/v1/pets", {"Authorization": "my-token"}).backend_answers(body=b"my-answer")
    play.client("GET", "/v1/pets", {"Authorization": "my-token"}).got(200, b"my-answer")
    assert play.client("GET", "/v1/pets", {"Authorization": "other"}).sent is not None
    entries = play.state.opened[f"{API}@v1", 1 << 29]._entries
    assert len(entries) == 1
    for key, (_, value) in entries.items():
        assert b"my-token" not in key
        assert b"my-answer" not in value


def test_with_another_key_entries_are_not_found() -> None:
    settings = {"*/*": ALL | {"cacheDataEncrypted": True}}
    play = Stage(pets(), settings=settings, stage={"_cacheKey": KEY})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.again(_cacheKey=base64.b64encode(bytes(32)).decode())
    assert play.client("GET", "/v1/pets").sent is not None


# --- who may have an answer renewed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["max-age=0", "no-store, Max-Age=0", 'max-age="0"', "max-age= 0"])
def test_anybody_may_where_no_authorization_is_required(value: str) -> None:
    play = Stage(pets(), settings={"*/*": OPEN})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    play.client("GET", "/v1/pets", {"Cache-Control": value}).backend_answers(body=b"2").got(200, b"2")
    play.client("GET", "/v1/pets").got(200, b"2")
    assert play.counts == (1, 2)


@pytest.mark.parametrize("value", ["no-cache", "max-age=1", "s-max-age=0", "x=max-age=0", ""])
def test_other_cache_controls_mean_nothing(value: str) -> None:
    play = Stage(pets(), settings={"*/*": OPEN})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    assert "Warning" not in play.client("GET", "/v1/pets", {"Cache-Control": value}).got(200, b"1")


@pytest.mark.parametrize(
    ("strategy", "warning"), [("SUCCEED_WITH_RESPONSE_HEADER", WARNING), ("SUCCEED_WITHOUT_RESPONSE_HEADER", None)]
)
def test_who_may_not_gets_what_is_kept(strategy: str, warning: str | None) -> None:
    play = Stage(pets(), settings={"*/*": ALL | {"unauthorizedCacheControlHeaderStrategy": strategy}})
    miss = play.client("GET", "/v1/pets", FRESH).backend_answers(body=b"1")
    assert miss.got(200, b"1").get("Warning") == warning
    hit = play.client("GET", "/v1/pets", FRESH)
    assert hit.got(200, b"1").get("Warning") == warning
    assert "Warning" not in play.client("GET", "/v1/pets").got(200, b"1")


def test_who_may_not_is_refused() -> None:
    play = Stage(pets(), settings={"*/*": ALL | {"unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403"}})
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    refused = play.client("GET", "/v1/pets", FRESH)
    refused.got(
        403,
        b'{"Message":"User: anonymous is not authorized to perform: execute-api:InvalidateCache on resource: '
        b'arn:aws:execute-api:us-east-1:********9012:abcdefghij/v1/GET/pets"}',
        error="AccessDeniedException",
    )
    play.client("GET", "/v1/pets").got(200, b"1")


class Actions:
    """A policy that allows these actions, and denies those."""

    plain = False

    def __init__(self, *allowed: str, denied: str = "") -> None:
        self.allowed, self.denied = allowed, denied

    def decide(self, query: Query) -> Decision:
        if query.action == self.denied:
            return Decision(Effect.DENY)
        return Decision(Effect.ALLOW if query.action in self.allowed else Effect.NEITHER)


INVOKE, INVALIDATE = "execute-api:Invoke", "execute-api:InvalidateCache"


@pytest.mark.parametrize(
    ("holder", "policy", "may"),
    [
        (Holder(SECRET, user(), policies=None), None, True),
        (Holder(SECRET, user(), policies=(Actions(INVOKE, INVALIDATE),)), None, True),
        (Holder(SECRET, user(), policies=(Actions(INVOKE),)), None, False),
        (Holder(SECRET, user(), policies=(Actions(INVOKE, INVALIDATE), Actions(denied=INVALIDATE))), None, False),
        (Holder(SECRET, user(), policies=(Actions(INVOKE, INVALIDATE),), boundary=(Actions(INVOKE),)), None, False),
        (Holder(SECRET, user(), policies=None), "Deny", False),
        (Holder(SECRET, user(), policies=(Actions(INVOKE),)), "Allow", False),
        (Holder(SECRET, user("eve", "999999999999"), policies=None), "Foreign", False),
    ],
)
def test_callers_need_the_permission(holder: Holder, policy: str | None, may: bool) -> None:
    statements = {
        None: None,
        "Deny": [{"Effect": "Deny", "Principal": "*", "Action": INVALIDATE, "Resource": "*"}],
        "Allow": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:*", "Resource": "*"}],
        "Foreign": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999999999999:user/eve"},
                "Action": "execute-api:*",
                "Resource": "*",
            }
        ],
    }[policy]
    api = None if statements is None else {"policy": {"Version": "2012-10-17", "Statement": statements}}
    method = resource("/pets", GET=http_proxy("http://pets.test/") | {"authorizationType": "AWS_IAM"})
    play = Stage(method, keys=Keys({USER_KEY: holder}), api=api)
    play.client("GET", "/v1/pets", signed("GET", "/v1/pets")).backend_answers(body=b"1").got(200)
    second = play.client("GET", "/v1/pets", signed("GET", "/v1/pets", [("Cache-Control", "max-age=0")]))
    assert (second.sent is not None) is may
    assert play.client("GET", "/v1/pets").status == 403


def test_a_signature_that_nobody_has_checked_gives_no_permission() -> None:
    play = Stage(pets(), keys=Keys())
    play.client("GET", "/v1/pets").backend_answers(body=b"1")
    asked = play.client("GET", "/v1/pets", signed("GET", "/v1/pets", [("Cache-Control", "max-age=0")]))
    assert asked.got(200, b"1")["Warning"] == WARNING


# --- callers ---------------------------------------------------------------------------------------------------------


def two_callers() -> Keys:
    known = {
        "AKIDADA": Holder(SECRET, user("ada"), policies=None),
        "AKIDBOB": Holder(SECRET, user("bob"), policies=None),
    }
    return Keys(known)


def asks(play: Stage, key: str) -> Any:
    return play.client("GET", "/v1/pets", signed("GET", "/v1/pets", key=key))


IAM = {"authorizationType": "AWS_IAM"}


@pytest.mark.parametrize("per_caller", [False, True])
def test_callers_share_answers_as_on_aws_unless_the_extension_keeps_them_apart(per_caller: bool) -> None:
    method = resource("/pets", GET=http_proxy("http://pets.test/") | IAM)
    play = Stage(method, keys=two_callers(), per_caller=per_caller)
    asks(play, "AKIDADA").backend_answers(body=b"ada's")
    assert (asks(play, "AKIDBOB").sent is not None) is per_caller
    asks(play, "AKIDADA").got(200, b"ada's")


def test_authorization_comes_before_the_cache() -> None:
    method = resource("/pets", GET=http_proxy("http://pets.test/") | IAM)
    play = Stage(method, keys=two_callers())
    asks(play, "AKIDADA").backend_answers(body=b"secret").got(200)
    play.client("GET", "/v1/pets").got(403, error="MissingAuthenticationTokenException")
    asks(play, "AKIDNOBODY").got(403, error="UnrecognizedClientException")
    assert play.counts == (0, 1)


# --- a store that has to be asked ------------------------------------------------------------------------------------


def test_a_store_that_has_to_be_asked_first() -> None:
    async def scene() -> None:
        play = Stage(pets(), slow=True, settings={"*/*": ALL})
        miss = play.client("GET", "/v1/pets", FRESH)
        await _turns()
        miss.sent = play.upstream.sent[-1]
        assert miss.backend_answers(body=b"1").got(200, b"1")["Warning"] == WARNING
        hit = play.client("GET", "/v1/pets", FRESH)
        await _turns()
        assert hit.got(200, b"1")["Warning"] == WARNING
        assert play.counts == (1, 1)

    asyncio.run(scene())


def test_a_store_that_fails_is_a_miss(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        play = Stage(pets(), slow=True)

        def broken(key: bytes) -> bytes | None:
            raise OSError("gone")

        play.state.opened[f"{API}@v1", 1 << 29].get = broken  # type: ignore[method-assign]  # a store that has gone
        asked = play.client("GET", "/v1/pets")
        await _turns()
        asked.sent = play.upstream.sent[-1]
        asked.backend_answers(body=b"1").got(200, b"1")

    asyncio.run(scene())
    assert "the cache could not be asked: gone" in caplog.text


# --- one call for many -----------------------------------------------------------------------------------------------


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _scene(play: Callable[[Stage], Awaitable[None]], **stage: Any) -> None:
    async def scene() -> None:
        await play(Stage(pets(cacheKeyParameters=["method.request.querystring.q"]), one_call=True, **stage))

    asyncio.run(scene())


def test_one_calls_and_the_others_wait() -> None:
    async def play(stage: Stage) -> None:
        first = stage.client("GET", "/v1/pets?q=1")
        others = [stage.client("GET", "/v1/pets?q=1", FRESH) for _ in range(3)]
        assert [other.sent for other in others] == [None] * 3
        assert stage.client("GET", "/v1/pets?q=2").sent is not None
        first.backend_answers(body=b"1").got(200, b"1")
        await _turns()
        for other in others:
            assert other.got(200, b"1")["Warning"] == WARNING
        stage.client("GET", "/v1/pets?q=1").got(200, b"1")

    _scene(play)


def test_that_the_backend_failed_is_told_to_all() -> None:
    async def play(stage: Stage) -> None:
        first = stage.client("GET", "/v1/pets")
        other = stage.client("GET", "/v1/pets")
        first.backend_fails(Failure.TIMEOUT).got(504, error="InternalServerErrorException")
        await _turns()
        other.got(504, b'{"message": "Endpoint request timed out"}', error="InternalServerErrorException")
        assert stage.client("GET", "/v1/pets").sent is not None, "the next one calls"

    _scene(play)


def test_an_answer_that_is_not_kept_is_nobody_elses() -> None:
    async def play(stage: Stage) -> None:
        first = stage.client("GET", "/v1/pets")
        stage.client("GET", "/v1/pets")
        first.backend_answers(body=b"x" * 1_048_577).got(200)
        await _turns()
        assert len(stage.upstream.sent) == 1, "the other one has called itself"

    _scene(play)


def test_who_fails_alone_keeps_nobody_waiting() -> None:
    made = http(
        "http://pets.test/{id}", requestParameters={"integration.request.path.id": "method.request.header.X-Id"}
    )

    async def scene() -> None:
        stage = Stage(resource("/pets", GET=made), one_call=True)
        stage.client("GET", "/v1/pets").got(500, error="InternalServerErrorException")
        called = stage.client("GET", "/v1/pets", {"X-Id": "1"})
        assert called.sent is not None
        called.backend_answers(body=b"1").got(200, b"1")

    asyncio.run(scene())
