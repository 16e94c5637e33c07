"""Models and request validators over real sockets: made with boto3, and requests that they refuse."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
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


def _call(
    server: Server, api_id: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        host = {"Host": f"{api_id}.execute-api.us-east-1.amazonaws.com"}
        connection.request("POST", target, body, host | dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _validated_method(rest: Any, api: Any) -> dict[str, str]:
    """POST / behind a validator of everything; answers 200 when a request is as it should be."""
    at = {"restApiId": api["id"]}
    rest.create_model(**at, name="Person", contentType=JSON, schema=_schema(api["id"], "Person"))
    validator = rest.create_request_validator(
        **at, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    method = at | {"resourceId": api["rootResourceId"], "httpMethod": "POST"}
    rest.put_method(
        **method,
        authorizationType="NONE",
        requestValidatorId=validator["id"],
        requestModels={JSON: "Person"},
        requestParameters={"method.request.querystring.q": True, "method.request.header.X-Issuer": True},
    )
    rest.put_integration(**method, type="MOCK", requestTemplates={JSON: '{"statusCode": 200}'})
    rest.put_method_response(**method, statusCode="200")
    rest.put_integration_response(**method, statusCode="200")
    return method


def test_a_request_that_a_validator_refuses(live: Server, rest: Any, api: Any) -> None:
    method = _validated_method(rest, api)
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    sound = {"X-Issuer": "me", "Content-Type": JSON}

    missing = '{"message": "Missing required request parameters: [X-Issuer, q]"}'
    assert _call(live, api["id"], "/v1/", b"{}") == (400, missing)
    assert _call(live, api["id"], "/v1/?q=1", b"{}", sound) == (400, '{"message": "Invalid request body"}')
    assert _call(live, api["id"], "/v1/?q=1", b"", sound) == (400, '{"message": "Invalid request body"}')
    person = b'{"name": "a", "friend": {"name": "b"}}'
    assert _call(live, api["id"], "/v1/?q=1", person, sound)[0] == 200
    assert _call(live, api["id"], "/v1/?q=1", b"<x/>", sound | {"Content-Type": "text/xml"})[0] != 400

    rest.put_gateway_response(
        restApiId=api["id"],
        responseType="BAD_REQUEST_BODY",
        responseTemplates={JSON: "$context.error.validationErrorString"},
    )
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    found = '[object has missing required properties (["name"])]'
    assert _call(live, api["id"], "/v1/?q=1", b'{"friend": {"name": "b"}}', sound) == (400, found)

    off = [{"op": "replace", "path": "/requestValidatorId", "value": ""}]
    rest.update_method(**method, patchOperations=off)
    assert _call(live, api["id"], "/v1/", b"{}")[0] == 400  # as deployed
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    assert _call(live, api["id"], "/v1/", b"{}")[0] == 200


def test_a_test_call_is_validated_too(rest: Any, api: Any) -> None:
    method = _validated_method(rest, api)
    sound = {"X-Issuer": "me", "Content-Type": JSON}
    query = {"pathWithQueryString": "/?q=1"}
    tried = rest.test_invoke_method(**method, **query, headers=sound, body='{"name": 1}')
    assert tried["status"] == 200
    tried = rest.test_invoke_method(**method, **query, headers=sound, body="{}")
    assert (tried["status"], tried["body"]) == (400, '{"message": "Invalid request body"}')
    found = 'content type application/json: [object has missing required properties (["name"])]'
    assert found in tried["log"]
    tried = rest.test_invoke_method(**method, **query, body='{"name": 1}')
    assert (tried["status"], tried["body"]) == (400, '{"message": "Missing required request parameters: [X-Issuer]"}')


def test_a_model_does_not_lead_nowhere(rest: Any, api: Any) -> None:
    _validated_method(rest, api)
    elsewhere = [{"op": "replace", "path": "/schema", "value": _schema(api["id"], "Nobody")}]
    person = {"restApiId": api["id"], "modelName": "Person"}
    fails(400, "there is no model Nobody", rest.update_model, **person, patchOperations=elsewhere)
    rest.create_deployment(restApiId=api["id"], stageName="v1")
