"""Quick create: an integration, a route and a stage `$default` that API Gateway manages, from CreateApi's `target`.

UpdateApi's `target`, `routeKey` and `credentialsArn` edit what was made so. The stage cannot be edited by itself, the
route keeps its key, the integration cannot be deleted.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html#http-api-examples
"""

from __future__ import annotations

import re

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, integration_rules, lookup, route_keys, stages
from gatewright.store.base import Body

MANAGED = "ApiGatewayManaged"
_URL = re.compile(r"https?://.+", re.IGNORECASE)
_MEMBERS = ("Target", "RouteKey", "CredentialsArn")
# unverified: all three texts
_NOT_HERE = "Quick create is not supported for WEBSOCKET protocolType"
_NO_TARGET = "Target is required when RouteKey or CredentialsArn is specified"
_NOT_QUICK = "Target, RouteKey and CredentialsArn can only be updated for an API that was created with quick create"


def create(call: Call, api: Body, params: Params) -> None:
    """Make what `target` asks for, if it is given. Raises BadRequestException."""
    if not any(params.get(name) for name in _MEMBERS):
        return
    if not lookup.is_http(api):
        raise errors.bad_request(_NOT_HERE)
    if not params.get("Target"):
        raise errors.bad_request(_NO_TARGET)
    api_id, key = api["ApiId"], params.get("RouteKey") or "$default"
    route_keys.check(api, key)
    integration = _aimed({}, params["Target"], params.get("CredentialsArn"))
    integration_rules.check(call, api, integration)
    integration |= {"IntegrationId": call.new_id("integration", api_id), MANAGED: True}
    call.insert("integration", api_id, integration["IntegrationId"], integration)
    route: Body = {
        "RouteId": call.new_id("route", api_id),
        "RouteKey": key,
        "ApiKeyRequired": False,
        "AuthorizationType": "NONE",
        "Target": f"{lookup.TARGET}{integration['IntegrationId']}",
        MANAGED: True,
    }
    call.insert("route", api_id, route["RouteId"], route)
    stage = stages.new(call, api, stages.DEFAULT, {"AutoDeploy": True})
    call.insert("api_stage", api_id, stages.DEFAULT, stage | {MANAGED: True})
    auto_deploy.run(call, api)


def update(call: Call, api: Body, params: Params) -> None:
    """Edit what quick create made. Raises BadRequestException."""
    if not any(params.get(name) for name in _MEMBERS):
        return
    api_id = api["ApiId"]
    integration = next((each for each in call.list("integration", api_id) if each.get(MANAGED)), None)
    route = next((each for each in call.list("route", api_id) if each.get(MANAGED)), None)
    if integration is None or route is None:
        raise errors.bad_request(_NOT_QUICK)
    if params.get("Target") or params.get("CredentialsArn"):
        credentials = params.get("CredentialsArn") or integration.get("CredentialsArn")
        aimed = _aimed(integration, params.get("Target") or integration["IntegrationUri"], credentials)
        integration_rules.check(call, api, aimed)
        call.put("integration", api_id, integration["IntegrationId"], aimed)
    if params.get("RouteKey"):
        route_keys.check(api, params["RouteKey"])
        route_keys.check_free(call, api_id, params["RouteKey"], route["RouteId"])
        call.put("route", api_id, route["RouteId"], route | {"RouteKey": params["RouteKey"]})


def _aimed(integration: Body, target: str, credentials: str | None) -> Body:
    """An integration with a function or a URL as its target."""
    if _URL.fullmatch(target):
        kind = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}
    else:
        kind = {"IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "PayloadFormatVersion": "2.0"}
    shared = {"ConnectionType": "INTERNET", "TimeoutInMillis": integration_rules.TIMEOUT["HTTP"]}
    given = {"IntegrationUri": target} | ({"CredentialsArn": credentials} if credentials else {})
    return shared | integration | kind | given
