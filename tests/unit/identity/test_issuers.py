"""Tokens against real issuers: the whole corpus, what is fetched and how often, and what holds how long."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.identity import issuers, tokens
from gatewright.identity.issuers import Issuers, Verified
from gatewright.identity.places import Places
from gatewright.identity.tokens import TokenError
from gatewright.net.upstream import UpstreamClient
from tests.unit.identity.issuer import DISCOVERY, JWKS, LiveIssuer, jwk, private_key, running, sign
from tests.unit.net.support import certificate

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "jwt"
ISSUER = "https://issuer.test/"
NOW = 1_750_000_000.0


class Stand:
    """Issuers over a real client, with a clock of ours, and one issuer to ask."""

    def __init__(self, issuer: LiveIssuer, upstream: UpstreamClient) -> None:
        self.issuer = issuer
        self.clock = FakeClock(NOW)
        self.issuers = Issuers(upstream, Places({ISSUER: issuer.url}, local=True), self.clock)

    def token(self, key_id: str = "k", number: int = 0, **members: Any) -> bytes:
        claims = {"iss": self.issuer.url, "exp": NOW + 100_000} | members
        return sign(claims, key_id, key=private_key(number)).encode()

    async def verify(self, token: bytes, *names: str) -> Verified:
        found = self.issuers.verify(token, names or (self.issuer.url,))
        return found if isinstance(found, Verified) else await found

    async def why(self, token: bytes, *names: str) -> str:
        with pytest.raises(TokenError) as refusal:
            await self.verify(token, *names)
        return refusal.value.description


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    upstream = UpstreamClient()
    with running() as issuer:
        yield Stand(issuer, upstream)
        await upstream.close()


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / "attacks.jsonl").read_text().splitlines()]


@pytest.fixture
async def corpus(stand: Stand) -> Stand:
    stand.issuer.documents = {
        DISCOVERY: (200, json.dumps({"issuer": ISSUER, "jwks_uri": f"{ISSUER}keys"}).encode()),
        JWKS: (200, (CORPUS / "jwks.json").read_bytes()),
    }
    return stand


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["id"]))
async def test_the_corpus(corpus: Stand, case: dict[str, Any]) -> None:
    token = case["token"].removeprefix("Bearer ").encode()
    try:
        verified = await corpus.verify(token, ISSUER)
        tokens.check_audience(verified.claims, {"aud-1"})
        wanted = set(case.get("scopes", ()))
        outcome = "accept" if not wanted or wanted & set(tokens.scopes_of(verified.claims)) else "reject"
    except TokenError:
        outcome = "reject"
    assert outcome == case["expected"]


async def test_a_token_and_what_is_known_of_it(stand: Stand) -> None:
    token = stand.token(sub="me", exp=NOW + 60)
    verified = await stand.verify(token)
    assert (verified.issuer, verified.claims["sub"], verified.expires) == (stand.issuer.url, "me", NOW + 60)
    assert stand.issuer.asked == [DISCOVERY, JWKS]
    again = stand.issuers.verify(token, [stand.issuer.url])  # at once, from what is known
    assert isinstance(again, Verified)
    assert stand.issuer.asked == [DISCOVERY, JWKS]


async def test_several_issuers(stand: Stand) -> None:
    with running() as second:
        stand.token()
        names = (stand.issuer.url, second.url)
        assert (await stand.verify(stand.token(), *names)).issuer == stand.issuer.url
        second.keys = [jwk("k", private_key(1))]
        theirs = stand.token("k", 1, iss=second.url)
        assert (await stand.verify(theirs, *names)).issuer == second.url
        assert await stand.why(stand.token("k", 1), *names) == tokens.SIGNATURE  # no issuer signs for another
        assert await stand.why(theirs) == "issuer does not match"


async def test_what_is_wrong_with_a_token_asks_nobody(stand: Stand) -> None:
    for token, description in (
        (b"token", tokens.SEGMENTS),
        (stand.token(iss="https://other.example"), tokens.ISSUER),
        (stand.token(iss=None), tokens.ISSUER),
        (stand.token(iss=[stand.issuer.url]), tokens.ISSUER),
        (stand.token(exp=NOW), tokens.EXPIRED),
        (stand.token(nbf=NOW + 1), tokens.EARLY),
    ):
        assert await stand.why(token) == description
    assert stand.issuer.asked == []


async def test_one_fetch_for_all_who_wait(stand: Stand) -> None:
    stand.issuer.open.clear()
    waiting = [asyncio.ensure_future(stand.verify(stand.token(sub=str(each)))) for each in range(20)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # who leaves does not end it for the others
    await asyncio.sleep(0)
    stand.issuer.open.set()
    done = await asyncio.gather(*waiting[1:])
    assert [each.claims["sub"] for each in done] == [str(each) for each in range(1, 20)]
    assert stand.issuer.asked == [DISCOVERY, JWKS]


async def test_a_flood_of_unknown_keys_makes_no_flood_of_fetches(stand: Stand) -> None:
    await stand.verify(stand.token())
    stand.clock.advance(issuers.COOLDOWN)
    for each in range(50):
        assert await stand.why(stand.token(f"unknown-{each}")) == "kid does not exist"
    assert stand.issuer.asked == [DISCOVERY, JWKS] * 2
    assert isinstance(stand.issuers.verify(stand.token(), [stand.issuer.url]), Verified)


async def test_rotation(stand: Stand) -> None:
    first = await stand.verify(stand.token())
    stand.issuer.keys = [jwk("k"), jwk("new", private_key(1))]
    stand.clock.advance(issuers.COOLDOWN)
    second = await stand.verify(stand.token("new", 1))
    assert not first.holds(NOW, stand.clock.monotonic())  # to be verified again, by the keys of now
    assert isinstance(stand.issuers.verify(stand.token(), [stand.issuer.url]), Verified)
    stand.issuer.keys = [jwk("new", private_key(1))]
    stand.clock.advance(issuers.FRESH)
    assert not second.holds(NOW, stand.clock.monotonic())
    await stand.verify(stand.token("new", 1))  # known: looked at again behind the scenes
    while second.keys.current:
        await asyncio.sleep(0.01)
    stand.clock.advance(issuers.COOLDOWN)
    assert await stand.why(stand.token()) == "kid does not exist"


async def test_how_long_a_result_holds(stand: Stand) -> None:
    verified = await stand.verify(stand.token(exp=NOW + 60))
    assert verified.holds(NOW + 59.9, 0.0)
    assert not verified.holds(NOW + 60, 0.0)
    assert verified.holds(NOW, issuers.FRESH - 1)
    assert not verified.holds(NOW, issuers.FRESH)


async def test_an_issuer_that_is_down_later(stand: Stand) -> None:
    await stand.verify(stand.token())
    stand.issuer.documents[JWKS] = (500, b"")
    stand.clock.advance(issuers.FRESH)
    assert isinstance(stand.issuers.verify(stand.token(), [stand.issuer.url]), Verified)
    stand.clock.advance(issuers.KEPT - issuers.FRESH - 1)
    verified = stand.issuers.verify(stand.token(), [stand.issuer.url])
    assert isinstance(verified, Verified)
    assert not verified.holds(NOW, issuers.KEPT)
    stand.clock.advance(issuers.COOLDOWN)
    assert await stand.why(stand.token()) == "JWKS communication error"
    assert not verified.keys.current
    del stand.issuer.documents[JWKS]
    stand.clock.advance(issuers.RETRY)
    await stand.verify(stand.token())


async def test_an_issuer_that_is_down_from_the_beginning(stand: Stand) -> None:
    stand.issuer.documents[DISCOVERY] = (503, b"")
    for _ in range(5):
        assert await stand.why(stand.token()) == "OIDC discovery endpoint communication error"
    assert stand.issuer.asked == [DISCOVERY]
    stand.issuer.documents.clear()
    stand.clock.advance(issuers.RETRY)
    await stand.verify(stand.token())


@pytest.mark.parametrize(
    ("path", "answer", "description"),
    [
        (DISCOVERY, (200, b"{}"), tokens.DISCOVERY),
        (DISCOVERY, (200, b"[]"), tokens.DISCOVERY),
        (DISCOVERY, (200, b"<html>"), tokens.DISCOVERY),
        (DISCOVERY, (200, b'{"issuer": "https://evil.example", "jwks_uri": "https://evil.example"}'), tokens.DISCOVERY),
        (DISCOVERY, (302, b""), tokens.DISCOVERY),
        (DISCOVERY, (200, b" " * 150_001), tokens.DISCOVERY),
        (JWKS, (404, b""), tokens.JWKS),
        (JWKS, (302, b""), tokens.JWKS),
        (JWKS, (200, b"{}"), tokens.JWKS),
        (JWKS, (200, b'{"keys": []' + b" " * 150_000 + b"}"), tokens.JWKS),
        (JWKS, (200, b'{"keys": []}'), tokens.KEY),
    ],
)
async def test_bad_documents(stand: Stand, path: str, answer: tuple[int, bytes], description: str) -> None:
    stand.issuer.location = stand.issuer.url + JWKS if answer[0] == 302 else ""
    stand.issuer.documents[path] = answer
    assert await stand.why(stand.token()) == description
    assert stand.issuer.asked == [DISCOVERY, JWKS][: 1 if path == DISCOVERY else 2]


@pytest.mark.parametrize("uri", [None, 5, "http://169.254.169.254/", "file:///etc/passwd"])
async def test_keys_that_lie_nowhere(stand: Stand, uri: object) -> None:
    document = {"issuer": stand.issuer.url, "jwks_uri": uri}
    stand.issuer.documents[DISCOVERY] = (200, json.dumps(document).encode())
    assert await stand.why(stand.token()) == tokens.DISCOVERY
    assert stand.issuer.asked == [DISCOVERY]


async def test_an_issuer_that_does_not_answer_holds_up_its_own_only(stand: Stand) -> None:
    with running() as second:
        stand.issuer.open.clear()
        hanging = asyncio.ensure_future(stand.why(stand.token()))
        await stand.verify(stand.token(iss=second.url), second.url)
        assert not hanging.done()
        assert await hanging == "OIDC discovery endpoint communication error"


async def test_issuers_are_forgotten_at_last(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuers, "_MOST", 1)
    with running() as second:
        await stand.verify(stand.token())
        await stand.verify(stand.token(iss=second.url), second.url)
        await stand.verify(stand.token())
    assert stand.issuer.asked == [DISCOVERY, JWKS] * 2


async def test_problems(stand: Stand) -> None:
    assert await stand.issuers.problem(stand.issuer.url) is None
    assert "https only" in (await stand.issuers.problem("http://idp.example") or "")
    assert "refused" in (await stand.issuers.problem("http://127.0.0.1:1") or "")
    stand.issuer.documents[DISCOVERY] = (404, b"")
    assert "status 404" in (await stand.issuers.problem(stand.issuer.url) or "")


async def test_an_issuer_over_tls_must_be_who_it_says(tmp_path: Path) -> None:
    files = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    known = UpstreamClient(trust=ssl.create_default_context(cafile=str(files[0])))
    unknown = UpstreamClient()
    with running(context) as issuer:
        for upstream in (known, unknown):
            stand = Stand(issuer, upstream)
            stand.issuers = Issuers(upstream, Places(), stand.clock)
            if upstream is known:
                assert (await stand.verify(stand.token())).issuer == issuer.url
            else:
                assert await stand.why(stand.token()) == tokens.DISCOVERY
                assert "tls" in (await stand.issuers.problem(issuer.url) or "")
            await upstream.close()
    assert issuer.asked == [DISCOVERY, JWKS]
