"""Methods: PutMethod, GetMethod, UpdateMethod, DeleteMethod.

The order of the checks is AWS's as far as it was recorded: resource, verb, authorizer, validator, models, parameters.
https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html
"""

from __future__ import annotations

from gatewright.catalog import patch
from gatewright.catalog.patches import method as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, mappings
from gatewright.store.base import Body

VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
BAD_VERB = f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}"
TYPES = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
_WITH_AUTHORIZER = TYPES[2:]
_NO_AUTHORIZER = (
    "Invalid authorizer ID specified. "
    "Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
)
_NO_SCOPES = (  # observed
    "Invalid Method authorization type specified. "
    "Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type"
)
_GIVEN = (
    "operationName",
    "requestParameters",
    "requestModels",
    "requestValidatorId",
    "authorizerId",
    "authorizationScopes",
)


def put_method(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    verb = params["httpMethod"]
    if verb not in VERBS:
        raise errors.bad_request(BAD_VERB)
    methods = resource.setdefault("resourceMethods", {})
    if verb in methods:
        raise errors.conflict("Method already exists for this resource")
    method = {
        "httpMethod": verb,
        "authorizationType": params["authorizationType"].upper(),
        "apiKeyRequired": bool(params.get("apiKeyRequired")),
    } | {name: params[name] for name in _GIVEN if params.get(name)}
    _settle(call, params["restApiId"], method)
    methods[verb] = method
    lookup.save_resource(call, params, resource)
    return method


def get_method(call: Call, params: Params) -> Params:
    return lookup.method_of(lookup.resource(call, params), params)


def update_method(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    patched = patch.apply(table.TABLE, method, patch.operations(params.get("patchOperations")))
    _settle(call, params["restApiId"], patched)
    resource["resourceMethods"][params["httpMethod"]] = patched
    lookup.save_resource(call, params, resource)
    return patched


def delete_method(call: Call, params: Params) -> None:
    resource = lookup.resource(call, params)
    lookup.method_of(resource, params)
    del resource["resourceMethods"][params["httpMethod"]]
    lookup.save_resource(call, params, resource)


def _settle(call: Call, api_id: str, method: Body) -> None:
    """Check a method as a whole; an authorizer without a type that uses one is dropped (recorded)."""
    if method["authorizationType"] not in TYPES:
        # unverified wording
        raise errors.bad_request(f"Invalid authorization type specified. Valid options are {','.join(TYPES)}")
    if method["authorizationType"] != "COGNITO_USER_POOLS" and method.get("authorizationScopes"):
        raise errors.bad_request(_NO_SCOPES)
    if method["authorizationType"] not in _WITH_AUTHORIZER:
        method.pop("authorizerId", None)
    elif not _fits(call, api_id, method):
        raise errors.bad_request(_NO_AUTHORIZER)
    validator = method.get("requestValidatorId")
    if validator and call.get("request_validator", api_id, validator) is None:
        raise errors.bad_request("Invalid Request Validator identifier specified")
    mappings.check_models(call, api_id, (method.get("requestModels") or {}).values())
    mappings.check_request_parameters(method.get("requestParameters") or {})


def _fits(call: Call, api_id: str, method: Body) -> bool:
    """Whether the method's authorizer exists and is of the kind that its authorization type asks for."""
    authorizer = call.get("authorizer", api_id, method.get("authorizerId") or "")
    if authorizer is None:
        return False
    pools: bool = authorizer["type"] == "COGNITO_USER_POOLS"
    return pools is (method["authorizationType"] == "COGNITO_USER_POOLS")
