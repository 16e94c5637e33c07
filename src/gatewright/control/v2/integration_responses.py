"""Integration responses of WebSocket APIs: Create-, Get- (one and all), Update-, DeleteIntegrationResponse.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid-integrationresponses.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import auto_deploy, lookup, members
from gatewright.language.regex import PatternError
from gatewright.language.selection import compile_pattern
from gatewright.store.base import Body

_MEMBERS = ("ContentHandlingStrategy", "IntegrationResponseKey", "TemplateSelectionExpression")
_MAPS = ("ResponseParameters", "ResponseTemplates")
_NOT_HTTP = "IntegrationResponses are currently not supported for this API protocol type."
_PATTERN = re.compile(r"/(.+)/", re.DOTALL)


def create_integration_response(call: Call, params: Params) -> Params:
    api, integration = lookup.child(call, params, "integration")
    response = members.given(params, (*_MEMBERS, *_MAPS))
    _check(call, api, integration["IntegrationId"], response)
    fresh = call.new_id("integration_response", integration["IntegrationId"])
    response |= {"IntegrationResponseId": fresh, "_integrationId": integration["IntegrationId"]}
    call.insert("integration_response", integration["IntegrationId"], fresh, response)
    auto_deploy.run(call, api)
    return response


def get_integration_response(call: Call, params: Params) -> Params:
    return _find(call, params)[1]


def get_integration_responses(call: Call, params: Params) -> Params:
    _, integration = lookup.child(call, params, "integration")
    responses = call.list("integration_response", integration["IntegrationId"])
    return members.listed(responses, itemgetter("IntegrationResponseId"), params)


def update_integration_response(call: Call, params: Params) -> Params:
    api, response = _find(call, params)
    after = members.changed(response, params, _MEMBERS, _MAPS)
    _check(call, api, after["_integrationId"], after)
    call.put("integration_response", after["_integrationId"], after["IntegrationResponseId"], after)
    auto_deploy.run(call, api)
    return after


def delete_integration_response(call: Call, params: Params) -> None:
    api, response = _find(call, params)
    call.delete("integration_response", response["_integrationId"], response["IntegrationResponseId"])
    auto_deploy.run(call, api)


def _find(call: Call, params: Params) -> tuple[Body, Body]:
    """The API and the response. Raises NotFoundException."""
    api, integration = lookup.child(call, params, "integration")
    found = call.get("integration_response", integration["IntegrationId"], params["IntegrationResponseId"])
    if found is None:
        raise lookup.missing("IntegrationResponse", params["IntegrationResponseId"])
    return api, found


def _check(call: Call, api: Body, integration_id: str, response: Body) -> None:
    """unverified: the words on keys"""
    if lookup.is_http(api):
        raise errors.bad_request(_NOT_HTTP)
    key = response.get("IntegrationResponseKey") or ""
    match = _PATTERN.fullmatch(key)
    if match is None and key != "$default":
        raise errors.bad_request(f"Invalid integration response key specified: {key}")
    try:
        compile_pattern(match[1] if match else None)
    except PatternError as error:
        raise errors.bad_request(f"Invalid integration response key specified: {key}: {error}") from None
    for other in call.list("integration_response", integration_id):
        same = other["IntegrationResponseKey"] == key
        if same and other["IntegrationResponseId"] != response.get("IntegrationResponseId"):
            raise errors.conflict(f"IntegrationResponse with key {key} already exists for this Integration")
