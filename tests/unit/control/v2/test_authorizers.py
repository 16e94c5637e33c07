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
