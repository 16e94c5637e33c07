"""Routes: CreateRoute, GetRoute(s), UpdateRoute, DeleteRoute, DeleteRouteRequestParameter.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, lookup, members, models, route_authorization, route_keys
from gatewright.store.base import Body

_MEMBERS = (
    "ApiKeyRequired",
    "AuthorizationScopes",
    "AuthorizationType",
    "AuthorizerId",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RouteKey",
    "RouteResponseSelectionExpression",
    "Target",
)
_WEBSOCKET_ONLY = (
    "ModelSelectionExpression",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
)
_BAD_TARGET = "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>."
_TARGET = re.compile(rf"{lookup.TARGET}([^/]+)")
_PARAMETER = re.compile(r"route\.request\.(?:querystring|header)\.[\w.$-]+")
_MANAGED = "You can't modify the route key of a route that was created with quick create."  # unverified wording


def create_route(call: Call, params: Params) -> Params:
    return make(call, lookup.api(call, params), params)


def make(call: Call, api: Body, params: Params, *, free: bool = False) -> Params:
    """Create a route. `free`: its key is known to be no other route's, as in imports. Raises AwsError."""
    route: Body = {"ApiKeyRequired": False, "AuthorizationType": "NONE"}
    route |= members.given(params, (*_MEMBERS, "RequestParameters"))
    _check(call, api, route, free=free)
    models.check_known(call, api, params.get("RequestModels"))
    lookup.room_for(call, "route", api["ApiId"])
    route["RouteId"] = call.new_id("route", api["ApiId"])
    return _save(call, api, route)


def get_route(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "route")[1]


def get_routes(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("route", api_id), itemgetter("RouteId"), params)


def update_route(call: Call, params: Params) -> Params:
    api, route = lookup.child(call, params, "route")
    after = members.changed(route, params, _MEMBERS, ("RequestParameters",))
    if after["AuthorizationType"] != "JWT" and not params.get("AuthorizationScopes"):
        after.pop("AuthorizationScopes", None)  # of the authorization that it had
    if route.get("ApiGatewayManaged") and after.get("RouteKey") != route["RouteKey"]:
        raise errors.bad_request(_MANAGED)
    _check(call, api, after)
    models.check_known(call, api, params.get("RequestModels"))
    return _save(call, api, after)


def delete_route(call: Call, params: Params) -> None:
    api, route = lookup.child(call, params, "route")
    call.tx.delete_children(call.account, call.region, route["RouteId"], "route_response")
    call.delete("route", api["ApiId"], route["RouteId"])
    auto_deploy.run(call, api)


def delete_route_request_parameter(call: Call, params: Params) -> None:
    """unverified: the answer for a parameter that is not there"""
    api, route = lookup.child(call, params, "route")
    key = params["RequestParameterKey"]
    if key not in (route.get("RequestParameters") or {}):
        raise errors.not_found(f"Invalid request parameter specified {key}")
    del route["RequestParameters"][key]
    _save(call, api, route)


def _save(call: Call, api: Body, route: Body) -> Body:
    call.put("route", api["ApiId"], route["RouteId"], route)
    auto_deploy.run(call, api)
    return route


def _check(call: Call, api: Body, route: Body, *, free: bool = False) -> None:
    """What a route must be as a whole. Raises AwsError."""
    key = route.get("RouteKey") or ""
    route_keys.check(api, key)
    if not free:
        route_keys.check_free(call, api["ApiId"], key, route.get("RouteId"))
    if lookup.is_http(api):
        if route["ApiKeyRequired"]:
            raise errors.bad_request("ApiKeyRequired is not currently supported for HTTP APIs.")
        for name in _WEBSOCKET_ONLY:
            if route.get(name):
                raise errors.bad_request(f"{name} is not currently supported for HTTP APIs.")  # unverified wording
            route.pop(name, None)
    for name in route.get("RequestParameters") or {}:
        if _PARAMETER.fullmatch(name) is None:
            raise errors.bad_request(f"Invalid request parameter specified: {name}")  # unverified wording
    _check_target(call, api, route.get("Target"))
    route_authorization.check(call, api, route)


def _check_target(call: Call, api: Body, target: str | None) -> None:
    """unverified: the answer for an integration that is not there"""
    if target is None:
        return
    match = _TARGET.fullmatch(target)
    if match is None:
        raise errors.bad_request(_BAD_TARGET)
    if call.get("integration", api["ApiId"], match[1]) is None:
        raise lookup.missing("Integration", match[1])
