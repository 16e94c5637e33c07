"""Models: Create-, Get- (one and all), Update-, DeleteModel and GetModelTemplate.

A model is a JSON Schema (Draft 4) under a name; methods name models, and models refer to models. New APIs carry two.
https://docs.aws.amazon.com/apigateway/latest/api/API_Model.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import defaults, patch, quotas
from gatewright.catalog.patches import model as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.language import schema as language
from gatewright.language.model_template import sample_template
from gatewright.store.base import Body

_NAME = re.compile(r"[a-zA-Z0-9]+")


def create_model(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    api_id, name = params["restApiId"], params["name"]
    check_name(name)
    schema = params.get("schema") or ""
    check(schema)
    if call.get("model", api_id, name) is not None:
        raise errors.conflict("Model name already exists for this REST API")
    _check_references(call, api_id, name, schema)
    return insert(call, api_id, name, schema, params["contentType"], params.get("description"))


def get_model(call: Call, params: Params) -> Params:
    """The model; with `flatten` its schema holds the models that it refers to as definitions (unverified form)."""
    model = _model(call, params)
    if not params.get("flatten"):
        return model
    try:
        flat = language.flatten_schema(model["schema"], schemas(call, params["restApiId"]))
    except language.SchemaError as error:
        raise _invalid(str(error)) from None
    return model | {"schema": json.dumps(flat)}


def get_models(call: Call, params: Params) -> Params:
    """By name (recorded)."""
    lookup.rest_api(call, params)
    models = sorted(call.list("model", params["restApiId"]), key=itemgetter("name"))
    items, position = page(models, itemgetter("name"), params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def get_model_template(call: Call, params: Params) -> Params:
    model = _model(call, params)
    try:
        return {"value": sample_template(model["schema"], schemas(call, params["restApiId"]))}
    except language.SchemaError as error:
        raise _invalid(str(error)) from None


def update_model(call: Call, params: Params) -> Params:
    model = _model(call, params)
    patched = patch.apply(table.TABLE, model, patch.operations(params.get("patchOperations")))
    check(patched["schema"])
    _check_references(call, params["restApiId"], model["name"], patched["schema"])
    return call.put("model", params["restApiId"], model["name"], patched)


def delete_model(call: Call, params: Params) -> None:
    """Refused while a method or another model uses it."""
    model = _model(call, params)
    for user in _users(call, params["restApiId"], model["name"]):
        raise errors.conflict(f"Cannot delete model '{model['name']}', is referenced in {user}")
    call.delete("model", params["restApiId"], model["name"])


def insert(
    call: Call, api_id: str, name: str, schema: str, content_type: str, description: str | None = None
) -> Params:
    """Store a model that was checked."""
    model = {"id": call.new_id("model", api_id), "name": name, "schema": schema, "contentType": content_type}
    return call.insert("model", api_id, name, model | ({"description": description} if description else {}))


def insert_defaults(call: Call, api_id: str) -> None:
    """The models of a new API."""
    for name, description, schema in defaults.MODELS:
        insert(call, api_id, name, schema, "application/json", description)


def check_name(name: str) -> None:
    """Raises BadRequestException."""
    if not name:
        raise errors.bad_request("Model name must be non-empty")
    if _NAME.fullmatch(name) is None:
        raise errors.bad_request(f"Model name must be alphanumeric: {name}")


def check(schema: str) -> None:
    """Raises BadRequestException for what is no schema. unverified: the reasons behind AWS's words."""
    if not schema.strip():
        raise errors.bad_request(table.NO_SCHEMA)
    if len(schema.encode()) > quotas.MODEL_BYTES:
        raise errors.bad_request(f"Model schema exceeds {quotas.MODEL_BYTES} bytes")  # unverified wording
    try:
        language.check_schema(schema)
    except language.SchemaError as error:
        raise _invalid(str(error)) from None


def _check_references(call: Call, api_id: str, name: str, schema: str) -> None:
    """A model can name those that are there already, and itself (AWS's developers say so; unverified wording)."""
    for other in sorted(language.references(schema)):
        if other != name and call.get("model", api_id, other) is None:
            raise _invalid(f"there is no model {other}")


def schemas(call: Call, api_id: str) -> dict[str, str]:
    """The texts of an API's models by name."""
    return {model["name"]: model["schema"] for model in call.list("model", api_id)}


def _invalid(reason: str) -> Exception:
    found = errors.mapping_errors("Invalid model schema specified", reason)
    return errors.bad_request(f"Invalid model specified: {found}")


def _model(call: Call, params: Params) -> Body:
    """An unknown API gives the model's text, too (recorded)."""
    model = call.get("model", params["restApiId"], params["modelName"])
    if model is None:
        raise errors.not_found(f"Invalid model name specified: {params['modelName']}")
    return model


def _users(call: Call, api_id: str, name: str) -> Iterator[str]:
    """Who uses a model, in AWS's words; the root comes last (recorded). unverified: responses and models."""
    resources = sorted(call.list("resource", api_id), key=itemgetter("path"), reverse=True)
    for resource in resources:
        for verb, method in resource.get("resourceMethods", {}).items():
            place = f"{resource['path']}/{verb}"
            if name in (method.get("requestModels") or {}).values():
                yield f"method request: {place}"
            for response in (method.get("methodResponses") or {}).values():
                if name in (response.get("responseModels") or {}).values():
                    yield f"method response: {place}"
    for model in call.list("model", api_id):
        if model["name"] != name and name in language.references(model["schema"]):
            yield f"model: {model['name']}"
