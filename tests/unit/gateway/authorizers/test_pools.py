"""What authorizers of user pools take and remember. What clients see is in plays/test_user_pools.py."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.authorizers import pools
from gatewright.gateway.authorizers.pools import HAS_EXPIRED, MethodCheck, PoolGuard, refusal
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Verdict
from gatewright.identity import tokens
from gatewright.identity.issuers import Issuers, Verified
from gatewright.identity.jwks import KeySet
from gatewright.identity.places import Places
from gatewright.identity.tokens import TokenError
from gatewright.language.policy.base import Effect
from gatewright.language.regex import Pattern
from gatewright.net.upstream import UpstreamClient
from gatewright.program.authorizers import PoolAuthorizer
from tests.plays.stage import API, FakeRequest
from tests.unit.gateway.authorizers.pool_tokens import ACCESS, ID, POOL, Tokens
from tests.unit.identity.issuer import JWKS, running


def guard(source: Tokens, validation: str | None = None, ttl: int = 300, header: bytes = b"authorization") -> PoolGuard:
    expression = None if validation is None else Pattern(validation)
    return PoolGuard(PoolAuthorizer("a", (POOL,), header, expression, ttl), source)


def exchange(*headers: tuple[str, str], clock: FakeClock | None = None) -> Exchange:
    return Exchange(FakeRequest("GET", "/", headers, b""), Target(API, b""), clock or FakeClock())


def sent(token: str = "t", clock: FakeClock | None = None) -> Exchange:
    return exchange(("Authorization", token), clock=clock)


def verdict(check: MethodCheck, given: Exchange) -> Verdict:
    found = check.ask(given)
    assert isinstance(found, Verdict)
    return found


def refused(check: MethodCheck, given: Exchange) -> tuple[int, str | None]:
    with pytest.raises(GatewayError) as error:
        check.ask(given)
    return error.value.status, error.value.message


UNAUTHORIZED = (401, "Unauthorized")


@pytest.mark.parametrize(
    ("value", "token"),
    [("t", b"t"), ("Bearer t", b"t"), ("bearer  t", b"t"), ("Bearert", b"Bearert"), ("Basic t", b"Basic t")],
)
def test_where_the_token_is(value: str, token: bytes) -> None:
    source = Tokens(**ID)
    verdict(MethodCheck(guard(source), ()), exchange(("AUTHORIZATION", value)))
    verdict(MethodCheck(guard(source, header=b"x-auth"), ()), exchange(("Authorization", "u"), ("X-Auth", value)))
    assert source.asked == [(token, (POOL,))] * 2


@pytest.mark.parametrize(
    "headers",
    [(), (("Authorization", ""),), (("X-Auth", "t"),), (("Authorization", "t"), ("authorization", "t"))],
)
def test_requests_without_one_token(headers: tuple[tuple[str, str], ...]) -> None:
    source = Tokens(**ID)
    assert refused(MethodCheck(guard(source), ()), exchange(*headers)) == UNAUTHORIZED
    assert source.asked == []


@pytest.mark.parametrize(
    ("claims", "scopes", "accepted"),
    [
        (ID, (), True),
        (ACCESS, (), False),
        (ID, ("read",), False),
        (ACCESS, ("read",), True),
        (ACCESS, ("admin", "write"), True),
        (ACCESS, ("admin",), False),
        (ACCESS | {"scope": "reader"}, ("read",), False),
        (ACCESS | {"scope": "READ"}, ("read",), False),
        (ACCESS | {"scope": ""}, ("",), False),
        (ACCESS | {"scope": None}, ("read",), False),
        (ACCESS | {"scope": ["read"]}, ("read",), False),
        ({"token_use": "access", "scp": "read"}, ("read",), False),
        ({"token_use": "access"}, ("read",), False),
        ({"sub": "me"}, (), False),
        (ID | {"token_use": None}, (), False),
        (ID | {"token_use": ["id"]}, (), False),
        (ID | {"token_use": "ID"}, (), False),
        (ACCESS | {"token_use": "refresh"}, ("read",), False),
    ],
)
def test_each_method_takes_its_kind_of_token(claims: dict[str, Any], scopes: tuple[str, ...], accepted: bool) -> None:
    check = MethodCheck(guard(Tokens(**claims)), scopes)
    for _ in range(2):  # verified, then remembered
        if accepted:
            assert verdict(check, sent()).effect is Effect.ALLOW
        else:
            assert refused(check, sent()) == UNAUTHORIZED


@pytest.mark.parametrize(
    ("claims", "scopes", "expression", "accepted"),
    [
        (ID, (), "client", True),
        (ID, (), "cli", False),  # the whole audience
        (ID, (), "(client|other)", True),
        (ID | {"aud": ["x", "client"]}, (), "client", True),
        (ID | {"aud": ["x", 1, "client"]}, (), "client", False),
        (ID | {"aud": {"client": 1}}, (), "client", False),
        (ID | {"aud": None}, (), ".*", False),
        ({"token_use": "id", "client_id": "client"}, (), "client", False),
        (ACCESS, ("read",), "client", False),
        (ACCESS, ("read",), ".*", False),  # access tokens have no audience
    ],
)
def test_audiences(claims: dict[str, Any], scopes: tuple[str, ...], expression: str, accepted: bool) -> None:
    check = MethodCheck(guard(Tokens(**claims), expression), scopes)
    if accepted:
        assert verdict(check, sent()).effect is Effect.ALLOW
    else:
        assert refused(check, sent()) == UNAUTHORIZED


def test_what_a_method_lets_in_opens_no_other() -> None:
    source = Tokens(**ACCESS)
    shared = guard(source)
    assert verdict(MethodCheck(shared, ("read",)), sent()).effect is Effect.ALLOW
    assert refused(MethodCheck(shared, ()), sent()) == UNAUTHORIZED
    assert refused(MethodCheck(shared, ("admin",)), sent()) == UNAUTHORIZED
    assert len(source.asked) == 1
    assert refused(MethodCheck(guard(Tokens(**ACCESS), "x"), ("read",)), sent()) == UNAUTHORIZED


def test_claims_reach_the_grant() -> None:
    grant = verdict(MethodCheck(guard(Tokens(**ID, exp=1469818373)), ()), sent()).grant
    assert grant.context == {"claims": ID | {"exp": "Fri Jul 29 18:52:53 UTC 2016"}}
    assert (grant.principal.arn, grant.usage_key, grant.identity) == (None, None, {})


def test_how_long_a_token_is_remembered() -> None:
    source, clock = Tokens(**ID), FakeClock()
    check = MethodCheck(guard(source, ttl=60), ())
    for seconds, asked in ((0.0, 1), (59.9, 1), (0.2, 2), (1.0, 2)):
        clock.advance(seconds)
        verdict(check, sent(clock=clock))
        assert len(source.asked) == asked
    verdict(check, sent("u", clock))
    verdict(check, sent("Bearer t", clock))  # remembered as it was sent
    assert len(source.asked) == 4


def test_no_time_to_live_verifies_every_time() -> None:
    source = Tokens(**ID)
    check = MethodCheck(guard(source, ttl=0), ())
    for _ in range(3):
        verdict(check, sent())
    assert len(source.asked) == 3


def test_nothing_outlives_the_token_or_its_keys() -> None:
    source, clock = Tokens(**ID), FakeClock()
    check = MethodCheck(guard(source, ttl=3600), ())
    source.expires = clock.now() + 30
    verdict(check, sent(clock=clock))
    clock.advance(30)
    verdict(check, sent(clock=clock))
    assert len(source.asked) == 2  # the issuer decides again
    source.expires += 10_000
    verdict(check, sent(clock=clock))
    verdict(check, sent(clock=clock))
    assert len(source.asked) == 3
    source.keys.current = False
    verdict(check, sent(clock=clock))
    assert len(source.asked) == 4
    source.keys = KeySet({})
    verdict(check, sent(clock=clock))
    clock.advance(source.looked_at)
    verdict(check, sent(clock=clock))
    assert len(source.asked) == 6


def test_refusals_are_not_remembered() -> None:
    source = Tokens(**ID)
    check = MethodCheck(guard(source), ())
    for _ in range(2):
        assert refused(check, sent("bad x")) == UNAUTHORIZED
    assert len(source.asked) == 2


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "HEAVIEST", 3000)
    source = Tokens(**ID)
    shared = guard(source)
    check = MethodCheck(shared, ())
    for number in range(20):
        verdict(check, sent(f"{number:0500}"))
    kept = [number for number in range(20) if shared.known(f"{number:0500}".encode(), sent()) is not None]
    assert kept == list(range(14, 20))


async def test_who_has_to_wait() -> None:
    source = Tokens(**ID)
    source.later = True
    check = MethodCheck(guard(source), ())
    coming = check.ask(sent())
    assert not isinstance(coming, Verdict)
    assert (await coming).effect is Effect.ALLOW
    assert verdict(check, sent()).effect is Effect.ALLOW
    for token, status in ((f"late {tokens.JWKS}", 500), ("late x", 401)):
        late = check.ask(sent(token))
        assert not isinstance(late, Verdict)
        with pytest.raises(GatewayError) as error:
            await late
        assert error.value.status == status


@pytest.mark.parametrize(
    ("description", "status", "message", "error_type"),
    [
        (tokens.EXPIRED, 401, HAS_EXPIRED, "UnauthorizedException"),
        (tokens.SIGNATURE, 401, "Unauthorized", "UnauthorizedException"),
        (tokens.ISSUER, 401, "Unauthorized", "UnauthorizedException"),
        (tokens.EARLY, 401, "Unauthorized", "UnauthorizedException"),
        (tokens.KEY, 401, "Unauthorized", "UnauthorizedException"),
        (tokens.DISCOVERY, 500, None, "AuthorizerConfigurationException"),
        (tokens.JWKS, 500, None, "AuthorizerConfigurationException"),
    ],
)
def test_refusals(description: str, status: int, message: str | None, error_type: str) -> None:
    error = refusal(TokenError(description))
    assert (error.status, error.message, error.error_type) == (status, message, error_type)


# --- the corpus ------------------------------------------------------------------------------------------------------

_CORPUS = Path(__file__).resolve().parents[5] / "shared" / "corpora" / "jwt"
_ISSUER = "https://issuer.test/"


# What JWT authorizers take and pools do not: `client_id` in the place of `aud`, and `scp`.
_ONLY_JWT = {"ok-client-id", "scope-scp"}


class Typed:
    """Verifies for real, and takes every token for one of this use: the corpus' tokens have none."""

    def __init__(self, issuers: Issuers, use: str) -> None:
        self._issuers = issuers
        self._use = use

    def verify(self, token: bytes, issuers: Collection[str]) -> Awaitable[Verified]:
        return self._verify(token, issuers)

    async def _verify(self, token: bytes, issuers: Collection[str]) -> Verified:
        found = self._issuers.verify(token, issuers)
        verified = found if isinstance(found, Verified) else await found
        return replace(verified, claims={**verified.claims, "token_use": self._use})


@pytest.fixture
async def issuers() -> AsyncIterator[Issuers]:
    client = UpstreamClient()
    with running() as live:
        live.name = _ISSUER
        live.documents[JWKS] = (200, (_CORPUS / "jwks.json").read_bytes())
        yield Issuers(client, Places({_ISSUER: live.url}), FakeClock())
    await client.close()


def _cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_CORPUS / "attacks.jsonl").read_text().splitlines()]


async def _outcome(check: MethodCheck, token: str) -> int:
    """200, or the status of the refusal."""
    try:
        found = check.ask(sent(token))
        accepted = found if isinstance(found, Verdict) else await found
    except GatewayError as error:
        return error.status
    return 200 if accepted.effect is Effect.ALLOW else 403


@pytest.mark.parametrize("case", _cases(), ids=lambda case: str(case["id"]))
async def test_the_corpus(issuers: Issuers, case: dict[str, Any]) -> None:
    scopes = tuple(case.get("scopes", ()))
    authorizer = PoolAuthorizer("a", (_ISSUER,), b"authorization", None if scopes else Pattern("aud-1"), 300)
    check = MethodCheck(PoolGuard(authorizer, Typed(issuers, "access" if scopes else "id")), scopes)
    good = case["expected"] == "accept" and case["id"] not in _ONLY_JWT
    assert await _outcome(check, case["token"]) == (200 if good else 401)
    bare = MethodCheck(PoolGuard(authorizer, issuers), scopes)
    assert await _outcome(bare, case["token"]) == 401  # neither ID nor access token, as it stands
