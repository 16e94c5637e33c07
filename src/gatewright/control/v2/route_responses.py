"""Route responses of WebSocket APIs: Create-, Get- (one and all), Update-, DeleteRouteResponse.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes-routeid-routeresponses.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, lookup, members, models
from gatewright.store.base import Body

_MEMBERS = ("ModelSelectionExpression", "ResponseModels", "RouteResponseKey")
_MAPS = ("ResponseParameters",)
_NOT_HTTP = "RouteResponses are currently not supported for this API protocol type."
_ONLY_DEFAULT = "Currently, only $default is supported as a RouteResponseKey."
_PARAMETER = re.compile(r"route\.response\.header\.[\w.$-]+")


def create_route_response(call: Call, params: Params) -> Params:
    api, route = lookup.child(call, params, "route")
    response = members.given(params, (*_MEMBERS, *_MAPS))
    _check(call, api, route, response)
    models.check_known(call, api, params.get("ResponseModels"))
    fresh = call.new_id("route_response", route["RouteId"])
    response |= {"RouteResponseId": fresh, "_routeId": route["RouteId"]}
    call.insert("route_response", route["RouteId"], fresh, response)
    auto_deploy.run(call, api)
    return response


def get_route_response(call: Call, params: Params) -> Params:
    return _find(call, params)[1]


def get_route_responses(call: Call, params: Params) -> Params:
    _, route = lookup.child(call, params, "route")
    return members.listed(call.list("route_response", route["RouteId"]), itemgetter("RouteResponseId"), params)


def update_route_response(call: Call, params: Params) -> Params:
    api, response = _find(call, params)
    after = members.changed(response, params, _MEMBERS, _MAPS)
    _check(call, api, {"RouteId": after["_routeId"]}, after)
    models.check_known(call, api, params.get("ResponseModels"))
    call.put("route_response", after["_routeId"], after["RouteResponseId"], after)
    auto_deploy.run(call, api)
    return after


def delete_route_response(call: Call, params: Params) -> None:
    api, response = _find(call, params)
    call.delete("route_response", response["_routeId"], response["RouteResponseId"])
    auto_deploy.run(call, api)


def _find(call: Call, params: Params) -> tuple[Body, Body]:
    """The API and the response. Raises NotFoundException."""
    api, route = lookup.child(call, params, "route")
    found = call.get("route_response", route["RouteId"], params["RouteResponseId"])
    if found is None:
        raise lookup.missing("RouteResponse", params["RouteResponseId"])
    return api, found


def _check(call: Call, api: Body, route: Body, response: Body) -> None:
    if lookup.is_http(api):
        raise errors.bad_request(_NOT_HTTP)
    if response.get("RouteResponseKey") != "$default":
        raise errors.bad_request(_ONLY_DEFAULT)
    for name in response.get("ResponseParameters") or {}:
        if _PARAMETER.fullmatch(name) is None:
            raise errors.bad_request(f"Invalid response parameter specified: {name}")  # unverified wording
    for other in call.list("route_response", route["RouteId"]):
        if other["RouteResponseId"] != response.get("RouteResponseId"):
            raise errors.conflict("RouteResponse with key $default already exists for this Route")  # unverified wording
