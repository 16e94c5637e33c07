"""What a JWT authorizer remembers, how much of it, and for how long. What clients see is in plays/test_jwt.py."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.http_api.authorizers import jwt
from gatewright.gateway.http_api.authorizers.jwt import JwtGuard, JwtStep, challenge_text
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.identity.issuers import Verified
from gatewright.identity.jwks import KeySet
from gatewright.identity.tokens import TokenError
from gatewright.program.authorizers import IdentitySource, IssuerAuthorizer
from tests.plays.stage import API, FakeRequest

HEADER = IdentitySource("header", "authorization")
QUERY = IdentitySource("querystring", "Token")


class Tokens:
    """A source of tokens that knows them all, and counts."""

    def __init__(self, **claims: Any) -> None:
        self.keys = KeySet({})
        self.claims: dict[str, Any] = {"aud": "client"} | claims
        self.asked: list[bytes] = []
        self.expires = 1_800_000_000.0

    def verify(self, token: bytes, issuers: Collection[str]) -> Verified | Awaitable[Verified]:
        self.asked.append(token)
        if token.startswith(b"bad"):
            raise TokenError("bad token")
        return Verified("https://issuer.test", self.claims, self.expires, 900.0, self.keys)


def guard(tokens: Tokens, source: IdentitySource = HEADER) -> JwtGuard:
    return JwtGuard(IssuerAuthorizer("a", "https://issuer.test", frozenset(("client",)), source), tokens)


def exchange(*headers: tuple[str, str], query: str = "", clock: FakeClock | None = None) -> Exchange:
    return HttpExchange(FakeRequest("GET", f"/?{query}", headers, b""), Target(API, b""), clock or FakeClock())


def refusal(step: JwtStep, given: Exchange) -> tuple[int, bytes | None]:
    with pytest.raises(GatewayError) as refused:
        step(given)
    assert given.grant is None
    return refused.value.status, refused.value.challenge


@pytest.mark.parametrize(
    ("value", "token"),
    [("t", b"t"), ("Bearer t", b"t"), ("bearer  t", b"t"), ("BEARER t", b"t"), ("Bearert", b"Bearert"),
     ("Basic t", b"Basic t"), ("Bearer Bearer t", b"Bearer t")],
)  # fmt: skip
def test_where_the_token_is(value: str, token: bytes) -> None:
    tokens = Tokens()
    JwtStep(guard(tokens), ())(exchange(("Authorization", value)))
    assert tokens.asked == [token]
    JwtStep(guard(tokens, QUERY), ())(exchange(query=f"Token={value.replace(' ', '%20')}&token=x"))
    assert tokens.asked == [token, token]


@pytest.mark.parametrize(
    ("source", "headers", "query"),
    [
        (HEADER, (), "Authorization=t"),
        (HEADER, (("Authorization", ""),), ""),
        (HEADER, (("Authorization", "t"), ("authorization", "t")), ""),
        (QUERY, (("Token", "t"),), ""),
        (QUERY, (), "token=t"),
        (QUERY, (), "Token="),
        (QUERY, (), "Token=t&Token=t"),
    ],
)
def test_no_token_or_more_than_one(source: IdentitySource, headers: Any, query: str) -> None:
    tokens = Tokens()
    assert refusal(JwtStep(guard(tokens, source), ()), exchange(*headers, query=query)) == (401, None)
    assert tokens.asked == []


def test_a_token_is_verified_once_for_all_routes_and_scopes_are_each_routes() -> None:
    tokens = Tokens(scope="read list")
    shared = guard(tokens)
    given = ("Authorization", "Bearer t")
    for _ in range(3):
        first, second = exchange(given), exchange(given)
        JwtStep(shared, ())(first)
        JwtStep(shared, ("read", "write"))(second)
        assert first.grant.payload2["jwt"]["scopes"] is None
        assert second.grant.payload2["jwt"] == second.grant.context == {
            "claims": {"aud": "client", "scope": "read list"}, "scopes": ["read", "list"],
        }  # fmt: skip
        status, challenge = refusal(JwtStep(shared, ("write",)), exchange(given))
        assert status == 403
        assert (challenge or b"").startswith(b'Bearer scope="write" error="insufficient_scope" error_description="')
    assert tokens.asked == [b"t"]


def test_what_was_accepted_holds_until_the_token_expires_or_the_keys_change() -> None:
    tokens, clock = Tokens(), FakeClock()
    shared = guard(tokens)
    step = JwtStep(shared, ())

    def call() -> int:
        step(exchange(("Authorization", "t"), clock=clock))
        return len(tokens.asked)

    assert [call(), call()] == [1, 1]
    clock.advance(900)  # the keys are looked at again
    assert call() == 2
    tokens.keys.current = False
    tokens.keys = KeySet({})
    clock = FakeClock()
    assert [call(), call()] == [3, 3]
    tokens.expires = clock.now() + 5
    shared._forget(b"t")
    assert [call(), call()] == [4, 4]
    clock.advance(5)
    assert call() == 5
    assert shared._weight == 1


def test_refusals_are_not_remembered() -> None:
    tokens = Tokens(aud="other")
    shared = guard(tokens)
    for _ in range(2):
        expected = b'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'
        assert refusal(JwtStep(shared, ()), exchange(("Authorization", "t"))) == (401, expected)
        expected = b'Bearer scope="a b" error="invalid_token" error_description="bad token"'
        assert refusal(JwtStep(shared, ("a", "b")), exchange(("Authorization", "bad"))) == (401, expected)
    assert len(tokens.asked) == 4
    assert not shared._accepted


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "MOST", 10)
    monkeypatch.setattr(jwt, "HEAVIEST", 100)
    shared = guard(Tokens())
    for number in range(50):
        JwtStep(shared, ())(exchange(("Authorization", f"t{number}")))
    assert list(shared._accepted) == [b"t%d" % number for number in range(40, 50)]
    for number in range(10):
        JwtStep(shared, ())(exchange(("Authorization", f"{number}" * 40)))
    assert list(shared._accepted) == [b"8" * 40, b"9" * 40]
    assert shared._weight == 80


def test_scopes_cannot_break_the_header() -> None:
    assert challenge_text(("api/read", 'a"b\\c\r\nSet-Cookie: x', "é")) == "api/read abcSet-Cookie: x "
