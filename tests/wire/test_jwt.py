"""JWT authorizers over the wire: tokens of an issuer on this machine, and of the companions' user pools."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.identity.issuer import DISCOVERY, LiveIssuer, private_key, running, sign
from tests.wire.http_api_support import Api, echo
from tests.wire.spoken import fails
from tests.wire.support import Server, free_port

HEADER = ["$request.header.Authorization"]
INVALID = 'Bearer scope="" error="invalid_token" error_description="{}"'
MAPPED = {f"append:header.x-{name}": f"$context.authorizer.claims.{name}" for name in ("sub", "groups")}


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    with echo() as url:
        yield url


@pytest.fixture(scope="module")
def issuer() -> Iterator[LiveIssuer]:
    with running() as live:
        yield live


def guarded(server: Server, backend: str, issuer: str, audience: str = "client", **scopes: Any) -> Api:
    """An API with a protected route at /a."""
    api = Api(server)
    configuration = {"Issuer": issuer, "Audience": [audience]}
    made = api.v2.create_authorizer(
        ApiId=api.id, Name="tokens", AuthorizerType="JWT", IdentitySource=HEADER, JwtConfiguration=configuration
    )
    target = api.integration(backend, RequestParameters=MAPPED)
    api.route("ANY /a", target, AuthorizationType="JWT", AuthorizerId=made["AuthorizerId"], **scopes)
    api.stage()
    return api


def call(api: Api, token: str | None) -> tuple[int, Any, str | None]:
    """Status, body and challenge of GET /a."""
    status, body, headers = api.call("GET", "/a", headers={} if token is None else {"Authorization": token})
    return status, json.loads(body), headers["www-authenticate"]


def test_tokens(live: Server, backend: str, issuer: LiveIssuer) -> None:
    api = guarded(live, backend, issuer.url)
    for _ in range(6):  # whichever worker it is, the first time and again
        status, seen, challenge = call(api, "Bearer " + issuer.token(sub="me", groups=["a", "b"]))
        assert (status, seen["headers"]["x-sub"], seen["headers"]["x-groups"]) == (200, "me", "[a b]")
        assert challenge is None
    head, claims, signature = issuer.token().split(".")
    forged = sign(issuer.claims(sub="root"), key=private_key(1))
    for token, expected in (
        (None, "Bearer"),
        ("Bearer", INVALID.format("token contains an invalid number of segments")),
        (f"{head}.{claims}", INVALID.format("token contains an invalid number of segments")),
        (f"{head}.{claims}.", INVALID.format("the token is malformed")),
        (issuer.token(aud="other"), INVALID.format("the token does not have a valid audience")),
        (issuer.token(exp=1), INVALID.format("the token has expired")),
        (forged, INVALID.format("crypto/rsa: verification error")),
        (f"{head}.{forged.split('.')[1]}.{signature}", INVALID.format("crypto/rsa: verification error")),
    ):
        assert call(api, token) == (401, {"message": "Unauthorized"}, expected)


def test_claims_are_no_header_lines(live: Server, backend: str, issuer: LiveIssuer) -> None:
    api = guarded(live, backend, issuer.url)
    for sub in ("me\r\nX-Evil: 1", "me\nX-Evil: 1", "me\0"):
        status, seen, _ = call(api, issuer.token(sub=sub))
        assert status == 400
        assert "headers" not in seen
    status, seen, _ = call(api, issuer.token(sub="zoë"))
    assert (status, seen["headers"]["x-sub"].encode("latin-1").decode()) == (200, "zoë")


def test_scopes(live: Server, backend: str, issuer: LiveIssuer) -> None:
    api = guarded(live, backend, issuer.url, AuthorizationScopes=["read"])
    assert call(api, issuer.token(scope="read"))[0] == 200
    status, body, challenge = call(api, issuer.token(scope="reader"))
    assert (status, body) == (403, {"message": "Forbidden"})
    assert (challenge or "").startswith('Bearer scope="read" error="insufficient_scope" ')


def test_issuers_that_are_not_there(live: Server, issuer: LiveIssuer) -> None:
    api = Api(live)
    given = {"ApiId": api.id, "Name": "tokens", "AuthorizerType": "JWT", "IdentitySource": HEADER}
    made = api.v2.create_authorizer(**given, JwtConfiguration={"Issuer": issuer.url, "Audience": ["a"]})
    with running() as other:
        other.documents[DISCOVERY] = issuer.answer(DISCOVERY)  # somebody else's
        for name in ("http://127.0.0.1:1", other.url, "http://issuer.example"):
            configuration = {"Issuer": name, "Audience": ["a"]}
            words = f"Caught exception when connecting to {name}/.well-known/openid-configuration for issuer {name}. "
            fails(400, words, api.v2.create_authorizer, **given, JwtConfiguration=configuration)
            at = {"ApiId": api.id, "AuthorizerId": made["AuthorizerId"]}
            fails(400, words, api.v2.update_authorizer, **at, JwtConfiguration=configuration)
    assert len(api.v2.get_authorizers(ApiId=api.id)["Items"]) == 1


def test_a_user_pool_of_the_companions(live: Server, backend: str) -> None:
    pools = live.client("cognito-idp")
    pool = pools.create_user_pool(PoolName=f"pool-{uuid.uuid4().hex[:8]}")["UserPool"]["Id"]
    client = pools.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    pools.admin_create_user(UserPoolId=pool, Username="me")
    pools.admin_set_user_password(UserPoolId=pool, Username="me", Password="Passw0rd!word", Permanent=True)
    tokens = pools.admin_initiate_auth(
        UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "me", "PASSWORD": "Passw0rd!word"},
    )["AuthenticationResult"]  # fmt: skip
    api = guarded(live, backend, f"https://cognito-idp.us-east-1.amazonaws.com/{pool}", client)
    for name in ("AccessToken", "IdToken"):
        status, seen, _ = call(api, tokens[name])
        assert status == 200
        assert seen["headers"]["x-sub"]
    other = guarded(live, backend, f"https://cognito-idp.us-east-1.amazonaws.com/{pool}", "other")
    assert call(other, tokens["AccessToken"])[2] == INVALID.format("the token does not have a valid audience")
    third = guarded(live, backend, "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other", client)
    assert call(third, tokens["AccessToken"])[2] == INVALID.format("issuer does not match")


def test_production_asks_issuers_over_https_or_where_the_operator_says(
    own_server: Callable[..., Server], backend: str
) -> None:
    control = free_port()
    with running() as issuer:
        issuer.name = "https://issuer.example"
        environ = {
            "GATEWRIGHT_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "GATEWRIGHT_SECRET_ACCESS_KEY": "example-secret",
            "GATEWRIGHT_ISSUER_URLS": f"{issuer.name}={issuer.url}",
        }
        server = own_server("--profile", "production", "--control-port", str(control), env=environ, ready_port=control)
        api = Api(Production(server, control))
        given = {"ApiId": api.id, "Name": "tokens", "AuthorizerType": "JWT", "IdentitySource": HEADER}
        fails(
            400, f"Invalid issuer: {issuer.url}.", api.v2.create_authorizer, **given,
            JwtConfiguration={"Issuer": issuer.url, "Audience": ["client"]},
        )  # fmt: skip
        api = guarded(api.server, backend, issuer.name)
        assert call(api, issuer.token())[0] == 200
        assert call(api, issuer.token(iss=issuer.url))[2] == INVALID.format("issuer does not match")


class Production(Server):
    """A server in production, whose control plane has a port and an administrator of its own."""

    def __init__(self, server: Server, control: int) -> None:
        self.port = server.port
        self._control = f"http://127.0.0.1:{control}"

    @property
    def url(self) -> str:
        return self._control

    def client(self, service: str, *_: Any, **options: Any) -> Any:
        return super().client(service, key="AKIDEXAMPLE", secret="example-secret", **options)
