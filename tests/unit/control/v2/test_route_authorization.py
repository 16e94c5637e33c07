from __future__ import annotations

from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import route_authorization

HTTP, WEBSOCKET = {"ProtocolType": "HTTP", "ApiId": "a"}, {"ProtocolType": "WEBSOCKET", "ApiId": "a"}
JWT = "Setting the authorization type to JWT requires a valid JWT authorizer."
SCOPES = "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type"


class Authorizers:
    """A call that knows two authorizers."""

    def get(self, kind: str, parent: str, id: str) -> dict[str, str] | None:
        known = {"jwt": "JWT", "fun": "REQUEST"}
        return {"AuthorizerType": known[id]} if (kind, parent) == ("api_authorizer", "a") and id in known else None


def check(api: dict[str, Any], **route: Any) -> dict[str, Any]:
    whole = {"RouteKey": "$default", "AuthorizationType": "NONE"} | route
    route_authorization.check(Authorizers(), api, whole)  # type: ignore[arg-type]  # all of a call that it needs
    return whole


@pytest.mark.parametrize(
    ("api", "route"),
    [
        (HTTP, {}),
        (HTTP, {"AuthorizationType": "AWS_IAM"}),
        (HTTP, {"AuthorizationType": "JWT", "AuthorizerId": "jwt", "AuthorizationScopes": ["a"]}),
        (HTTP, {"AuthorizationType": "CUSTOM", "AuthorizerId": "fun"}),
        (WEBSOCKET, {"RouteKey": "$connect", "AuthorizationType": "AWS_IAM"}),
        (WEBSOCKET, {"RouteKey": "$connect", "AuthorizationType": "CUSTOM", "AuthorizerId": "fun"}),
    ],
)
def test_what_goes_together(api: dict[str, Any], route: dict[str, Any]) -> None:
    assert check(api, **route).items() >= route.items()


@pytest.mark.parametrize(
    ("api", "route", "message"),
    [
        (HTTP, {"AuthorizationType": "JWT"}, JWT),
        (HTTP, {"AuthorizationType": "JWT", "AuthorizerId": "none"}, f"Invalid authorizer ID specified. {JWT}"),
        (HTTP, {"AuthorizationType": "JWT", "AuthorizerId": "fun"}, f"Invalid authorizer ID specified. {JWT}"),
        (
            HTTP,
            {"AuthorizationType": "CUSTOM", "AuthorizerId": "jwt"},
            "Invalid authorizer ID specified. Setting the "
            "authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        ),
        (HTTP, {"AuthorizationScopes": ["a"]}, SCOPES),
        (HTTP, {"AuthorizationType": "CUSTOM", "AuthorizerId": "fun", "AuthorizationScopes": ["a"]}, SCOPES),
        (
            HTTP,
            {"AuthorizationType": "JWT", "AuthorizerId": "jwt", "AuthorizationScopes": ["a"] * 11},
            "A route can have at most 10 authorization scopes",
        ),
        (
            WEBSOCKET,
            {"AuthorizationType": "AWS_IAM"},
            "Currently, authorization is restricted to the $connect route only",
        ),
        (
            WEBSOCKET,
            {"RouteKey": "$connect", "AuthorizationType": "JWT", "AuthorizerId": "jwt"},
            "JWT authorization is currently not supported for WEBSOCKET protocolType",
        ),
    ],
)
def test_what_does_not(api: dict[str, Any], route: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        check(api, **route)
    assert refusal.value.message == message


def test_an_authorizer_without_use_goes() -> None:
    assert "AuthorizerId" not in check(HTTP, AuthorizerId="jwt")
