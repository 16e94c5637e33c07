"""Authorizers of user pools over the wire: real pools of the companions, and a pool elsewhere (setting issuer_urls).

The companions' pools share one pair of keys, which anybody can read: only `iss` tells their tokens apart, and a test
can sign what no pool would give.
"""

from __future__ import annotations

import gzip
import json
import time
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from importlib.resources import files
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.unit.identity.issuer import LiveIssuer, encoded, running, sign
from tests.wire.rest_support import Api
from tests.wire.spoken import fails
from tests.wire.support import Server

SCOPE = "aws.cognito.signin.user.admin"  # of every access token that a companion gives without a hosted page
SHOW = {
    "type": "MOCK",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
}
CLAIMS = (
    '{#foreach($name in $context.authorizer.claims.keySet())"$name":'
    '"$util.escapeJavaScript($context.authorizer.claims.get($name))"#if($foreach.hasNext),#end#end}'
)
UNAUTHORIZED = (401, "UnauthorizedException", {"message": "Unauthorized"})
EXPIRED = (401, "UnauthorizedException", {"message": "The incoming token has expired"})
BROKEN = (500, "AuthorizerConfigurationException", {"message": None})
NOT_ALLOWED = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "

UNSIGNED = encoded(b'{"alg":"none","kid":"dummy"}').decode()

Answer = tuple[int, str | None, Any]


class Pool:
    """A user pool of the companions, an app client, and the tokens of its user."""

    def __init__(self, server: Server) -> None:
        pools = server.client("cognito-idp")
        made = pools.create_user_pool(PoolName=f"pool-{uuid.uuid4().hex[:8]}")["UserPool"]
        self.id: str = made["Id"]
        self.arn: str = made["Arn"]
        self.issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{self.id}"
        self.client: str = pools.create_user_pool_client(
            UserPoolId=self.id, ClientName="app", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        pools.admin_create_user(UserPoolId=self.id, Username="me")
        pools.admin_set_user_password(UserPoolId=self.id, Username="me", Password="Passw0rd!word", Permanent=True)
        for group in ("cats", "dogs"):
            pools.create_group(UserPoolId=self.id, GroupName=group)
            pools.admin_add_user_to_group(UserPoolId=self.id, Username="me", GroupName=group)
        given = pools.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "me", "PASSWORD": "Passw0rd!word"},
        )["AuthenticationResult"]
        self.id_token: str = given["IdToken"]
        self.access_token: str = given["AccessToken"]


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def signed(token: str, **claims: Any) -> str:
    """A companion's token with other claims, and a right signature."""
    packed = files("moto.cognitoidp").joinpath("resources/jwks-private.json.gz").read_bytes()
    jwk = json.loads(gzip.decompress(packed))
    n, e, d = (int.from_bytes(urlsafe_b64decode(jwk[name] + "==="), "big") for name in ("n", "e", "d"))
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, n)
    )
    key = numbers.private_key()
    said = claims_of(token) | claims
    return sign({name: value for name, value in said.items() if value is not None}, jwk["kid"], key=key)


class Called(Api):
    """An API that is called with tokens, over one connection."""

    def __init__(self, server: Server, **members: Any) -> None:
        super().__init__(server, **members)
        self._line = HTTPConnection("127.0.0.1", server.port, timeout=30)

    def call(self, token: str | None, path: str = "/", header: str = "Authorization") -> Answer:
        """Status, error type and body."""
        sent = {} if token is None else {header: token}
        self._line.request("GET", f"/v1{path}", headers={"Host": self.host, **sent})
        answer = self._line.getresponse()
        return answer.status, answer.headers["x-amzn-ErrorType"], json.loads(answer.read())

    def anywhere(self, token: str, path: str = "/") -> int:
        """The status of a call over a connection of its own, to any worker."""
        self._line.close()
        return self.call(token, path)[0]

    def close(self) -> None:
        self._line.close()
        self.client.delete_rest_api(restApiId=self.id)


class Guarded(Called):
    """GET / wants an ID token, GET /scoped an access token."""

    def __init__(self, server: Server, *pools: str, policy: Any = None, **members: Any) -> None:
        given = {} if policy is None else {"policy": json.dumps(policy)}
        super().__init__(server, **given)
        self.authorizer: str = self.client.create_authorizer(
            restApiId=self.id, name="pools", type="COGNITO_USER_POOLS", providerARNs=list(pools), **members
        )["id"]
        for path, scopes in (("/", []), ("/scoped", [SCOPE])):
            place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": "GET"}
            self.client.put_method(
                **place,
                authorizationType="COGNITO_USER_POOLS",
                authorizerId=self.authorizer,
                authorizationScopes=scopes,
            )
            self.client.put_integration(**place, **SHOW)
            self.client.put_method_response(**place, statusCode="200")
            templates = {"application/json": CLAIMS}
            self.client.put_integration_response(**place, statusCode="200", responseTemplates=templates)
        self.deploy()


@pytest.fixture(scope="module")
def pool(live: Server) -> Pool:
    return Pool(live)


@pytest.fixture(scope="module")
def other(live: Server) -> Pool:
    return Pool(live)


@pytest.fixture(scope="module")
def api(live: Server, pool: Pool) -> Iterator[Guarded]:
    made = Guarded(live, pool.arn)
    yield made
    made.close()


def test_id_tokens_of_a_real_pool(api: Guarded, pool: Pool) -> None:
    for _ in range(8):  # whichever worker it is, the first time and again
        assert api.anywhere(pool.id_token) == 200
    said = claims_of(pool.id_token)
    for token in (pool.id_token, f"Bearer {pool.id_token}"):
        status, _, seen = api.call(token)
        assert status == 200
        assert seen["sub"] == said["sub"]
        assert (seen["iss"], seen["aud"], seen["token_use"]) == (pool.issuer, pool.client, "id")
        assert seen["cognito:username"] == "me"
        assert seen["cognito:groups"] == ",".join(said["cognito:groups"])  # in whatever order
        assert seen["auth_time"] == str(said["auth_time"])
        assert seen["exp"] == time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(said["exp"]))


def test_access_tokens_where_a_method_has_scopes(api: Guarded, pool: Pool) -> None:
    status, _, seen = api.call(pool.access_token, "/scoped")
    assert (status, seen["client_id"], seen["scope"]) == (200, pool.client, SCOPE)
    for _ in range(2):  # what one method lets in opens no other, remembered or not
        assert api.call(pool.access_token) == UNAUTHORIZED
        assert api.call(pool.id_token, "/scoped") == UNAUTHORIZED
        assert api.call(signed(pool.id_token, scope=SCOPE), "/scoped") == UNAUTHORIZED
        assert api.call(signed(pool.access_token, scope=f"{SCOPE}s x"), "/scoped") == UNAUTHORIZED
    assert api.call(signed(pool.access_token, scope=f"x {SCOPE}"), "/scoped")[0] == 200


def test_tokens_that_are_refused(api: Guarded, pool: Pool, other: Pool) -> None:
    head, claims, signature = pool.id_token.split(".")
    root = encoded(json.dumps(claims_of(pool.id_token) | {"sub": "root"}).encode()).decode()
    for token in (
        None,
        "",
        "Bearer",
        "token",
        other.id_token,  # the same keys
        signed(pool.id_token, iss=other.issuer),
        signed(pool.id_token, iss=pool.issuer + "/"),
        signed(pool.id_token, iss=None),
        signed(pool.id_token, exp=None),
        signed(pool.id_token, nbf=int(time.time()) + 600),
        signed(pool.id_token, token_use=None),
        f"{head}.{root}.{signature}",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{UNSIGNED}.{claims}.",
        sign(claims_of(pool.id_token), "dummy"),
    ):
        assert api.call(token) == UNAUTHORIZED, token
    assert api.call(signed(pool.id_token, exp=int(time.time()) - 1)) == EXPIRED
    assert api.call(signed(pool.access_token, exp=int(time.time()) - 1), "/scoped") == EXPIRED
    assert api.call(signed(pool.id_token))[0] == 200


def test_a_token_that_expires_is_not_remembered_longer(api: Guarded, pool: Pool) -> None:
    token = signed(pool.id_token, exp=int(time.time()) + 2)
    assert api.call(token)[0] == 200
    while time.time() < claims_of(token)["exp"]:
        time.sleep(0.05)
    assert api.call(token) == EXPIRED


def test_several_pools_and_an_expression(live: Server, pool: Pool, other: Pool) -> None:
    api = Guarded(live, pool.arn, other.arn, identityValidationExpression=pool.client, authorizerResultTtlInSeconds=0)
    assert api.call(pool.id_token)[0] == 200
    assert api.call(other.id_token) == UNAUTHORIZED  # of another client
    assert api.call(pool.access_token, "/scoped") == UNAUTHORIZED  # access tokens have no audience
    at = {"restApiId": api.id, "authorizerId": api.authorizer}
    both = f"{pool.client}|{other.client}"
    patches = [{"op": "replace", "path": "/identityValidationExpression", "value": both}]
    api.client.update_authorizer(**at, patchOperations=patches)
    assert api.call(other.id_token) == UNAUTHORIZED  # until it is deployed
    api.deploy()
    assert api.call(other.id_token)[0] == 200
    removed = [{"op": "remove", "path": "/providerARNs", "value": pool.arn}]
    api.client.update_authorizer(**at, patchOperations=removed)
    api.deploy()
    assert {api.anywhere(pool.id_token) for _ in range(8)} == {401}
    assert api.call(other.id_token)[0] == 200
    api.close()


def test_with_a_resource_policy_both_have_to_allow(live: Server, pool: Pool) -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/"}
    api = Guarded(live, pool.arn, policy={"Version": "2012-10-17", "Statement": [allow]})
    assert api.call(pool.id_token)[0] == 200
    status, kind, body = api.call(pool.access_token, "/scoped")
    assert (status, kind) == (403, "AccessDeniedException")
    assert body["Message"].startswith(NOT_ALLOWED)
    assert api.call(None, "/scoped") == UNAUTHORIZED
    api.close()


def test_an_imported_authorizer(live: Server, pool: Pool) -> None:
    scheme = {
        "type": "apiKey",
        "name": "X-Token",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool.arn]},
    }
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": CLAIMS}}},
    }
    answers = {"responses": {"200": {"description": "OK"}}, "x-amazon-apigateway-integration": integration}
    document = {
        "swagger": "2.0",
        "info": {"title": "pools", "version": "1"},
        "securityDefinitions": {"pool": scheme},
        "paths": {
            "/": {"get": answers | {"security": [{"pool": []}]}},
            "/scoped": {"get": answers | {"security": [{"pool": [SCOPE]}]}},
        },
    }
    api = Called(live)
    api.client.put_rest_api(restApiId=api.id, mode="overwrite", body=json.dumps(document))
    api.deploy()
    for path, good, bad in (("/", pool.id_token, pool.access_token), ("/scoped", pool.access_token, pool.id_token)):
        assert api.call(good, path, "X-Token")[0] == 200
        for answer in (api.call(bad, path, "X-Token"), api.call(good, path), api.call(None, path)):
            assert answer == UNAUTHORIZED
    api.close()


def test_trying_an_authorizer(live: Server, api: Guarded, pool: Pool) -> None:
    at = {"restApiId": api.id, "authorizerId": api.authorizer}
    answer = api.client.test_invoke_authorizer(**at, headers={"Authorization": pool.id_token})
    assert (answer["clientStatus"], answer["claims"]["cognito:username"]) == (200, "me")
    for token in (pool.access_token, "token", signed(pool.id_token, exp=1)):
        answer = api.client.test_invoke_authorizer(**at, headers={"Authorization": token})
        assert (answer["clientStatus"], "claims" in answer) == (401, False)
    assert api.client.test_invoke_authorizer(**at)["clientStatus"] == 401


def test_what_is_no_user_pool(api: Guarded) -> None:
    given = {"restApiId": api.id, "name": "other", "type": "COGNITO_USER_POOLS"}
    fails(400, "Invalid Provider ARNs", api.client.create_authorizer, **given)
    fails(400, "Invalid Provider ARN: pool", api.client.create_authorizer, **given, providerARNs=["pool"])


def test_the_seed_s_authorizer_word_for_word(live: Server, pool: Pool) -> None:
    """Its commands, and the pool that they name: tokens of it are let in, of others not."""
    api = Api(live)
    made = live.aws(
        "apigateway", "create-authorizer", "--rest-api-id", api.id, "--name", "CognitoAuthorizer", "--type",
        "COGNITO_USER_POOLS", "--provider-arns", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_xxxxx",
    )  # fmt: skip
    assert (made["name"], made["type"], made["authType"]) == (
        "CognitoAuthorizer", "COGNITO_USER_POOLS", "cognito_user_pools",
    )  # fmt: skip
    place = ("--rest-api-id", api.id, "--resource-id", api.resource("/orders"), "--http-method", "POST")
    live.aws(
        "apigateway", "put-method", *place, "--authorization-type", "COGNITO_USER_POOLS", "--authorizer-id", made["id"]
    )
    live.aws(
        "apigateway", "put-integration", *place, "--type", "MOCK", "--request-templates",
        '{"application/json": "{\\"statusCode\\": 200}"}',
    )  # fmt: skip
    answers = {"restApiId": api.id, "resourceId": api.resource("/orders"), "httpMethod": "POST", "statusCode": "200"}
    api.client.put_method_response(**answers)
    api.client.put_integration_response(**answers)
    live.aws("apigateway", "create-deployment", "--rest-api-id", api.id, "--stage-name", "v1")

    def post(token: str | None) -> int:
        line = HTTPConnection("127.0.0.1", live.port, timeout=30)
        line.request("POST", "/v1/orders", headers={"Host": api.host} | ({"Authorization": token} if token else {}))
        status = line.getresponse().status
        line.close()
        return status

    theirs = signed(pool.id_token, iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_xxxxx")
    assert [post(token) for token in (None, "token", pool.id_token, theirs, f"Bearer {theirs}")] == [
        401, 401, 401, 200, 200,
    ]  # fmt: skip
    api.client.delete_rest_api(restApiId=api.id)


def test_a_pool_elsewhere(own_server: Callable[..., Server]) -> None:
    """Where the operator says that it is; one that hangs holds up its own callers only, and nobody else is let in."""
    with running() as near, running() as far:
        for number, issuer in enumerate((near, far)):
            issuer.name = f"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool{number}"
        urls = ",".join(f"{issuer.name}={issuer.url}" for issuer in (near, far))
        server = own_server("--no-companions", env={"GATEWRIGHT_ISSUER_URLS": urls})
        arns = [f"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Pool{number}" for number in (0, 1)]
        api, slow = Guarded(server, *arns), Guarded(server, arns[1])
        assert api.call(token(near))[0] == 200
        far.open.clear()
        slow._line.request("GET", "/v1/", headers={"Host": slow.host, "Authorization": token(far)})
        assert api.call(token(near))[0] == 200  # while the other waits
        answer = slow._line.getresponse()
        assert (answer.status, json.loads(answer.read())) == (BROKEN[0], BROKEN[2])
        far.open.set()
        far.documents["/keys"] = (500, b"")
        time.sleep(2.1)  # until it is asked again
        assert api.call(token(far)) == BROKEN
        assert api.call(token(near, iss=near.url)) == UNAUTHORIZED
        for each in (api, slow):
            each.close()


def token(issuer: LiveIssuer, **claims: Any) -> str:
    return issuer.token(**{"token_use": "id"} | claims)
