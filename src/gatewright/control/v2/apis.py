"""HTTP and WebSocket APIs: CreateApi, GetApi(s), UpdateApi, DeleteApi.

With `target`, CreateApi makes an HTTP API that works at once (see `quick_create`).
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
"""

from __future__ import annotations

from gatewright.catalog import arns
from gatewright.control import errors
from gatewright.control.api_ids import new_api_id
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags, usage_plans
from gatewright.control.rest.base_path_mappings import domains_of
from gatewright.control.v2 import auto_deploy, cors, lookup, members, quick_create
from gatewright.store.base import Body

_CHANGEABLE = (
    "ApiKeySelectionExpression",
    "CorsConfiguration",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "Name",
    "RouteSelectionExpression",
    "Version",
)
_EXPRESSION = "$request.method $request.path"
_EXPRESSIONS = frozenset({_EXPRESSION, "${request.method} ${request.path}"})
_BAD_EXPRESSION = 'Route selection expression is currently limited to "${request.method} ${request.path}"'
_KEY_EXPRESSION = "$request.header.x-api-key"
_KEY_EXPRESSIONS = frozenset({_KEY_EXPRESSION, "$context.authorizer.usageIdentifierKey"})
_NAME_LENGTH = 128
BAD_NAME = "Invalid API name specified"
_SCHEME = {"HTTP": "https", "WEBSOCKET": "wss"}


def create_api(call: Call, params: Params) -> Params:
    api = defaults(params["ProtocolType"]) | members.given(params, _CHANGEABLE)
    api |= {"ProtocolType": params["ProtocolType"], "Tags": params.get("Tags") or {}, "CreatedDate": call.now}
    check(api)
    tags.check(api["Tags"])
    lookup.room_for(call, "api", "")
    api_id = new_api_id(call, "api", api["Tags"])
    api |= {"ApiId": api_id, "ApiEndpoint": endpoint(call.region, api_id, api["ProtocolType"])}
    call.insert("api", "", api_id, api)
    quick_create.create(call, api, params)
    return api


def get_api(call: Call, params: Params) -> Params:
    return lookup.api(call, params)


def get_apis(call: Call, params: Params) -> Params:
    """The account's HTTP and WebSocket APIs in the order of their creation."""
    return members.listed(call.list("api", ""), lookup.age, params)


def update_api(call: Call, params: Params) -> Params:
    """CORS is replaced as a whole (unverified); `target` and its companions edit what quick create made."""
    api = lookup.api(call, params)
    if params.get("Name") == "":
        raise errors.bad_request(BAD_NAME)
    after = members.changed(api, params, _CHANGEABLE)
    if not after.get("CorsConfiguration"):
        after.pop("CorsConfiguration", None)
    for name, value in defaults(api["ProtocolType"]).items():
        after.setdefault(name, value)
    check(after)
    call.put("api", "", api["ApiId"], after)
    quick_create.update(call, after, params)
    auto_deploy.run(call, after)
    return after


def delete_api(call: Call, params: Params) -> None:
    """The API with everything under it; its stages stop being served."""
    api_id = lookup.api(call, params)["ApiId"]
    domains = domains_of(call, api_id)
    if domains:
        # unverified wording
        raise errors.bad_request(
            f"Deleting Api {api_id} failed. Please remove all api mappings related to the Api in your domains: "
            f"{', '.join(domains)}"
        )
    call.publish |= {(api_id, stage["StageName"]) for stage in call.list("api_stage", api_id)}
    empty(call, api_id)
    call.tx.delete_children(call.account, call.region, api_id)
    call.delete("api", "", api_id)
    usage_plans.forget_stage(call, api_id)


def empty(call: Call, api_id: str) -> None:
    """Remove an API's routes and integrations with all that is below them."""
    for route in call.list("route", api_id):
        call.tx.delete_children(call.account, call.region, route["RouteId"], "route_response")
        call.delete("route", api_id, route["RouteId"])
    for integration in call.list("integration", api_id):
        call.tx.delete_children(call.account, call.region, integration["IntegrationId"], "integration_response")
        call.delete("integration", api_id, integration["IntegrationId"])


def defaults(protocol: str) -> Body:
    """What an API has unless it is said."""
    shared = {
        "ApiKeySelectionExpression": _KEY_EXPRESSION,
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
    }
    return shared | ({"RouteSelectionExpression": _EXPRESSION} if protocol == lookup.HTTP else {})


def endpoint(region: str, api_id: str, protocol: str) -> str:
    """The URL of an API without a stage."""
    suffix = {"aws-cn": "amazonaws.com.cn"}.get(arns.partition(region), "amazonaws.com")
    return f"{_SCHEME[protocol]}://{api_id}.execute-api.{region}.{suffix}"


def check(api: Body) -> None:
    """What an API must be as a whole. Raises BadRequestException."""
    if not 0 < len(api.get("Name") or "") <= _NAME_LENGTH:
        raise errors.bad_request(BAD_NAME)
    expression = api.get("RouteSelectionExpression")
    if lookup.is_http(api) and expression not in _EXPRESSIONS:
        raise errors.bad_request(_BAD_EXPRESSION)
    if not lookup.is_http(api) and not expression:  # static text and `\$default` are expressions, too
        raise errors.bad_request("Invalid routeSelectionExpression")
    if api["ApiKeySelectionExpression"] not in _KEY_EXPRESSIONS:
        raise errors.bad_request("Invalid apiKeySelectionExpression")  # unverified wording
    if lookup.is_http(api) and api.get("DisableSchemaValidation"):
        # unverified wording
        raise errors.bad_request("DisableSchemaValidation is not supported for HTTP protocolType")
    cors.check(api)
