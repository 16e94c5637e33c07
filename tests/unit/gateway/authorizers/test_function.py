"""One authorizer by itself: what it asks, what it keeps, and how it judges. With everything around it: tests/plays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.authorizers.function import FunctionGuard, build
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Verdict
from gatewright.language.policy.base import Effect
from gatewright.language.regex import Pattern
from gatewright.net.base import UpstreamResponse
from gatewright.program.authorizers import FunctionAuthorizer, IdentitySource
from tests.plays.stage import ACCOUNT, API, FakeUpstream
from tests.unit.gateway.authorizers.test_invoking import AUTHORIZER
from tests.unit.gateway.support import compiled, exchange, parts

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/GET/things/7%207"
_TOKEN = replace(AUTHORIZER, sources=(IdentitySource("header", "x-token"),))
_REQUEST = replace(
    AUTHORIZER,
    payload="REQUEST",
    sources=(IdentitySource("header", "x-token"), IdentitySource("querystring", "tenant")),
)


def policy(effect: str, resource: Any = ARN, **statement: Any) -> dict[str, Any]:
    made = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource} | statement
    return {"Version": "2012-10-17", "Statement": [made]}


class _Stage:
    """An authorizer and its function."""

    def __init__(self, authorizer: FunctionAuthorizer = _TOKEN) -> None:
        self.upstream = FakeUpstream()
        self.clock = FakeClock()
        program, self.method = compiled()
        self.method = replace(self.method, authorizer=authorizer)
        self.parts = parts(program, self.upstream)
        self.guard = build(self.method, self.parts)

    def exchange(self, token: str = "t1", query: str = "tenant=a", path: bytes = b"/things/7%207") -> Exchange:
        made = exchange([("X-Token", token)] if token else [], query=query)
        made.path = path
        made.clock = self.clock
        return made

    def ask(self, made: Exchange | None = None) -> asyncio.Future[Verdict]:
        answer = self.guard(made or self.exchange())
        assert isinstance(answer, Awaitable)
        return asyncio.ensure_future(answer)

    def kept(self, made: Exchange | None = None) -> Verdict:
        answer = self.guard(made or self.exchange())
        assert isinstance(answer, Verdict)
        return answer

    def says(self, document: dict[str, Any], principal: str = "ann", *, call: int = -1, **members: Any) -> None:
        body = json.dumps({"principalId": principal, "policyDocument": document} | members).encode()
        self.upstream.sent[call].done(UpstreamResponse(200, [], body))

    @property
    def calls(self) -> int:
        return len(self.upstream.sent)

    def event(self) -> Any:
        return json.loads(self.upstream.sent[-1].body)


async def test_a_token_is_asked_about_once() -> None:
    stage = _Stage()
    asked = stage.ask()
    assert stage.event() == {"type": "TOKEN", "methodArn": ARN, "authorizationToken": "t1"}
    stage.clock.advance(0.25)
    stage.says(policy("Allow"), context={"n": 1}, usageIdentifierKey="key")
    fresh = await asked
    assert (fresh.effect, fresh.statement) == (Effect.ALLOW, "0")
    assert fresh.grant.context == {"n": "1", "principalId": "ann"}
    assert (fresh.grant.usage_key, fresh.grant.latency) == ("key", 250)
    kept = stage.kept()
    assert (kept.effect, kept.grant.context, kept.grant.latency) == (Effect.ALLOW, fresh.grant.context, 0)
    assert stage.kept() is kept
    assert stage.calls == 1


async def test_the_principal_cannot_be_said_by_the_context() -> None:
    stage = _Stage()
    asked = stage.ask()
    stage.says(policy("Allow"), context={"principalId": "somebody else"})
    assert (await asked).grant.context == {"principalId": "ann"}


async def test_the_kept_policy_is_asked_anew_for_each_method() -> None:
    stage = _Stage()
    asked = stage.ask()
    stage.says(policy("Allow"))
    assert (await asked).effect is Effect.ALLOW
    assert stage.kept(stage.exchange(path=b"/things/8")).effect is Effect.NEITHER
    other = stage.exchange()
    other.verb = "PUT"
    assert stage.kept(other).effect is Effect.NEITHER
    assert stage.kept().effect is Effect.ALLOW
    assert stage.calls == 1


@pytest.mark.parametrize("path", [b"/*", b"/things/*", b"/things/${aws:UserAgent}"])
async def test_what_is_said_of_a_path_that_is_a_pattern_opens_no_other(path: bytes) -> None:
    """A function that allows the ARN it is asked about has allowed more than it saw."""
    stage = _Stage()
    asked = stage.ask(stage.exchange(path=path))
    joined = stage.ask()  # the same token, while the call is under way
    assert stage.calls == 2
    stage.says(policy("Allow", f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/GET{path.decode()}"), call=0)
    if b"*" in path:
        assert (await asked).effect is Effect.ALLOW
    stage.says(policy("Deny", "*"), call=1)
    assert (await joined).effect is Effect.DENY
    assert stage.kept().effect is Effect.DENY


async def test_one_token_gets_nothing_of_another() -> None:
    stage = _Stage()
    first = stage.ask()
    stage.says(policy("Allow"))
    await first
    second = stage.ask(stage.exchange("t2"))
    stage.says(policy("Deny"), "bob")
    assert (await second).effect is Effect.DENY
    assert stage.kept().effect is Effect.ALLOW
    assert stage.kept(stage.exchange("t2")).effect is Effect.DENY


async def test_conditions_are_asked_each_time() -> None:
    stage = _Stage()
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    asked = stage.ask()
    stage.says(policy("Allow", Condition=condition))
    assert (await asked).effect is Effect.ALLOW
    assert stage.kept().effect is Effect.ALLOW
    elsewhere = stage.exchange()
    elsewhere.request.peer = "198.51.100.1"
    assert stage.kept(elsewhere).effect is Effect.NEITHER


async def test_results_end() -> None:
    stage = _Stage(replace(_TOKEN, ttl=60))
    asked = stage.ask()
    stage.says(policy("Allow"))
    await asked
    stage.clock.advance(61)
    again = stage.ask()
    assert stage.calls == 2
    stage.says(policy("Deny"))
    assert (await again).effect is Effect.DENY
    assert stage.kept().effect is Effect.DENY


async def test_results_that_are_not_kept() -> None:
    stage = _Stage(replace(_TOKEN, ttl=0))
    waiting = [stage.ask(), stage.ask()]
    assert stage.calls == 2
    stage.says(policy("Allow"), call=0)
    stage.says(policy("Deny"), call=1)
    assert [each.effect for each in await asyncio.gather(*waiting)] == [Effect.ALLOW, Effect.DENY]
    stage.ask().cancel()
    assert stage.calls == 3


async def test_requests_are_kept_by_all_their_sources() -> None:
    stage = _Stage(_REQUEST)
    asked = stage.ask()
    assert stage.event()["type"] == "REQUEST"
    assert stage.event()["queryStringParameters"] == {"tenant": "a"}
    stage.says(policy("Allow"))
    await asked
    assert stage.kept(stage.exchange(query="x=y&tenant=a")).effect is Effect.ALLOW
    other = stage.ask(stage.exchange(query="tenant=b"))
    stage.says(policy("Deny"))
    assert (await other).effect is Effect.DENY


async def test_a_second_value_cannot_steal_a_kept_result() -> None:
    """The function sees the last value of a header, under its name as sent: whatever it sees differently is not kept
    as the same."""
    stage = _Stage(_REQUEST)
    asked = stage.ask()
    stage.says(policy("Allow"))
    await asked
    for number, headers in enumerate(([("X-Token", "t1"), ("X-Token", "t2")], [("x-token", "t1")])):
        other = exchange(headers, query="tenant=a")
        other.clock = stage.clock
        stage.ask(other).cancel()
        assert stage.calls == 2 + number


@pytest.mark.parametrize("query", ["", "tenant=", "Tenant=a"])
def test_a_request_without_one_of_its_sources(query: str) -> None:
    stage = _Stage(_REQUEST)
    _refused(stage, stage.exchange(query=query))


async def test_a_request_whose_result_is_not_kept_needs_no_source() -> None:
    stage = _Stage(replace(_REQUEST, ttl=0))
    asked = stage.ask(stage.exchange("", query=""))
    assert stage.event()["headers"].get("X-Token") is None
    stage.says(policy("Allow"))
    assert (await asked).effect is Effect.ALLOW


def _refused(stage: _Stage, made: Exchange) -> None:
    with pytest.raises(GatewayError) as refusal:
        stage.guard(made)
    assert (refusal.value.kind.name, refusal.value.message) == ("UNAUTHORIZED", "Unauthorized")
    assert stage.calls == 0


@pytest.mark.parametrize("ttl", [0, 300])
def test_a_token_must_be_there(ttl: int) -> None:
    stage = _Stage(replace(_TOKEN, ttl=ttl))
    _refused(stage, stage.exchange(""))
    _refused(stage, exchange([("X-Token", "t1"), ("X-Token", "t1")]))  # which of them would be the one?


@pytest.mark.parametrize(
    ("token", "fits"),
    [
        ("Bearer abc", True),
        ("Bearer ABC", False),
        ("Bearer abc ", False),
        ("xBearer abc", False),
        ("Bearer abc\x0b", False),
        ("Bearer " + "a" * 5000 + "!", False),
    ],
)
async def test_a_token_must_fit_its_expression(token: str, fits: bool) -> None:
    stage = _Stage(replace(_TOKEN, validation=Pattern("Bearer [a-z]+")))
    if fits:
        stage.ask(stage.exchange(token)).cancel()
        assert stage.calls == 1
    else:
        _refused(stage, stage.exchange(token))


def test_an_expression_that_takes_too_long_fits_nothing() -> None:
    stage = _Stage(replace(_TOKEN, validation=Pattern("(a|a|aa)*(a|aa)*b")))
    _refused(stage, stage.exchange("a" * 200))


def test_an_arn_over_the_quota() -> None:
    stage = _Stage()
    with pytest.raises(GatewayError) as refusal:
        stage.guard(stage.exchange(path=b"/things/" + b"a" * 1600))
    assert (refusal.value.status, refusal.value.message) == (414, "Request URI too long")
    with pytest.raises(GatewayError):
        stage.guard(stage.exchange(path="/things/ä".encode() + "ä".encode() * 800))


def test_methods_share_the_results_of_an_authorizer() -> None:
    stage = _Stage()
    other = replace(stage.method, authorizer=replace(_TOKEN, id="auth02"))
    assert build(stage.method, stage.parts) == stage.guard
    assert build(other, stage.parts) != stage.guard


def test_a_method_without_its_authorizer_fails_closed() -> None:
    stage = _Stage()
    guard = build(replace(stage.method, authorizer=None), stage.parts)
    with pytest.raises(GatewayError) as refusal:
        guard(exchange())
    assert (refusal.value.kind.name, refusal.value.status) == ("AUTHORIZER_CONFIGURATION_ERROR", 500)


async def test_remembered_verdicts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatewright.gateway.authorizers.function._MOST_VERDICTS", 2)
    stage = _Stage()
    asked = stage.ask()
    stage.says(policy("Allow"))
    await asked
    for number in range(5):
        assert stage.kept(stage.exchange(path=b"/things/%d" % number)).effect is Effect.NEITHER
        assert stage.kept().effect is Effect.ALLOW


async def test_nothing_is_kept_for_who_only_tries() -> None:
    stage = _Stage()
    guard = FunctionGuard(_TOKEN, stage.parts, keep=False)
    for _ in range(2):
        answer = guard.ask(stage.exchange())
        assert isinstance(answer, Awaitable)
        asyncio.ensure_future(answer).cancel()
    assert stage.calls == 2
