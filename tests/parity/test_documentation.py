"""Documentation parts against AWS's recorded answers (api.json, TestApiGatewayApiDocumentationPart)."""

from __future__ import annotations

from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import Control, patch

API = {"type": "API"}
SAID = '{"description": "Sample API description"}'


def recording(test: str) -> Recording:
    return Recording("api.json", f"TestApiGatewayApiDocumentationPart::{test}")


def part(plane: Control, api_id: str) -> Any:
    return plane.rest.create_documentation_part(restApiId=api_id, location=API, properties=SAID)


def test_life(plane: Control) -> None:
    aws = recording("test_documentation_part_lifecycle")
    api_id, _ = plane.api()
    made = part(plane, api_id)
    aws.match("create-documentation-part", made)
    at = {"restApiId": api_id, "documentationPartId": made["id"]}
    aws.match("get-documentation-part", plane.rest.get_documentation_part(**at))
    aws.match("get-documentation-parts", plane.rest.get_documentation_parts(restApiId=api_id))
    update = [patch("replace", "/properties", '{"description": "Updated Sample API description"}')]
    aws.match("update-documentation-part", plane.rest.update_documentation_part(**at, patchOperations=update))
    aws.match("get-documentation-part-after-update", plane.rest.get_documentation_part(**at))
    aws.match("delete_documentation_part", plane.rest.delete_documentation_part(**at))
    aws.done()


def test_without_an_api(plane: Control) -> None:
    aws = recording("test_doc_parts_crud_no_api")
    fake = "test-fake-rest-id"
    given = {"restApiId": fake, "location": API, "properties": SAID}
    aws.refuses("wrong-rest-api-id-create-doc-part", plane.rest.create_documentation_part, **given)
    aws.refuses("wrong-rest-api-id-get-doc-parts", plane.rest.get_documentation_parts, restApiId=fake)
    aws.done()
    aws = recording("test_invalid_get_documentation_parts")
    aws.refuses("get-inavlid-documentation-parts", plane.rest.get_documentation_parts, restApiId="api_id")
    aws.done()


def test_invalid_reads(plane: Control) -> None:
    aws = recording("test_invalid_get_documentation_part")
    api_id, _ = plane.api()
    made = part(plane, api_id)["id"]
    read = plane.rest.get_documentation_part
    aws.refuses("get-documentation-part-invalid-api-id", read, restApiId="api_id", documentationPartId=made)
    aws.refuses("get-documentation-part-invalid-doc-id", read, restApiId=api_id, documentationPartId="doc_part_id")
    aws.done()


def test_invalid_updates(plane: Control) -> None:
    aws = recording("test_invalid_update_documentation_part")
    api_id, _ = plane.api()
    made = part(plane, api_id)["id"]

    def tried(api: str, op: str, path: str) -> dict[str, Any]:
        return {"restApiId": api, "documentationPartId": made, "patchOperations": [patch(op, path, SAID)]}

    update = plane.rest.update_documentation_part
    aws.refuses("update-documentation-part-invalid-api-id", update, **tried("api_id", "replace", "/properties"))
    aws.refuses("update-documentation-part-invalid-add-operation", update, **tried(api_id, "add", "/properties"))
    aws.refuses("update-documentation-part-invalid-path", update, **tried(api_id, "replace", "/invalidPath"))
    aws.done()


def test_invalid_creates(plane: Control) -> None:
    aws = recording("test_invalid_create_documentation_part_operations")
    api_id, _ = plane.api()
    create = plane.rest.create_documentation_part
    aws.refuses("create_documentation_part_invalid_api_id", create, restApiId="api_id", location=API, properties=SAID)
    aws.refuses(
        "create_documentation_part_invalid_location_type",
        create,
        restApiId=api_id,
        location={"type": "INVALID"},
        properties=SAID,
    )
    aws.done()


def test_invalid_deletes(plane: Control) -> None:
    aws = recording("test_invalid_delete_documentation_part")
    api_id, _ = plane.api()
    made = part(plane, api_id)["id"]
    delete = plane.rest.delete_documentation_part
    aws.refuses("delete_documentation_part_wrong_api_id", delete, restApiId="api_id", documentationPartId=made)
    aws.match("delete_documentation_part", delete(restApiId=api_id, documentationPartId=made))
    aws.refuses("delete_already_deleted_documentation_part", delete, restApiId=api_id, documentationPartId=made)
    aws.done()


# The example of AWS's developer guide ("Import API documentation"), which was recorded.
EXAMPLE = """
openapi: 3.0.0
info: {description: description, version: "1", title: doc}
paths:
  /:
    get:
      description: Method description.
      responses:
        "200":
          description: 200 response
          content: {application/json: {schema: {$ref: "#/components/schemas/Empty"}}}
components: {schemas: {Empty: {type: object, title: Empty Schema}}}
x-amazon-apigateway-documentation:
  version: 1.0.3
  documentationParts:
    - location: {type: API}
      properties:
        description: API description
        info: {description: API info description 4, version: API info version 3}
    - {location: {type: METHOD, method: GET}, properties: {description: Method description.}}
    - {location: {type: MODEL, name: Empty}, properties: {title: Empty Schema}}
    - {location: {type: RESPONSE, method: GET, statusCode: "200"}, properties: {description: 200 response}}
"""


def test_import(plane: Control) -> None:
    aws = recording("test_import_documentation_parts")
    api_id = plane.rest.import_rest_api(body=EXAMPLE.encode())["id"]
    aws.match("get-documentations-parts-after-api-imports", plane.rest.get_documentation_parts(restApiId=api_id))
    answer = plane.rest.import_documentation_parts(restApiId=api_id, body=EXAMPLE.encode(), mode="overwrite")
    aws.match("import-documentation-parts", answer)
    aws.match("get-documentations-parts-after-import", plane.rest.get_documentation_parts(restApiId=api_id))
    aws.done()


def test_import_of_bad_files(plane: Control) -> None:
    aws = recording("test_import_documentation_parts_bad_file")
    api_id, _ = plane.api()
    put = plane.rest.import_documentation_parts
    aws.refuses("import-documentation-parts-bad-yaml-file", put, restApiId=api_id, body=b"openapi: a\nb: [")
    aws.refuses("import-documentation-parts-bad-json-file", put, restApiId=api_id, body=b'{"openapi": ')
    aws.done()
