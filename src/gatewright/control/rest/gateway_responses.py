"""Gateway responses: Put-, Get-, Update- and DeleteGatewayResponse. Only those that were customised are stored.

They belong to what a deployment freezes: a change reaches a stage with the next deployment.
https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gatewright.catalog import gateway_responses as catalog
from gatewright.catalog import patch
from gatewright.catalog.patches import gateway_response as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, mappings
from gatewright.language import mapping
from gatewright.store.base import Body

KIND = "gateway_response"
_NOT_SET = "Gateway response type not defined on api"
_PARAMETER = re.compile(r"gatewayresponse\.(?:header|path|querystring)\.[a-zA-Z0-9._$-]+")


def put_gateway_response(call: Call, params: Params) -> Params:
    """Replaces what was there. Without templates AWS stores its own (recorded)."""
    lookup.rest_api(call, params)
    parameters, templates = params.get("responseParameters") or {}, params.get("responseTemplates")
    response = _new(params["responseType"]) | {"responseParameters": parameters}
    if templates:
        response["responseTemplates"] = templates
    if params.get("statusCode"):
        response["statusCode"] = params["statusCode"]
    return _save(call, params, response)


def get_gateway_response(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    return catalog.shown(params["responseType"], _customised(call, params))


def get_gateway_responses(call: Call, params: Params) -> Params:
    """All types, customised or not, in one page (recorded)."""
    lookup.rest_api(call, params)
    customised = _customised(call, params)
    return {"items": [catalog.shown(name, customised) for name in catalog.KINDS]}


def update_gateway_response(call: Call, params: Params) -> Params:
    """Customises a type that was not (recorded)."""
    lookup.rest_api(call, params)
    name = params["responseType"]
    found = call.get(KIND, params["restApiId"], name) or _new(name)
    return _save(call, params, patch.apply(table.TABLE, found, patch.operations(params.get("patchOperations"))))


def delete_gateway_response(call: Call, params: Params) -> None:
    lookup.rest_api(call, params)
    if not call.delete(KIND, params["restApiId"], params["responseType"]):
        raise errors.not_found(_NOT_SET)


def _new(name: str) -> Body:
    return {"responseType": name, "responseParameters": {}, "responseTemplates": dict(catalog.TEMPLATES)}


def _customised(call: Call, params: Params) -> dict[str, Body]:
    return {each["responseType"]: each for each in call.list(KIND, params["restApiId"])}


def _save(call: Call, params: Params, response: Body) -> Params:
    _check_values("responseParameters", response.get("responseParameters") or {})
    _check_values("responseTemplates", response.get("responseTemplates") or {})
    mappings.check_templates(response.get("responseTemplates") or {})
    for key, expression in (response.get("responseParameters") or {}).items():
        _check_parameter(key, expression)
    call.put(KIND, params["restApiId"], response["responseType"], response)
    return catalog.shown(response["responseType"], _customised(call, params))


def _check_values(member: str, values: Mapping[str, str | None]) -> None:
    if not all(values.values()):
        raise errors.bad_request(table.no_value(member))


def _check_parameter(key: str, expression: str) -> None:
    """unverified: AWS's words; those of other mappings are used."""
    if _PARAMETER.fullmatch(key) is None:
        raise errors.bad_request(f"Invalid mapping expression parameter specified: {key}")
    try:
        source = mapping.parse_source(expression, "method.request", {})
    except mapping.MappingError as error:
        raise errors.bad_request(mappings.INVALID + errors.mapping_errors(str(error))) from None
    if source is not None and source.kind in ("body", "bodypath"):
        raise errors.bad_request(mappings.INVALID + errors.mapping_errors(mappings.INVALID + expression))
