"""Models and request validators against AWS's recorded answers (api.json)."""

from __future__ import annotations

import json
from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import Control, patch

JSON = "application/json"


def recording(test: str) -> Recording:
    return Recording("api.json", test)


def titled(name: str) -> str:
    return json.dumps({"title": name, "type": "object"})


def test_model_lifecycle(plane: Control) -> None:
    aws = recording("TestApiGatewayApiModels::test_model_lifecycle")
    api_id, _ = plane.api()
    number = {"type": "number"}
    op = {"description": "operation of +, -, * or /", "type": "string"}
    schema = {
        "title": "Calc output",
        "type": "object",
        "properties": {"a": number, "b": number, "op": op, "c": number},
        "required": ["a", "b", "op"],
    }
    given = {"description": "Calc output model", "contentType": JSON, "schema": json.dumps(schema)}
    aws.match("create-model", plane.rest.create_model(restApiId=api_id, name="CalcOutput", **given))
    aws.match("get-models", plane.rest.get_models(restApiId=api_id))
    aws.match("get-model", plane.rest.get_model(restApiId=api_id, modelName="CalcOutput"))
    aws.match("del-model", plane.rest.delete_model(restApiId=api_id, modelName="CalcOutput"))
    aws.done()


def test_model_validation(plane: Control) -> None:
    aws = recording("TestApiGatewayApiModels::test_model_validation")
    api_id, _ = plane.api()
    sound: dict[str, Any] = {"restApiId": api_id, "name": "MySchema", "contentType": JSON, "schema": titled("x")}
    create = plane.rest.create_model
    aws.refuses("create-model-wrong-id", create, **sound | {"restApiId": "abcde0"})
    aws.refuses("get-models-wrong-id", plane.rest.get_models, restApiId="abcde0")
    aws.refuses("get-model-wrong-id", plane.rest.get_model, restApiId="abcde0", modelName="MySchema")
    aws.refuses("del-model-wrong-id", plane.rest.delete_model, restApiId="abcde0", modelName="MySchema")
    create(**sound)
    aws.refuses("create-model-already-exists", create, **sound)
    aws.refuses("create-model-empty-name", create, **sound | {"name": ""})
    aws.refuses("create-model-empty-schema", create, **sound | {"schema": "", "name": "Other"})
    del sound["schema"]
    aws.refuses("create-model-no-schema-json", create, **sound | {"name": "Other"})
    aws.refuses("create-model-no-schema-xml", create, **sound | {"name": "Other", "contentType": "application/xml"})
    aws.done()


def test_update_model(plane: Control) -> None:
    aws = recording("TestApiGatewayApiModels::test_update_model")
    api_id, _ = plane.api()
    at = {"restApiId": api_id, "modelName": "mySchema"}
    update = plane.rest.update_model
    updated = [patch("replace", "/schema", titled("Updated schema"))]
    aws.refuses("update-model-wrong-id", update, **at, patchOperations=updated)
    made = plane.rest.create_model(restApiId=api_id, name="mySchema", contentType=JSON, schema=titled("mySchema"))
    aws.match("create-model", made)
    aws.match("update-model", update(**at, patchOperations=updated))
    aws.refuses("update-model-invalid-op", update, **at, patchOperations=[patch("add", "/wrong-path", "x")])
    aws.refuses("update-model-invalid-path", update, **at, patchOperations=[patch("replace", "/name", "x")])
    aws.refuses("update-model-empty-schema", update, **at, patchOperations=[patch("replace", "/schema", "")])
    aws.done()


def test_put_method_model(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_put_method_model")
    api_id, root_id = plane.api()
    create, delete = plane.rest.create_model, plane.rest.delete_model
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "ANY"}
    one, two = {"restApiId": api_id, "modelName": "MySchema"}, {"restApiId": api_id, "modelName": "MySchemaTwo"}
    for key, name in (("create-model", "MySchema"), ("create-model-2", "MySchemaTwo")):
        aws.match(key, create(restApiId=api_id, name=name, contentType=JSON, schema=titled(name)))
    put = plane.rest.put_method
    made = put(**at, authorizationType="NONE", requestModels={JSON: "MySchema"})
    aws.match("put-method-request-models", made)
    aws.refuses("delete-model-used", delete, **one)
    path = "/requestModels/application~1json"
    changed = plane.rest.update_method(**at, patchOperations=[patch("replace", path, "MySchemaTwo")])
    aws.match("update-method-model", changed)
    aws.match("delete-model-unused", delete(**one))
    aws.refuses("delete-model-used-2", delete, **two)
    test_id = plane.rest.create_resource(restApiId=api_id, parentId=root_id, pathPart="test")["id"]
    other = at | {"resourceId": test_id}
    made = put(**other, authorizationType="NONE", requestModels={JSON: "MySchemaTwo"})
    aws.match("put-method-2-request-models", made)
    aws.refuses("delete-model-used-by-2-method", delete, **two)
    aws.match("update-method-model-2", plane.rest.update_method(**other, patchOperations=[patch("remove", path)]))
    aws.refuses("delete-model-used-by-method-1", delete, **two)
    aws.match("delete-method-using-model-2", plane.rest.delete_method(**at))
    aws.match("delete-model-unused-2", delete(**two))
    aws.done()


def test_request_validator_lifecycle(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRequestValidator::test_request_validator_lifecycle")
    api = plane.rest.create_rest_api(name="my api", description="my api")
    aws.match("create-rest-api", api)
    made = plane.rest.create_request_validator(restApiId=api["id"], name="my validator")
    aws.match("create-request-validator", made)
    at = {"restApiId": api["id"], "requestValidatorId": made["id"]}
    get, update = plane.rest.get_request_validator, plane.rest.update_request_validator
    aws.match("get-request-validator", get(**at))
    aws.match("get-request-validators", plane.rest.get_request_validators(restApiId=api["id"]))
    path = "/validateRequestBody"
    aws.match("update-request-validator-with-value", update(**at, patchOperations=[patch("replace", path, "true")]))
    aws.match("update-request-validator-without-value", update(**at, patchOperations=[patch("replace", path)]))
    aws.match("get-request-validators-after-update-operation", get(**at))
    aws.match("delete-request-validator", plane.rest.delete_request_validator(**at))
    aws.refuses("get-deleted-request-validator", get, **at)
    aws.match("get-request-validators-after-delete", plane.rest.get_request_validators(restApiId=api["id"]))
    aws.done()


def test_request_validators_that_are_not_there(plane: Control) -> None:
    api_id, _ = plane.api()
    get, delete = plane.rest.get_request_validator, plane.rest.delete_request_validator
    many, create = plane.rest.get_request_validators, plane.rest.create_request_validator
    known = create(restApiId=api_id, name="v")["id"]

    aws = recording("TestApiGatewayApiRequestValidator::test_validators_crud_no_api")
    aws.refuses("wrong-rest-api-id-create-validator", create, restApiId="test-fake-rest-id", name="v")
    aws.refuses("wrong-rest-api-id-get-validators", many, restApiId="test-fake-rest-id")
    aws.done()
    aws = recording("TestApiGatewayApiRequestValidator::test_invalid_get_request_validator")
    aws.refuses("get-request-validators-invalid-api-id", get, restApiId="api_id", requestValidatorId=known)
    aws.refuses("get-request-validators-invalid-validator-id", get, restApiId=api_id, requestValidatorId="x")
    aws.done()
    aws = recording("TestApiGatewayApiRequestValidator::test_invalid_get_request_validators")
    aws.refuses("get-invalid-request-validators", many, restApiId="api_id")
    aws.done()
    aws = recording("TestApiGatewayApiRequestValidator::test_invalid_delete_request_validator")
    aws.refuses("delete-request-validator-invalid-api-id", delete, restApiId="api_id", requestValidatorId=known)
    aws.refuses("delete-request-validator-invalid-validator-id", delete, restApiId=api_id, requestValidatorId="x")
    aws.done()
    aws = recording("TestApiGatewayApiRequestValidator::test_create_request_validator_invalid_api_id")
    aws.refuses("invalid-create-request-validator", create, restApiId="api_id", name="v")
    aws.done()


def test_invalid_update_request_validator_operations(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRequestValidator::test_invalid_update_request_validator_operations")
    api = plane.rest.create_rest_api(name="my api", description="my api")
    aws.match("create-rest-api", api)
    made = plane.rest.create_request_validator(restApiId=api["id"], name="my validator")
    aws.match("create-request-validator", made)
    for key, tried in {
        "update-request-validator-invalid-add-operation": patch("add", "/validateRequestBody", "true"),
        "update-request-validator-invalid-remove-operation": patch("remove", "/validateRequestBody", "true"),
        "update-request-validator-invalid-path": patch("replace", "/invalidPath", "true"),
        "update-request-validator-empty-name-value": patch("replace", "/name", ""),
    }.items():
        at = {"restApiId": api["id"], "requestValidatorId": made["id"]}
        aws.refuses(key, plane.rest.update_request_validator, **at, patchOperations=[tried])
    aws.done()
