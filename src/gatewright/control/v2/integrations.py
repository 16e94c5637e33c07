"""Integrations: CreateIntegration, GetIntegration(s), UpdateIntegration, DeleteIntegration.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
"""

from __future__ import annotations

from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, integration_rules, lookup, members

_MEMBERS = (
    "ConnectionId",
    "ConnectionType",
    "ContentHandlingStrategy",
    "CredentialsArn",
    "Description",
    "IntegrationMethod",
    "IntegrationSubtype",
    "IntegrationType",
    "IntegrationUri",
    "PassthroughBehavior",
    "PayloadFormatVersion",
    "TemplateSelectionExpression",
    "TimeoutInMillis",
    "TlsConfig",
)
_MAPS = ("RequestParameters", "RequestTemplates", "ResponseParameters")


def create_integration(call: Call, params: Params) -> Params:
    api = lookup.api(call, params)
    integration = members.changed({}, params, _MEMBERS, _MAPS)
    integration_rules.complete(api, integration)
    integration_rules.check(call, api, integration)
    lookup.room_for(call, "integration", api["ApiId"])
    fresh = call.new_id("integration", api["ApiId"])
    call.insert("integration", api["ApiId"], fresh, integration | {"IntegrationId": fresh})
    auto_deploy.run(call, api)
    return integration | {"IntegrationId": fresh}


def get_integration(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "integration")[1]


def get_integrations(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("integration", api_id), itemgetter("IntegrationId"), params)


def update_integration(call: Call, params: Params) -> Params:
    """Mappings are merged by key; an empty one goes."""
    api, integration = lookup.child(call, params, "integration")
    after = members.changed(integration, params, _MEMBERS, _MAPS)
    if params.get("IntegrationType") not in (None, integration["IntegrationType"]):
        after.pop("IntegrationResponseSelectionExpression", None)  # the type's own
    if after.get("ConnectionType") != "VPC_LINK" and not params.get("ConnectionId"):
        after.pop("ConnectionId", None)
    integration_rules.complete(api, after)
    integration_rules.check(call, api, after)
    call.put("integration", api["ApiId"], after["IntegrationId"], after)
    auto_deploy.run(call, api)
    return after


def delete_integration(call: Call, params: Params) -> None:
    """Refused while a route leads to it (unverified: both texts)."""
    api, integration = lookup.child(call, params, "integration")
    unwanted = integration["IntegrationId"]
    if integration.get("ApiGatewayManaged"):
        raise errors.bad_request("You can't delete an integration that was created with quick create.")
    users = [
        route["RouteKey"]
        for route in call.list("route", api["ApiId"])
        if route.get("Target") == f"{lookup.TARGET}{unwanted}"
    ]
    if users:
        raise errors.conflict(f"Cannot delete Integration '{unwanted}', is referenced in route: {users[0]}")
    call.tx.delete_children(call.account, call.region, unwanted, "integration_response")
    call.delete("integration", api["ApiId"], unwanted)
    auto_deploy.run(call, api)
