"""Who may call a route: which authorization goes with which protocol and which authorizer."""

from __future__ import annotations

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.control.v2 import lookup
from gatewright.store.base import Body

_AUTHORIZER = {"JWT": "JWT", "CUSTOM": "REQUEST"}  # authorization type: what authorizer it takes
_INVALID = "Invalid authorizer ID specified. "
_NEEDS = "Setting the authorization type to {} requires a valid {}."
_CALLED = {"JWT": ("JWT", "JWT authorizer"), "CUSTOM": ("CUSTOM or COGNITO_USER_POOLS", "authorizer")}
_SCOPES = "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type"
_CONNECT = "Currently, authorization is restricted to the $connect route only"


def check(call: Call, api: Body, route: Body) -> None:
    """Raises BadRequestException. An authorizer that an update leaves behind is taken away."""
    kind = route["AuthorizationType"]
    if not lookup.is_http(api):
        _check_websocket(kind, route["RouteKey"])
    if kind != "JWT":
        if route.get("AuthorizationScopes"):
            raise errors.bad_request(_SCOPES)
        route.pop("AuthorizationScopes", None)
    if len(route.get("AuthorizationScopes") or ()) > quotas.SCOPES:
        raise errors.bad_request(f"A route can have at most {quotas.SCOPES} authorization scopes")  # unverified wording
    if kind not in _AUTHORIZER:
        route.pop("AuthorizerId", None)
        return
    wanted = route.get("AuthorizerId")
    authorizer = call.get("api_authorizer", api["ApiId"], wanted) if wanted else None
    if authorizer is None or authorizer["AuthorizerType"] != _AUTHORIZER[kind]:
        # unverified: the words for CUSTOM
        raise errors.bad_request((_INVALID if wanted else "") + _NEEDS.format(*_CALLED[kind]))


def _check_websocket(kind: str, key: str) -> None:
    if kind != "NONE" and key != "$connect":
        raise errors.bad_request(_CONNECT)
    if kind == "JWT":
        # unverified wording
        raise errors.bad_request("JWT authorization is currently not supported for WEBSOCKET protocolType")
