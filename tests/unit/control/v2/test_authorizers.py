from __future__ import annotations

from tests.unit.control.support import Control, bad, missing, refused, shown

JWT = {"JwtConfiguration": {"Issuer": "https://issuer.test", "Audience": ["a"]}, "AuthorizerType": "JWT",
       "IdentitySource": ["$request.header.Authorization"], "Name": "jwt"}  # fmt: skip


def test_the_answer_echoes_what_was_given(plane: Control) -> None:
    api_id = plane.http_api()
    made = shown(plane.v2.create_authorizer(ApiId=api_id, **JWT))
    at = {"ApiId": api_id, "AuthorizerId": made["AuthorizerId"]}
    assert made == JWT | {"AuthorizerId": at["AuthorizerId"]}
    assert shown(plane.v2.get_authorizer(**at)) == made
    after = plane.v2.update_authorizer(**at, JwtConfiguration={"Issuer": "https://other.test"})
    assert after["JwtConfiguration"] == {"Issuer": "https://other.test"}
    assert refused(plane.v2.update_authorizer, **at, AuthorizerType="REQUEST") == bad(
        "AuthorizerType cannot be changed"
    )


def test_one_in_use_stays(plane: Control) -> None:
    api_id = plane.http_api()
    at = {"ApiId": api_id, "AuthorizerId": plane.v2.create_authorizer(ApiId=api_id, **JWT)["AuthorizerId"]}
    route = plane.v2.create_route(
        ApiId=api_id, RouteKey="GET /x", AuthorizationType="JWT", AuthorizerId=at["AuthorizerId"]
    )
    expected = "Cannot delete authorizer 'jwt', is referenced in route: GET /x"
    assert refused(plane.v2.delete_authorizer, **at) == (409, "ConflictException", expected)
    plane.v2.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="NONE")
    plane.v2.delete_authorizer(**at)
    assert refused(plane.v2.get_authorizer, **at) == missing(
        f"Invalid Authorizer identifier specified {at['AuthorizerId']}"
    )


def test_ten(plane: Control) -> None:
    api_id = plane.http_api()
    for _ in range(10):
        plane.v2.create_authorizer(ApiId=api_id, **JWT)
    assert refused(plane.v2.create_authorizer, ApiId=api_id, **JWT)[:2] == (429, "TooManyRequestsException")


def test_an_issuer_must_be_there(plane: Control) -> None:
    api_id = plane.http_api()
    dead = {"JwtConfiguration": {"Issuer": "https://dead.test/", "Audience": ["a"]}}
    expected = bad(
        "Caught exception when connecting to https://dead.test/.well-known/openid-configuration for issuer "
        "https://dead.test/. Please try again later. Error: Invalid issuer: https://dead.test/. Issuer must have a "
        "valid discovery endpoint ended with '/.well-known/openid-configuration'"
    )
    assert refused(plane.v2.create_authorizer, ApiId=api_id, **(JWT | dead)) == expected
    assert plane.v2.get_authorizers(ApiId=api_id)["Items"] == []
    made = shown(plane.v2.create_authorizer(ApiId=api_id, **JWT))
    at = {"ApiId": api_id, "AuthorizerId": made["AuthorizerId"]}
    assert refused(plane.v2.update_authorizer, **at, **dead) == expected
    assert plane.v2.update_authorizer(**at, Name="other")["Name"] == "other"
    assert plane.v2.get_authorizer(**at)["JwtConfiguration"] == JWT["JwtConfiguration"]


def test_what_is_wrong_otherwise_is_said_first(plane: Control) -> None:
    dead = JWT | {"JwtConfiguration": {"Issuer": "https://dead.test"}, "Name": ""}
    assert refused(plane.v2.create_authorizer, ApiId=plane.http_api(), **dead)[2] == "Authorizer name must be non-empty"
