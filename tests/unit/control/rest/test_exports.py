from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.openapi import yaml_reader
from tests.unit.control.rest.test_imports import X, document, operation
from tests.unit.control.support import Control, refused


@pytest.fixture
def api_id(plane: Control) -> str:
    made: str = plane.rest.import_rest_api(body=document({"/a/{b}": {"get": operation()}}))["id"]
    plane.rest.create_deployment(restApiId=made, stageName="v1")
    return made


def export(plane: Control, api_id: str, kind: str = "oas30", **more: Any) -> Any:
    return plane.rest.get_export(restApiId=api_id, stageName="v1", exportType=kind, **more)


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
def test_json(plane: Control, api_id: str, kind: str) -> None:
    answer = export(plane, api_id, kind)
    assert answer["contentType"] == "application/octet-stream"
    assert answer["contentDisposition"] == f'attachment; filename="{kind}_1.json"'
    tree = json.loads(answer["body"].read())
    assert tree["info"] == {"title": "imported", "version": "1"}
    host = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    assert host in (tree["host"] if kind == "swagger" else tree["servers"][0]["url"])
    assert list(tree["paths"]) == ["/a/{b}"]


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
def test_yaml_says_the_same(plane: Control, api_id: str, kind: str) -> None:
    extended = {"extensions": "integrations,authorizers"}
    answer = export(plane, api_id, kind, accepts="application/yaml", parameters=extended)
    assert answer["contentDisposition"] == f'attachment; filename="{kind}_1.yaml"'
    as_json = export(plane, api_id, kind, parameters=extended)["body"].read()
    assert yaml_reader.load(answer["body"].read()) == json.loads(as_json)


def test_what_is_deployed_is_exported(plane: Control, api_id: str) -> None:
    plane.rest.put_rest_api(restApiId=api_id, body=document({"/new": {"get": operation()}}), mode="overwrite")
    assert list(json.loads(export(plane, api_id)["body"].read())["paths"]) == ["/a/{b}"]


def test_without_a_version_the_day_of_creation(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    created = plane.rest.get_rest_api(restApiId=api_id)["createdDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = export(plane, api_id)
    assert json.loads(answer["body"].read())["info"]["version"] == created
    assert answer["contentDisposition"] == f'attachment; filename="oas30_{created}.json"'


def test_a_version_cannot_forge_headers(plane: Control) -> None:
    api_id, _ = plane.mock_api(version='1"\r\nX-Forged: 1/ä')
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    assert "\r" not in export(plane, api_id)["contentDisposition"]


def test_documentation_of_the_stage(plane: Control, api_id: str) -> None:
    plane.rest.create_documentation_part(
        restApiId=api_id, location={"type": "METHOD", "path": "/a/{b}", "method": "GET"}, properties='{"summary": "s"}'
    )
    plane.rest.create_documentation_version(restApiId=api_id, documentationVersion="d1", stageName="v1")
    tree = json.loads(export(plane, api_id, parameters={"extensions": "documentation"})["body"].read())
    assert tree["paths"]["/a/{b}"]["get"]["summary"] == "s"
    assert tree[X + "documentation"]["version"] == "d1"
    (part,) = tree[X + "documentation"]["documentationParts"]
    assert part["properties"] == {"summary": "s"}


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({"restApiId": "nothing"}, 404, "Invalid API identifier specified 111111111111:nothing"),
        ({"stageName": "nothing"}, 404, "Invalid Stage identifier specified"),
        ({"exportType": "raml"}, 400, "No API exporter for type 'raml'"),
        ({"accepts": "text/html"}, 400, "Unsupported media type: text/html"),
        ({"parameters": {"extensions": "all"}}, 400, "Invalid extension specified: all"),
        ({"parameters": {"other": "x"}}, 400, "Invalid parameter specified: other"),
    ],
)
def test_refusals(plane: Control, api_id: str, params: dict[str, Any], status: int, message: str) -> None:
    whole = {"restApiId": api_id, "stageName": "v1", "exportType": "oas30"} | params
    found = refused(plane.rest.get_export, **whole)
    assert found[0] == status
    assert found[2].startswith(message)
