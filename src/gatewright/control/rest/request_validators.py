"""Request validators: Create-, Get- (one and all), Update- and DeleteRequestValidator.

A validator says what of a request is checked before the backend is called; methods name one.
https://docs.aws.amazon.com/apigateway/latest/api/API_RequestValidator.html
"""

from __future__ import annotations

from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch
from gatewright.catalog.patches import request_validator as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.store.base import Body

KIND = "request_validator"
_FLAGS = ("validateRequestBody", "validateRequestParameters")


def create_request_validator(call: Call, params: Params) -> Params:
    """An unknown API is a bad request here (recorded)."""
    api_id = params["restApiId"]
    if call.get("rest_api", "", api_id) is None:
        raise errors.bad_request("Invalid REST API identifier specified")
    name = params.get("name") or ""
    if not name.strip():
        raise errors.bad_request(table.NO_NAME)
    fresh = call.new_id(KIND, api_id)
    flags = {flag: bool(params.get(flag)) for flag in _FLAGS}
    return call.insert(KIND, api_id, fresh, {"id": fresh, "name": name} | flags)


def get_request_validator(call: Call, params: Params) -> Params:
    return _validator(call, params)


def get_request_validators(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    validators = sorted(call.list(KIND, params["restApiId"]), key=itemgetter("id"))
    items, position = page(validators, itemgetter("id"), params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_request_validator(call: Call, params: Params) -> Params:
    validator = _validator(call, params)
    patched = patch.apply(table.TABLE, validator, patch.operations(params.get("patchOperations")))
    return call.put(KIND, params["restApiId"], validator["id"], patched)


def delete_request_validator(call: Call, params: Params) -> None:
    """Refused while a method uses it (unverified, as its wording)."""
    validator = _validator(call, params)
    for resource in call.list("resource", params["restApiId"]):
        for verb, method in resource.get("resourceMethods", {}).items():
            if method.get("requestValidatorId") == validator["id"]:
                raise errors.conflict(
                    f"Cannot delete request validator '{validator['name']}', "
                    f"is referenced in method: {resource['path']}/{verb}"
                )
    call.delete(KIND, params["restApiId"], validator["id"])


def _validator(call: Call, params: Params) -> Body:
    """An unknown API gives the validator's text, too (recorded)."""
    validator = call.get(KIND, params["restApiId"], params["requestValidatorId"])
    if validator is None:
        raise errors.not_found("Invalid Request Validator identifier specified")
    return validator
