"""Models of WebSocket APIs: CreateModel, GetModel(s), GetModelTemplate, UpdateModel, DeleteModel.

A model is a JSON Schema (Draft 4) under a name; routes name models, and models refer to models by name.
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-models.html
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import models as rest
from gatewright.control.v2 import auto_deploy, lookup, members
from gatewright.language.model_template import sample_template
from gatewright.language.schema import SchemaError, references
from gatewright.store.base import Body

_MEMBERS = ("ContentType", "Description", "Name", "Schema")
_NOT_HTTP = "Currently, Models are not permitted for APIs with a protocol type of HTTP"


def create_model(call: Call, params: Params) -> Params:
    api = lookup.api(call, params)
    model = {"ContentType": "application/json"} | members.given(params, _MEMBERS)
    _check(call, api, model)
    fresh = call.new_id("api_model", api["ApiId"])
    made = call.insert("api_model", api["ApiId"], fresh, model | {"ModelId": fresh})
    auto_deploy.run(call, api)
    return made


def get_model(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "api_model")[1]


def get_models(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("api_model", api_id), itemgetter("ModelId"), params)


def get_model_template(call: Call, params: Params) -> Params:
    api, model = lookup.child(call, params, "api_model")
    schemas = {each["Name"]: each["Schema"] for each in call.list("api_model", api["ApiId"])}
    try:
        return {"Value": sample_template(model["Schema"], schemas)}
    except SchemaError as error:
        raise errors.bad_request(f"Invalid model specified: {error}") from None


def update_model(call: Call, params: Params) -> Params:
    api, model = lookup.child(call, params, "api_model")
    after = members.changed(model, params, _MEMBERS)
    _check(call, api, after)
    call.put("api_model", api["ApiId"], model["ModelId"], after)
    auto_deploy.run(call, api)
    return after


def delete_model(call: Call, params: Params) -> None:
    """Refused while a route or another model uses it (unverified wording)."""
    api, model = lookup.child(call, params, "api_model")
    for user in _users(call, api["ApiId"], model):
        raise errors.conflict(f"Cannot delete model '{model['Name']}', is referenced in {user}")
    call.delete("api_model", api["ApiId"], model["ModelId"])
    auto_deploy.run(call, api)


def check_known(call: Call, api: Body, given: Mapping[str, str] | None) -> None:
    """Models that a call names. Raises BadRequestException. unverified: the text is REST APIs'"""
    names = set((given or {}).values()) - {""}
    for name in sorted(names - {model["Name"] for model in call.list("api_model", api["ApiId"])} if names else ()):
        raise errors.bad_request(f"Invalid model identifier specified: {name}")


def _check(call: Call, api: Body, model: Body) -> None:
    if lookup.is_http(api):
        raise errors.bad_request(_NOT_HTTP)
    rest.check_name(model.get("Name") or "")
    rest.check(model.get("Schema") or "")
    for other in call.list("api_model", api["ApiId"]):
        if other["Name"] == model["Name"] and other["ModelId"] != model.get("ModelId"):
            raise errors.conflict("Model name already exists for this API")  # unverified wording


def _users(call: Call, api_id: str, model: Body) -> list[str]:
    name = model["Name"]
    routes = call.list("route", api_id)
    found = [f"route: {each['RouteKey']}" for each in routes if name in (each.get("RequestModels") or {}).values()]
    for route in routes:
        for response in call.list("route_response", route["RouteId"]):
            if name in (response.get("ResponseModels") or {}).values():
                found.append(f"route response: {route['RouteKey']}")
    others = [each for each in call.list("api_model", api_id) if each["ModelId"] != model["ModelId"]]
    return found + [f"model: {each['Name']}" for each in others if name in references(each["Schema"])]
