"""Models and request validators over real sockets: made with boto3, and requests that they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

JSON = "application/json"


@pytest.fixture(scope="module")
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def api(rest: Any) -> Any:
    made = rest.create_rest_api(name="models")
    yield made
    rest.delete_rest_api(restApiId=made["id"])


def _schema(api_id: str, other: str) -> str:
    ref = f"https://apigateway.amazonaws.com/restapis/{api_id}/models/{other}"
    return json.dumps({"type": "object", "required": ["name"], "properties": {"friend": {"$ref": ref}}})


def test_models(rest: Any, api: Any) -> None:
    at = {"restApiId": api["id"]}
    assert [model["name"] for model in rest.get_models(**at)["items"]] == ["Empty", "Error"]
    sound = {"name": "Person", "contentType": JSON, "schema": _schema(api["id"], "Person")}
    rest.create_model(**at, **sound)
    fails(409, "Model name already exists for this REST API", rest.create_model, **at, **sound)
    fails(400, "Invalid model specified: Validation Result", rest.create_model, **at, **sound | {"schema": "x"})
    fails(404, "Invalid API identifier specified", rest.create_model, **sound, restApiId="none")
    fails(404, "Invalid API identifier specified", rest.get_models, restApiId="none")

    person = at | {"modelName": "Person"}
    nobody, words = at | {"modelName": "Nobody"}, "Invalid model name specified: Nobody"
    flat = json.loads(rest.get_model(**person, flatten=True)["schema"])
    assert flat["properties"]["friend"] == {"$ref": "#/definitions/Person"}
    fails(404, words, rest.get_model, **nobody)
    assert rest.get_model_template(**person)["value"].startswith("#set($inputRoot = $input.path('$'))\n{\n")
    fails(404, words, rest.get_model_template, **nobody)

    described = [{"op": "replace", "path": "/description", "value": "somebody"}]
    assert rest.update_model(**person, patchOperations=described)["description"] == "somebody"
    named = [{"op": "replace", "path": "/name", "value": "x"}]
    fails(400, "Must be one of: [/description, /schema]", rest.update_model, **person, patchOperations=named)
    rest.delete_model(**person)
    fails(404, "Invalid model name specified: Person", rest.delete_model, **person)


def test_request_validators(rest: Any, api: Any) -> None:
    at = {"restApiId": api["id"]}
    made = rest.create_request_validator(**at, name="body", validateRequestBody=True)
    fails(400, "Request Validator name cannot be blank", rest.create_request_validator, **at, name="")
    validator, nothing = at | {"requestValidatorId": made["id"]}, at | {"requestValidatorId": "nothing"}
    words = "Invalid Request Validator identifier specified"
    assert rest.get_request_validator(**validator)["validateRequestBody"] is True
    fails(404, words, rest.get_request_validator, **nothing)
    assert [each["id"] for each in rest.get_request_validators(**at)["items"]] == [made["id"]]
    fails(404, "Invalid API identifier specified", rest.get_request_validators, restApiId="none")
    off = [{"op": "replace", "path": "/validateRequestBody", "value": "false"}]
    assert rest.update_request_validator(**validator, patchOperations=off)["validateRequestBody"] is False
    add = [{"op": "add", "path": "/validateRequestBody", "value": "true"}]
    fails(400, "Please choose supported operations", rest.update_request_validator, **validator, patchOperations=add)
    rest.delete_request_validator(**validator)
    fails(404, words, rest.delete_request_validator, **validator)
