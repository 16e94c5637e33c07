"""Method responses: PutMethodResponse, GetMethodResponse, UpdateMethodResponse, DeleteMethodResponse.

https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethodResponse.html
"""

from __future__ import annotations

from gatewright.catalog import patch
from gatewright.catalog.patches import method_response as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, mappings
from gatewright.store.base import Body


def put_method_response(call: Call, params: Params) -> Params:
    """A new response; one that exists is not overwritten (409, unverified wording)."""
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    responses = method.setdefault("methodResponses", {})
    if params["statusCode"] in responses:
        raise errors.conflict("Response already exists for this resource")
    given = {name: params[name] for name in ("responseParameters", "responseModels") if params.get(name) is not None}
    response = {"statusCode": params["statusCode"]} | given
    _check(call, params, response)
    responses[params["statusCode"]] = response
    lookup.save_resource(call, params, resource)
    return response


def get_method_response(call: Call, params: Params) -> Params:
    method = lookup.method_of(lookup.resource(call, params), params)
    return lookup.response_of(method, "methodResponses", params)


def update_method_response(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    response = lookup.response_of(method, "methodResponses", params)
    patched = patch.apply(table.TABLE, response, patch.operations(params.get("patchOperations")))
    _check(call, params, patched)
    method["methodResponses"][params["statusCode"]] = patched
    lookup.save_resource(call, params, resource)
    return patched


def delete_method_response(call: Call, params: Params) -> None:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    lookup.response_of(method, "methodResponses", params)
    del method["methodResponses"][params["statusCode"]]
    if not method["methodResponses"]:
        del method["methodResponses"]
    lookup.save_resource(call, params, resource)


def _check(call: Call, params: Params, response: Body) -> None:
    mappings.check_models(call, params["restApiId"], (response.get("responseModels") or {}).values())
    mappings.check_response_parameters(response.get("responseParameters") or {})
