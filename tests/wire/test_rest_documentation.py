"""Documentation parts and versions through boto3 against a running server, accepted and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

NO_PART = "Invalid Documentation part identifier specified"
NO_VERSION = "Invalid Documentation version identifier specified"
NO_API = "Invalid API identifier specified 123456789012:nothing"


def replace(path: str, value: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": value}]


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def api(rest: Any) -> Iterator[dict[str, str]]:
    made = rest.create_rest_api(name="documented")["id"]
    yield {"restApiId": made}
    rest.delete_rest_api(restApiId=made)


def test_parts(rest: Any, api: dict[str, str]) -> None:
    given = {"location": {"type": "API"}, "properties": '{"description": "d"}'}
    at = api | {"documentationPartId": rest.create_documentation_part(**api, **given)["id"]}
    assert rest.get_documentation_part(**at)["properties"] == given["properties"]
    assert len(rest.get_documentation_parts(**api, type="API")["items"]) == 1
    changed = rest.update_documentation_part(**at, patchOperations=replace("/properties", "{}"))
    assert changed["properties"] == "{}"
    fails(409, "specified location: type 'API'", rest.create_documentation_part, **api, **given)
    fails(404, NO_API, rest.get_documentation_parts, restApiId="nothing")
    fails(400, "Must be one of: [/properties]", rest.update_documentation_part, **at,
          patchOperations=replace("/location", "{}"))  # fmt: skip
    rest.delete_documentation_part(**at)
    fails(404, NO_PART, rest.get_documentation_part, **at)
    fails(404, NO_PART, rest.delete_documentation_part, **at)


def test_import(rest: Any, api: dict[str, str]) -> None:
    part = {"location": {"type": "API"}, "properties": {"description": "d"}}
    body = json.dumps({"openapi": "3.0.1", "x-amazon-apigateway-documentation": {"documentationParts": [part]}})
    answer = rest.import_documentation_parts(**api, body=body.encode(), mode="overwrite")
    assert [each["id"] for each in rest.get_documentation_parts(**api)["items"]] == answer["ids"]
    fails(400, "Unable to build importer with provided input.", rest.import_documentation_parts, **api, body=b"no")
    fails(404, NO_API, rest.import_documentation_parts, restApiId="nothing", body=body.encode())


def test_versions(rest: Any, api: dict[str, str]) -> None:
    at = api | {"documentationVersion": "1"}
    rest.create_documentation_version(**at, description="d")
    assert rest.get_documentation_version(**at)["description"] == "d"
    assert [each["version"] for each in rest.get_documentation_versions(**api)["items"]] == ["1"]
    assert rest.update_documentation_version(**at, patchOperations=replace("/description", "e"))["description"] == "e"
    fails(409, "already exists", rest.create_documentation_version, **at)
    fails(404, NO_API, rest.get_documentation_versions, restApiId="nothing")
    fails(400, "[/description]", rest.update_documentation_version, **at, patchOperations=replace("/version", "2"))
    rest.delete_documentation_version(**at)
    fails(404, NO_VERSION, rest.get_documentation_version, **at)
    fails(404, NO_VERSION, rest.delete_documentation_version, **at)
