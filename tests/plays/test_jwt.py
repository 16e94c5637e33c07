"""Routes with a JWT authorizer, before a real issuer on the loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import SystemClock
from gatewright.gateway.base import Identities
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.identity.issuers import Issuers
from gatewright.identity.places import Places
from gatewright.net.upstream import UpstreamClient
from gatewright.telemetry.counters import Counters
from tests.plays.http_api import JWT, HttpConversation, HttpPlay, function, http_document, jwt, route
from tests.plays.stage import API, FUNCTION_HOST, FakeUpstream
from tests.unit.identity.issuer import DISCOVERY, JWKS, LiveIssuer, private_key, running, sign

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "jwt"
LOCAL = Places(local=True)
INVALID = 'Bearer scope="" error="invalid_token" error_description="{}"'


class Play:
    """An HTTP API whose tokens are an issuer's."""

    def __init__(
        self, issuer: LiveIssuer, upstream: UpstreamClient, *routes: Any, places: Places = LOCAL, **members: Any
    ) -> None:
        issuers = Issuers(upstream, places, SystemClock())
        authorizer = jwt(issuer.url, **members)
        self.play = HttpPlay(*routes, more={"authorizers": [authorizer]}, issuers=issuers)
        self.play.clock._now = SystemClock().now()

    async def call(self, token: str | None, path: str = "/a", verb: str = "GET") -> HttpConversation:
        """A request, when it was answered or has reached the backend."""
        headers = {} if token is None else {"Authorization": token}
        call = self.play.client(verb, path, headers)
        async with asyncio.timeout(10):
            while call.request.answer is None and not self.play.upstream.sent:
                await asyncio.sleep(0.001)
        call.sent = self.play.upstream.sent[0] if self.play.upstream.sent else None
        return call

    async def refused(self, token: str | None, challenge: str, **at: Any) -> None:
        call = await self.call(token, **at)
        call.failed(401, "Unauthorized")
        assert call.lowered["www-authenticate"] == challenge
        assert call.sent is None


@pytest.fixture
async def upstream() -> AsyncIterator[UpstreamClient]:
    client = UpstreamClient()
    yield client
    await client.close()


@pytest.fixture
async def issuer() -> AsyncIterator[LiveIssuer]:
    with running() as live:
        yield live


async def test_a_good_token_reaches_the_function(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    routes = (
        route("GET /a", function("2.0"), **JWT),
        route("GET /b", function("1.0"), **JWT, AuthorizationScopes=["read", "admin"]),
    )
    play = Play(issuer, upstream, *routes)
    claims = issuer.claims(sub="me", groups=["a", "b"], admin=False, scope="read list")
    token = "Bearer " + sign(claims)
    for _ in range(2):
        said = (await play.call(token)).event["requestContext"]["authorizer"]["jwt"]
        assert said["scopes"] is None
        assert said["claims"] == {
            "iss": issuer.url, "aud": "client", "sub": "me", "iat": str(claims["iat"]), "exp": str(claims["exp"]),
            "groups": "[a b]", "admin": "false", "scope": "read list",
        }  # fmt: skip
        said = (await play.call(token, "/b")).event["requestContext"]["authorizer"]
        assert (said["claims"]["sub"], said["scopes"]) == ("me", ["read", "list"])
    assert issuer.asked == [DISCOVERY, JWKS]


async def test_what_is_refused(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Play(issuer, upstream, route("GET /a", function(), **JWT))
    good = issuer.token()
    head, claims, signature = good.split(".")
    await play.refused(None, "Bearer")
    await play.refused("", "Bearer")
    for token, description in (
        ("token", "token contains an invalid number of segments"),
        (f"Bearer {head}.{claims}", "token contains an invalid number of segments"),
        (issuer.token(aud="other"), "the token does not have a valid audience"),
        (issuer.token(aud=None), "the token does not have a valid audience"),
        (issuer.token(aud="other", client_id="client"), "the token does not have a valid audience"),
        (issuer.token(exp=1), "the token has expired"),
        (issuer.token(exp=None), "the token has no valid exp"),
        (issuer.token(nbf=4102444800), "the token is not valid yet"),
        (issuer.token(iss=issuer.url + "/"), "issuer does not match"),
        (issuer.token("unknown"), "kid does not exist"),
        (sign(issuer.claims(), key=private_key(1)), "crypto/rsa: verification error"),
        (f"{head}.{sign(issuer.claims(sub='root')).split('.')[1]}.{signature}", "crypto/rsa: verification error"),
        (sign(issuer.claims(), alg="PS256"), "signing method PS256 is invalid"),
        (sign(issuer.claims(), header={"alg": "HS256", "kid": "k"}), "signing method HS256 is invalid"),
        (sign(issuer.claims(), header={"alg": "none", "kid": "k"}), "signing method none is invalid"),
    ):
        await play.refused(token, INVALID.format(description))
    assert (await play.call(good)).sent is not None
    await play.refused(good + "=", INVALID.format("the token is malformed"))  # nothing near to an accepted one


async def test_the_corpus(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    name = "https://issuer.test/"
    issuer.name = name
    issuer.documents[JWKS] = (200, (CORPUS / "jwks.json").read_bytes())
    places = Places({name: issuer.url})
    routes = (route("GET /any", function(), **JWT), route("GET /read", function(), **JWT, AuthorizationScopes=["read"]))
    play = Play(issuer, upstream, *routes, places=places, JwtConfiguration={"Issuer": name, "Audience": ["aud-1"]})
    for line in (CORPUS / "attacks.jsonl").read_text().splitlines():
        case = json.loads(line)
        for prefix in ("", "Bearer "):
            token = prefix + case["token"].removeprefix("Bearer ")
            for _ in range(2):
                call = await play.call(token, "/read" if case.get("scopes") else "/any")
                assert ("accept" if call.sent is not None else "reject") == case["expected"], case["id"]
                if len(token) > 10_000:
                    assert call.status == 431, case["id"]
                elif case["expected"] == "reject":
                    assert call.status == (403 if case["category"] == "scope" else 401), case["id"]
                    assert call.lowered["www-authenticate"].startswith("Bearer"), case["id"]


async def test_scopes(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    routes = [route(f"GET /{name}", function(), **JWT, AuthorizationScopes=[name, "x"]) for name in ("a", "b")]
    play = Play(issuer, upstream, *routes)
    token = issuer.token(scope="a ab")
    assert (await play.call(token, "/a")).sent is not None
    for each in (token, issuer.token(), issuer.token(scope="A"), issuer.token(scp=["ab"])):
        call = await play.call(each, "/b")
        call.failed(403, "Forbidden")
        assert call.lowered["www-authenticate"].startswith('Bearer scope="b x" error="insufficient_scope" ')
        assert call.sent is None
    await play.refused("x", 'Bearer scope="a x" error="invalid_token" error_description="token contains an '
                       'invalid number of segments"')  # fmt: skip
    assert (await play.call(issuer.token(scp=["b"]), "/b")).sent is not None


async def test_audiences_by_client_id(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Play(issuer, upstream, route("GET /a", function(), **JWT))
    assert (await play.call(issuer.token(aud=None, client_id="client"))).sent is not None
    nobody = Play(issuer, upstream, route("GET /a", function(), **JWT), JwtConfiguration={"Issuer": issuer.url})
    await nobody.refused(issuer.token(), INVALID.format("the token does not have a valid audience"))


async def test_an_issuer_that_cannot_be_asked(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    issuer.documents[DISCOVERY] = (500, b"")
    play = Play(issuer, upstream, route("GET /a", function(), **JWT))
    await play.refused(issuer.token(), INVALID.format("OIDC discovery endpoint communication error"))
    issuer.documents = {JWKS: (500, b"")}
    play = Play(issuer, upstream, route("GET /a", function(), **JWT))
    await play.refused(issuer.token(), INVALID.format("JWKS communication error"))


async def test_an_issuer_that_hangs_holds_up_its_own_callers_only(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Play(issuer, upstream, route("GET /a", function(), **JWT), route("GET /open", function()))
    issuer.open.clear()
    hanging = asyncio.ensure_future(play.call(issuer.token()))
    await asyncio.sleep(0)
    assert (await play.call(None, "/open")).sent is not None
    assert not hanging.done()
    issuer.open.set()
    call = await hanging
    assert call.request.answer is None


async def test_a_new_program_forgets_what_the_old_one_accepted(issuer: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Play(issuer, upstream, route("GET /a", function(), **JWT))
    token = issuer.token()
    assert (await play.call(token)).sent is not None
    other = jwt(issuer.url, JwtConfiguration={"Issuer": issuer.url, "Audience": ["someone else"]})
    play.play.add(http_document(route("GET /a", function(), **JWT)) | {"authorizers": [other]})
    await play.refused(token, INVALID.format("the token does not have a valid audience"))


def test_without_anybody_to_check_tokens_nobody_is_let_in() -> None:
    play = HttpPlay(route("GET /a", function(), **JWT), more={"authorizers": [jwt()]})
    program = play.gateway._http_apis[f"{API}@$default"]
    for identities in (None, Identities(play.clock)):
        bare = Gateway(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), Counters(), play.clock,
                       identities=identities)  # fmt: skip
        bare.install(program.name, program)
        play.gateway = bare
        play.client("GET", "/a", {"Authorization": "Bearer x"}).failed(500, "Internal Server Error")


def test_preflight_requests_of_a_route_that_catches_them_want_a_token() -> None:
    play = HttpPlay(
        route("ANY /a", function(), **JWT), api={"CorsConfiguration": {"AllowOrigins": ["*"]}},
        more={"authorizers": [jwt()]},
    )  # fmt: skip
    headers = {"Origin": "https://a.test", "Access-Control-Request-Method": "GET"}
    play.client("OPTIONS", "/a", headers).failed(401, "Unauthorized")
