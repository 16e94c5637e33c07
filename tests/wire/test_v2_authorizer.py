"""Authorizers through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.unit.identity.issuer import running
from tests.wire.spoken import fails

HEADER = ["$request.header.Authorization"]


def test_authorizers(v2: Any, http_api: str) -> None:
    with running() as issuer:
        _check(v2, http_api, {"Issuer": issuer.url, "Audience": ["a"]})


def _check(v2: Any, http_api: str, jwt: Any) -> None:
    given = {"ApiId": http_api, "Name": "jwt", "AuthorizerType": "JWT", "IdentitySource": HEADER}
    made = v2.create_authorizer(**given, JwtConfiguration=jwt)
    at = {"ApiId": http_api, "AuthorizerId": made["AuthorizerId"]}
    assert v2.get_authorizer(**at)["JwtConfiguration"] == jwt
    assert v2.update_authorizer(**at, Name="other")["Name"] == "other"
    assert len(v2.get_authorizers(ApiId=http_api)["Items"]) == 1
    route = v2.create_route(
        ApiId=http_api, RouteKey="GET /", AuthorizationType="JWT", AuthorizerId=made["AuthorizerId"],
        AuthorizationScopes=["read"],
    )  # fmt: skip
    fails(409, "is referenced in route: GET /", v2.delete_authorizer, **at)
    v2.delete_route(ApiId=http_api, RouteId=route["RouteId"])
    v2.delete_authorizer(**at)
    for operation in (v2.get_authorizer, v2.update_authorizer, v2.delete_authorizer):
        fails(404, f"Invalid Authorizer identifier specified {made['AuthorizerId']}", operation, **at)
    fails(400, "JwtConfiguration must not be null for JWT Authorizer", v2.create_authorizer, **given)
    fails(404, "Invalid API identifier specified nothing", v2.get_authorizers, ApiId="nothing")
