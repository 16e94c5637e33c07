"""Integration responses: Put-, Get-, Update- and DeleteIntegrationResponse.

Put overwrites (recorded). https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html
"""

from __future__ import annotations

from gatewright.catalog import patch
from gatewright.catalog.patches import integration_response as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, mappings
from gatewright.store.base import Body

_GIVEN = ("selectionPattern", "responseParameters", "contentHandling")


def put_integration_response(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    integration = lookup.integration_of(method)
    response = {"statusCode": params["statusCode"]}
    response |= {name: params[name] for name in _GIVEN if params.get(name) is not None}
    if not response.get("contentHandling"):
        response.pop("contentHandling", None)
    if params.get("responseTemplates") is not None:
        response["responseTemplates"] = mappings.shown_templates(params["responseTemplates"])
    _check(method, integration, response)
    integration.setdefault("integrationResponses", {})[params["statusCode"]] = response
    lookup.save_resource(call, params, resource)
    return response


def get_integration_response(call: Call, params: Params) -> Params:
    integration = lookup.integration_of(lookup.method_of(lookup.resource(call, params), params))
    return lookup.response_of(integration, "integrationResponses", params)


def update_integration_response(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    integration = lookup.integration_of(method)
    response = lookup.response_of(integration, "integrationResponses", params)
    patched = patch.apply(table.TABLE, response, patch.operations(params.get("patchOperations")))
    _check(method, integration, patched)
    integration["integrationResponses"][params["statusCode"]] = patched
    lookup.save_resource(call, params, resource)
    return patched


def delete_integration_response(call: Call, params: Params) -> None:
    """An unknown method gives the integration's text here (recorded)."""
    resource = lookup.resource(call, params)
    integration = lookup.integration_of(lookup.method_of(resource, params, lookup.NO_INTEGRATION))
    lookup.response_of(integration, "integrationResponses", params)
    del integration["integrationResponses"][params["statusCode"]]
    if not integration["integrationResponses"]:
        del integration["integrationResponses"]
    lookup.save_resource(call, params, resource)


def _check(method: Body, integration: Body, response: Body) -> None:
    """No two responses of an integration may have the same pattern; none is "default" (reported by clients)."""
    pattern = response.get("selectionPattern") or "default"
    for status, other in integration.get("integrationResponses", {}).items():
        if status != response["statusCode"] and (other.get("selectionPattern") or "default") == pattern:
            raise errors.conflict(f"Integration response with selection pattern {pattern} already exists")
    mappings.check_templates(response.get("responseTemplates") or {})
    mappings.check_response_mapping(response.get("responseParameters") or {}, method, response["statusCode"])
