from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.catalog import quotas
from tests.unit.control.support import Control, refused


def document(*parts: tuple[dict[str, str], Any]) -> bytes:
    listed = [{"location": location, "properties": properties} for location, properties in parts]
    return json.dumps({"swagger": "2.0", "x-amazon-apigateway-documentation": {"documentationParts": listed}}).encode()


API = {"type": "API"}


def test_merge_and_overwrite(plane: Control) -> None:
    api_id, _ = plane.api()

    def parts() -> dict[str, Any]:
        items = plane.rest.get_documentation_parts(restApiId=api_id)["items"]
        return {each["id"]: json.loads(each["properties"]) for each in items}

    put = plane.rest.import_documentation_parts
    made = plane.rest.create_documentation_part(
        restApiId=api_id, location={"type": "RESOURCE"}, properties='{"a": 1, "b": 2}'
    )["id"]
    body = document((API, {"d": 1}), ({"type": "RESOURCE", "path": "/"}, '{"b": 3}'))
    answer = put(restApiId=api_id, body=body)
    assert answer["ids"][1] == made
    assert "warnings" not in answer
    assert parts() == {answer["ids"][0]: {"d": 1}, made: {"a": 1, "b": 3}}
    again = put(restApiId=api_id, body=document((API, {"d": 2})), mode="overwrite", failOnWarnings=True)
    assert parts() == {again["ids"][0]: {"d": 2}}


def test_yaml(plane: Control) -> None:
    api_id, _ = plane.api()
    body = b"""
openapi: 3.0.1
x-amazon-apigateway-documentation:
  documentationParts:
    - location: {type: RESPONSE, statusCode: 200}
      properties: {description: fine}
"""
    [part] = plane.rest.import_documentation_parts(restApiId=api_id, body=body)["ids"]
    read = plane.rest.get_documentation_part(restApiId=api_id, documentationPartId=part)
    assert read["location"] == {"type": "RESPONSE", "path": "/", "method": "*", "statusCode": "200"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"nonsense", "Unable to build importer with provided input."),
        (b"{}", "Unable to build importer with provided input."),
        (document(({"type": "PLANET"}, {})), "Errors found during import:\n\tUnable to read "),
        (document((API, "nonsense")), "Invalid documentation properties specified: they must be a JSON object"),
    ],
)
def test_refusals_change_nothing(plane: Control, body: bytes, message: str) -> None:
    api_id, _ = plane.api()
    status, _, said = refused(plane.rest.import_documentation_parts, restApiId=api_id, body=body, mode="overwrite")
    assert status == 400
    assert said.startswith(message)
    assert plane.rest.get_documentation_parts(restApiId=api_id)["items"] == []


def test_the_quota(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    api_id, _ = plane.api()
    monkeypatch.setitem(quotas.COUNTS, "documentation_part", quotas.Quota(0, "Documentation Parts", "API"))
    assert refused(plane.rest.import_documentation_parts, restApiId=api_id, body=document((API, {})))[0] == 429
