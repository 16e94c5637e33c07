"""ImportRestApi and PutRestApi against AWS's recorded answers (import.json, TestApiGatewayImportRestApi)."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import pytest

from tests.parity import imported
from tests.parity.imported import Node, body
from tests.parity.recorded import Recording
from tests.parity.test_control_rest import by_path
from tests.unit.control.support import Control


def recording(test: str) -> Recording:
    return Recording("import.json", f"TestApiGatewayImportRestApi::{test}")


def named(items: list[Any]) -> list[Any]:
    return sorted(items, key=itemgetter("name"))


class Compared:
    """One imported API beside its recording."""

    def __init__(self, plane: Control, aws: Recording, api_id: str) -> None:
        self.rest = plane.rest
        self.aws = aws
        self.api_id = api_id

    def resources(self, key: str, methods: str | None = "") -> None:
        """The resources under this key, and every method under keys with the prefix (None: not recorded)."""
        answer = by_path(self.rest.get_resources(restApiId=self.api_id))
        self.aws.match(key, answer)
        if methods is None:
            return
        for resource in answer["items"]:
            for verb in resource.get("resourceMethods", {}):
                at = {"restApiId": self.api_id, "resourceId": resource["id"], "httpMethod": verb}
                self.method(methods, f"{resource['path'][1:] or 'root'}-{verb.lower()}", at)

    def method(self, prefix: str, name: str, at: dict[str, str]) -> None:
        rest, response = self.rest, at | {"statusCode": "200"}
        for kind, operation, params in (
            ("method", rest.get_method, at),
            ("method-response", rest.get_method_response, response),
            ("integration", rest.get_integration, at),
            ("integration-response", rest.get_integration_response, response),
        ):
            key = f"{prefix}{kind}-{name}"
            if self.aws.failed(key):
                self.aws.refuses(key, operation, **params)
            else:
                self.aws.match(key, operation(**params))

    def authorizers(self, key: str = "get-authorizers") -> list[Any]:
        found = self.rest.get_authorizers(restApiId=self.api_id)
        return named(found["items"])


def test_import_and_validate(plane: Control) -> None:
    for name, document in (
        ("openapi.spec.tf.json", imported.terraform()),
        ("swagger-mock-cors.json", imported.mock_cors()),
    ):
        aws = recording(f"test_import_and_validate_rest_api[{name}]")
        made = plane.rest.import_rest_api(body=body(document))
        aws.match("import_tf_rest_api", made)
        compared = Compared(plane, aws, made["id"])
        models(aws, plane, made["id"])
        compared.resources("resources")
        aws.done()


def models(aws: Recording, plane: Control, api_id: str) -> None:
    aws.match("get-models", plane.rest.get_models(restApiId=api_id))


def test_import_petstore(plane: Control) -> None:
    aws = recording("test_import_swagger_api")
    page = aws.recorded("integration-response-root-get")["responseTemplates"]["text/html"]
    made = plane.rest.import_rest_api(body=body(imported.petstore(page)))
    aws.match("import-swagger", made)
    compared = Compared(plane, aws, made["id"])
    authorizers = plane.rest.get_authorizers(restApiId=made["id"])
    aws.match("get-authorizers", authorizers | {"items": named(authorizers["items"])})
    models(aws, plane, made["id"])
    compared.resources("resources")
    aws.done()


def test_import_any_types(plane: Control) -> None:
    aws = recording("test_import_rest_api")
    document = imported.openapi("binary", "1.0", {}, {}) | {"x-amazon-apigateway-binary-media-types": ["*/*"]}
    aws.match("import_rest_api", plane.rest.import_rest_api(body=body(document)))
    aws.done()


@pytest.mark.parametrize("mode", ["ignore", "prepend", "split"])
def test_base_path_of_swagger(plane: Control, mode: str) -> None:
    aws = recording(f"test_import_rest_apis_with_base_path_swagger[{mode}]")
    put = put_into(plane, aws, mode)
    api_id = put("put-rest-api-swagger-json", imported.based_swagger())
    Compared(plane, aws, api_id).resources("get-resources-swagger-json")
    other, _ = plane.api()
    plane.rest.put_rest_api(
        restApiId=other, body=body(imported.pets()), mode="overwrite", parameters={"basepath": mode}
    )
    Compared(plane, aws, other).resources("get-resources-no-base-path-swagger")
    aws.done()


@pytest.mark.parametrize("mode", ["ignore", "prepend", "split"])
def test_base_path_of_openapi(plane: Control, mode: str) -> None:
    aws = recording(f"test_import_rest_api_with_base_path_oas30[{mode}]")
    put = put_into(plane, aws, mode)
    variables = {"basePath": {"default": "/base-var"}}
    api_id = put(
        "put-rest-api-oas30-srv-var",
        imported.based_openapi([{"url": "https://testdomain.com/{basePath}", "variables": variables}]),
    )
    compared = Compared(plane, aws, api_id)
    compared.resources("get-resources-oas30-srv-var", "srv-var-")
    servers = [{"url": "https://testdomain.com/base-url/part/"}]
    put("put-rest-api-oas30-srv-url", imported.based_openapi(servers, nothing=True, double_single="'True'"))
    compared.resources("get-resources-oas30-srv-url", "srv-url-")
    aws.done()


def put_into(plane: Control, aws: Recording, mode: str) -> Any:
    """Puts documents over one API, and compares the answers."""
    api_id, _ = plane.api()

    def put(key: str, document: Node) -> str:
        parameters = {"basepath": mode}
        given = body(document)
        aws.match(key, plane.rest.put_rest_api(restApiId=api_id, body=given, mode="overwrite", parameters=parameters))
        return api_id

    return put


def test_global_authorizer(plane: Control) -> None:
    aws = recording("test_import_with_global_api_key_authorizer")
    made = plane.rest.import_rest_api(body=body(imported.global_authorizer()))
    aws.match("import-swagger", made)
    aws.match("get-authorizers", plane.rest.get_authorizers(restApiId=made["id"]))
    Compared(plane, aws, made["id"]).resources("resources")
    aws.done()


def test_circular_models(plane: Control) -> None:
    aws = recording("test_import_with_circular_models")
    made = plane.rest.import_rest_api(body=body(imported.circular()))
    aws.match("import-api", made)
    models(aws, plane, made["id"])
    Compared(plane, aws, made["id"]).resources("resources")
    aws.done()


def test_circular_models_and_validator(plane: Control) -> None:
    aws = recording("test_import_with_circular_models_and_request_validation")
    document = imported.circular() | {
        "x-amazon-apigateway-request-validators": {
            "basic": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-request-validator": "basic",
    }
    made = plane.rest.import_rest_api(body=body(document))
    aws.match("import-api", made)
    models(aws, plane, made["id"])
    aws.match("request-validators", plane.rest.get_request_validators(restApiId=made["id"]))
    Compared(plane, aws, made["id"]).resources("resources")
    aws.done()


def test_verb_of_lambda(plane: Control) -> None:
    aws = recording("test_import_with_http_method_integration")
    template = aws.recorded("integration-root-get")["requestTemplates"]["application/json"]
    made = plane.rest.import_rest_api(body=body(imported.verb_of_lambda(template)))
    Compared(plane, aws, made["id"]).resources("resources")
    aws.done()


def test_stage_variables() -> None:
    aws = recording("test_import_with_stage_variables")
    # What a backend on the internet echoed, through an imported URI with stage variables;
    # tests/wire/test_rest_import.py calls a backend of its own through such an API.
    aws.set_aside("get-resp-from-http", "get-error-resp-from-http")
    aws.done()


def test_cognito(plane: Control) -> None:
    aws = recording("test_import_with_cognito_auth_identity_source")
    made = plane.rest.import_rest_api(body=body(imported.cognito()))
    aws.match("import-swagger", made)
    compared = Compared(plane, aws, made["id"])
    aws.match("get-authorizers", compared.authorizers())
    compared.resources("resources")
    aws.done()


def test_integer_status_code(plane: Control) -> None:
    aws = recording("test_import_with_integer_http_status_code")
    document = b"""
openapi: 3.0.1
info: {title: test-import-oas, version: 2.0}
paths:
  /test:
    get:
      responses:
        200:
          description: 200 response
          headers:
            Access-Control-Allow-Origin: {schema: {type: string}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Empty"}}}
      x-amazon-apigateway-integration:
        type: mock
        passthroughBehavior: when_no_match
        requestParameters:
          integration.request.header.X-Amz-Invocation-Type: "'Event'"
        requestTemplates:
          application/json: '{"statusCode": 200}'
        responses:
          default:
            statusCode: 200
            responseParameters:
              method.response.header.Access-Control-Allow-Origin: "'*'"
components:
  schemas:
    Empty: {title: Empty Schema, type: object}
"""
    made = plane.rest.import_rest_api(body=document)
    Compared(plane, aws, made["id"]).resources("resources")
    aws.done()


@pytest.mark.parametrize("mode", ["merge", "overwrite"])
def test_binary_media_types(plane: Control, mode: str) -> None:
    aws = recording(f"test_put_rest_api_mode_binary_media_types[{mode}]")
    made = plane.rest.create_rest_api(name="one", binaryMediaTypes=["image/heif"])
    aws.match("create-rest-api", made)
    aws.match("get-rest-api", plane.rest.get_rest_api(restApiId=made["id"]))
    document = imported.openapi("two", "1.0.0", {}, {}) | {
        "x-amazon-apigateway-binary-media-types": ["image/png", "image/jpg"]
    }
    aws.match("put-api", plane.rest.put_rest_api(restApiId=made["id"], body=body(document), mode=mode))
    aws.done()


def test_bad_files(plane: Control) -> None:
    aws = recording("test_import_api_bad_file")
    api_id, _ = plane.api()
    for kind, document in (("yaml", b"this is:\n  - not\n an: [api"), ("json", b'{"this is": "not an api"')):
        aws.refuses(f"import-api-bad-{kind}-file", plane.rest.import_rest_api, body=document)
        aws.refuses(f"put-rest-api-bad-{kind}-file", plane.rest.put_rest_api, restApiId=api_id, body=document)
    aws.done()
