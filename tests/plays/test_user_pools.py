"""Methods behind Cognito user pools, whose keys come from a real issuer on the loopback (setting issuer_urls)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
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
from tests.plays.stage import (
    ACCOUNT,
    API,
    FUNCTION_HOST,
    Body,
    Conversation,
    FakeUpstream,
    Play,
    function,
    http_proxy,
    mock,
    resource,
)
from tests.unit.identity.issuer import DISCOVERY, JWKS, LiveIssuer, private_key, running, sign

HERE, THERE = "us-east-1_Abc123", "eu-west-1_Xyz789"
SHOWN = f"arn:aws:execute-api:us-east-1:********9012:{API}/v1"
UNAUTHORIZED = b'{"message":"Unauthorized"}'
EXPIRED = b'{"message":"The incoming token has expired"}'
BROKEN = b'{"message":null}'
TEMPLATE = (
    '{"sub":"$context.authorizer.claims.sub","name":"$context.authorizer.claims[\'cognito:username\']",'
    '"exp":"$context.authorizer.claims.exp","all":"$context.authorizer.claims","who":"$context.authorizer.principalId"}'
)
TEMPLATES = {"text/plain": TEMPLATE}


def arn(pool: str) -> str:
    return f"arn:aws:cognito-idp:{pool.partition('_')[0]}:{ACCOUNT}:userpool/{pool}"


def issuer_of(pool: str) -> str:
    return f"https://cognito-idp.{pool.partition('_')[0]}.amazonaws.com/{pool}"


def guarded(method: Body, *scopes: str) -> Body:
    pools = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": "pools1"}
    return method | pools | ({"authorizationScopes": list(scopes)} if scopes else {})


class Pools(Play):
    """An API whose callers need tokens of the pools HERE and THERE."""

    def __init__(self, live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient, **members: Any) -> None:
        places = Places({issuer_of(HERE): live.url, issuer_of(THERE): other.url})
        policy, more = members.pop("policy", None), members.pop("more", {})
        authorizer = {"id": "pools1", "type": "COGNITO_USER_POOLS", "providerARNs": [arn(HERE), arn(THERE)]} | members
        super().__init__(
            resource("/", GET=guarded(mock())),
            resource("/event", GET=guarded(function())),
            resource("/template", GET=guarded(mock(responses={"200": {"responseTemplates": TEMPLATES}}))),
            resource(
                "/mapped",
                GET=guarded(http_proxy("http://pets.test/", requestParameters={
                    "integration.request.header.X-Who": "context.authorizer.claims.sub",
                })),
            ),
            resource("/read", GET=guarded(mock(), "pets/read", "pets/all")),
            resource("/write", GET=guarded(mock(), "pets/write")),
            resource("/open", GET=mock()),
            api={} if policy is None else {"policy": json.dumps(policy)},
            more={"authorizers": {"pools1": authorizer}} | more,
            issuers=Issuers(upstream, places, SystemClock()),
        )  # fmt: skip
        self.clock._now = SystemClock().now()

    async def call(self, path: str, token: str | None, header: str = "Authorization") -> Conversation:
        """A request, when it was answered or has reached the backend."""
        call = self.client("GET", f"/v1{path}", {} if token is None else {header: token})
        async with asyncio.timeout(10):
            while call.request.answer is None and not self.upstream.sent:
                await asyncio.sleep(0.001)
        call.sent = self.upstream.sent[0] if self.upstream.sent else None
        return call

    async def refused(self, path: str, token: str | None, body: bytes = UNAUTHORIZED) -> None:
        (await self.call(path, token)).got(401, body, error="UnauthorizedException")


def _is_answered(call: Conversation) -> bool:
    return call.request.answer is not None


@pytest.fixture
async def upstream() -> AsyncIterator[UpstreamClient]:
    client = UpstreamClient()
    yield client
    await client.close()


@pytest.fixture
def live() -> Iterator[LiveIssuer]:
    with running() as issuer:
        issuer.name = issuer_of(HERE)
        yield issuer


@pytest.fixture
def other() -> Iterator[LiveIssuer]:
    """Another pool, with the same keys: only `iss` tells them apart."""
    with running() as issuer:
        issuer.name = issuer_of(THERE)
        yield issuer


@pytest.fixture
def play(live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient) -> Pools:
    return Pools(live, other, upstream)


def id_token(issuer: LiveIssuer, **claims: Any) -> str:
    return issuer.token(**{"token_use": "id", "cognito:username": "me"} | claims)


def access_token(issuer: LiveIssuer, scope: str, **claims: Any) -> str:
    return issuer.token(**{"token_use": "access", "aud": None, "client_id": "client", "scope": scope} | claims)


async def test_id_tokens_of_any_of_the_pools(play: Pools, live: LiveIssuer, other: LiveIssuer) -> None:
    for _ in range(3):
        for issuer in (live, other):
            for scheme in ("", "Bearer "):
                (await play.call("/", scheme + id_token(issuer))).got(200)
    assert live.asked == other.asked == [DISCOVERY, JWKS]


async def test_what_is_refused(play: Pools, live: LiveIssuer, other: LiveIssuer) -> None:
    good = id_token(live)
    head, claims, signature = good.split(".")
    forged = sign(live.claims(token_use="id", sub="root"), key=private_key(1))
    for token in (
        None,
        "",
        "Bearer",
        "token",
        f"{head}.{claims}",
        f"{head}.{claims}.",
        f"Basic {good}",
        access_token(live, "pets/read"),
        id_token(live, iss=issuer_of("us-east-1_Abc124")),
        id_token(live, iss=issuer_of(HERE) + "/"),
        id_token(live, iss="https://cognito-idp.us-east-1.amazonaws.com.evil.test/us-east-1_Abc123"),
        id_token(live, iss=None),
        id_token(live, exp=None),
        id_token(live, nbf=4102444800),
        id_token(live, token_use=None),
        id_token(live, token_use="access"),
        live.token("unknown", token_use="id"),
        forged,
        f"{head}.{forged.split('.')[1]}.{signature}",
        sign(live.claims(token_use="id"), header={"alg": "none", "kid": "k"}),
        sign(live.claims(token_use="id"), header={"alg": "HS256", "kid": "k"}),
    ):
        await play.refused("/", token)
    await play.refused("/", id_token(live, exp=1), EXPIRED)
    await play.refused("/read", access_token(live, "pets/read", exp=1), EXPIRED)
    await play.refused("/", id_token(live, exp=1, iss="https://other.test"))
    (await play.call("/", good)).got(200)
    await play.refused("/", good + "=")  # nothing near to an accepted one
    twice = play.client("GET", "/v1", [("Authorization", good), ("authorization", id_token(live, sub="root"))])
    twice.got(401, UNAUTHORIZED, error="UnauthorizedException")


async def test_scopes_want_access_tokens(play: Pools, live: LiveIssuer) -> None:
    token = access_token(live, "openid pets/read")
    (await play.call("/read", token)).got(200)
    (await play.call("/read", access_token(live, "pets/all"))).got(200)
    await play.refused("/write", token)
    await play.refused("/", token)
    for other in (
        id_token(live),
        id_token(live, scope="pets/read"),
        access_token(live, "pets/reader"),
        access_token(live, "PETS/READ"),
        access_token(live, "pets"),
        access_token(live, ""),
        live.token(token_use="access", scp=["pets/read"]),
    ):
        await play.refused("/read", other)
    (await play.call("/read", token)).got(200)


async def test_the_expression_is_about_the_audience(
    live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient
) -> None:
    play = Pools(live, other, upstream, identityValidationExpression="client|app")
    (await play.call("/", id_token(live))).got(200)
    for audience in ("clients", "x client", None):
        await play.refused("/", id_token(live, aud=audience))
    await play.refused("/read", access_token(live, "pets/read"))


async def test_another_header(live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Pools(live, other, upstream, identitySource="method.request.header.X-Token")
    token = id_token(live)
    await play.refused("/", token)
    (await play.call("/", token, "x-token")).got(200)


async def test_claims_in_events_templates_and_mappings(play: Pools, live: LiveIssuer) -> None:
    claims: Body = {"sub": "s", "exp": 4102444800, "iat": 1469814773, "email_verified": True, "auth_time": 1469814773}
    token = id_token(live, **claims, **{"cognito:groups": ["a", "b"]})
    for _ in range(2):
        said = (await play.call("/event", token)).event["requestContext"]["authorizer"]
        assert said == {
            "claims": {
                "iss": issuer_of(HERE),
                "aud": "client",
                "sub": "s",
                "token_use": "id",
                "cognito:username": "me",
                "cognito:groups": "a,b",
                "email_verified": "true",
                "auth_time": "1469814773",
                "iat": "Fri Jul 29 17:52:53 UTC 2016",
                "exp": "Fri Jan 01 00:00:00 UTC 2100",
            }
        }
    assert json.loads((await play.call("/template", token)).body) == {
        "sub": "s",
        "name": "me",
        "exp": "Fri Jan 01 00:00:00 UTC 2100",
        "all": "",
        "who": "",
    }
    assert (await play.call("/mapped", token)).backend_headers["x-who"] == "s"


async def test_a_pool_that_cannot_be_asked(live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient) -> None:
    for path, answer in ((DISCOVERY, (500, b"")), (JWKS, (404, b"")), (JWKS, (200, b'{"keys": 1}'))):
        live.documents = {path: answer}
        play = Pools(live, other, upstream)
        (await play.call("/", id_token(live))).got(500, BROKEN, error="AuthorizerConfigurationException")
        (await play.call("/", id_token(other))).got(200)


async def test_a_pool_that_hangs_holds_up_its_own_callers_only(
    play: Pools, live: LiveIssuer, other: LiveIssuer
) -> None:
    live.open.clear()
    waiting = play.client("GET", "/v1", {"Authorization": id_token(live)})
    (await play.call("/", id_token(other))).got(200)
    (await play.call("/open", None)).got(200)
    assert not _is_answered(waiting)
    live.open.set()
    async with asyncio.timeout(10):
        while not _is_answered(waiting):
            await asyncio.sleep(0.001)
    waiting.got(200)


async def test_a_new_program_forgets_what_the_old_one_verified(play: Pools, live: LiveIssuer) -> None:
    token = id_token(live)
    (await play.call("/", token)).got(200)
    play.document["authorizers"]["pools1"]["providerARNs"] = [arn(THERE)]
    play.install(f"{API}@v1")
    await play.refused("/", token)


async def test_pools_by_stage_variables(live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Pools(live, other, upstream, providerARNs=["${stageVariables.pool}"])
    await play.refused("/", id_token(live))  # there is none
    play.document["stage"]["variables"] = {"pool": arn(HERE)}
    play.install(f"{API}@v1")
    (await play.call("/", id_token(live))).got(200)
    await play.refused("/", id_token(other))


# --- with a resource policy: Table B ---------------------------------------------------------------------------------

ALLOW: Body = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
DENY: Body = ALLOW | {"Effect": "Deny"}
ELSEWHERE: Body = ALLOW | {"Resource": "execute-api:/*/*/elsewhere"}
ANYBODY = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {SHOWN}/GET/"


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([ALLOW], None),
        ([ELSEWHERE], ANYBODY),
        ([DENY], ANYBODY + " with an explicit deny"),
        ([ALLOW, DENY], ANYBODY + " with an explicit deny"),
    ],
)
async def test_both_have_to_allow(
    live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient, statements: list[Body], message: str | None
) -> None:
    play = Pools(live, other, upstream, policy={"Version": "2012-10-17", "Statement": statements})
    for _ in range(2):
        call = await play.call("/", id_token(live))
        if message is None:
            call.got(200)
        else:
            call.got(403, error="AccessDeniedException")
            assert json.loads(call.body) == {"Message": message}
        await play.refused("/", None)  # whatever the policy says
        await play.refused("/", id_token(live, exp=1), EXPIRED)


# --- fail closed -----------------------------------------------------------------------------------------------------


def test_without_anybody_to_check_tokens_nobody_is_let_in(
    live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient
) -> None:
    play = Pools(live, other, upstream)
    program = play.gateway._installed[f"{API}@v1"].program
    for identities in (None, Identities(play.clock)):
        play.gateway = Gateway(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), Counters(), play.clock,
                               identities=identities)  # fmt: skip
        play.gateway.install(f"{API}@v1", program)
        call = play.client("GET", "/v1", {"Authorization": id_token(live)})
        call.got(500, BROKEN, error="AuthorizerConfigurationException")


async def test_a_method_whose_authorizer_is_gone(live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient) -> None:
    play = Pools(live, other, upstream, more={"authorizers": {}})
    (await play.call("/", id_token(live))).got(500, BROKEN, error="AuthorizerConfigurationException")


async def test_gateway_responses_can_say_what_was_wrong(
    live: LiveIssuer, other: LiveIssuer, upstream: UpstreamClient
) -> None:
    response = {
        "responseType": "UNAUTHORIZED",
        "responseTemplates": {"application/json": '{"why":"$context.error.message"}'},
    }
    play = Pools(live, other, upstream, more={"gatewayResponses": [response]})
    call = await play.call("/", id_token(live, exp=1))
    assert (call.status, call.body) == (401, b'{"why":"The incoming token has expired"}')
