"""What is exported can be imported: the same API comes back, in either dialect and either form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.openapi import named, reader, text, writer
from gatewright.openapi.base import Definition
from tests.unit.control.support import ACCOUNT, REGION, Control, control
from tests.unit.openapi.definitions import definitions

DOCUMENTS = sorted((Path(__file__).resolve().parents[1] / "openapi_documents").iterdir())
PLACE = writer.Place("x.execute-api.us-east-1.amazonaws.com", "v1")
ALL = {"apigateway"}


def again(definition: Definition, dialect: str, form: str) -> Definition:
    """The definition that comes back from an export."""
    version = {"version": "1", "parts": definition.documentation}
    tree = writer.write(definition, dialect, PLACE, ALL, version)
    body = text.pretty(tree) if form == "json" else text.to_yaml(tree)
    return reader.read(body.encode(), {})


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("dialect", ["swagger", "oas30"])
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_definitions_come_back(data: st.DataObject, dialect: str, form: str) -> None:
    definition = data.draw(definitions(dialect == "swagger"))
    assert again(definition, dialect, form) == definition


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with control(tmp_path_factory.mktemp("plane")) as made:
        yield made


def frozen(plane: Control, api_id: str) -> Definition:
    """What a deployment of an API froze, ids apart, with its documentation."""
    deployment = plane.rest.create_deployment(restApiId=api_id)["id"]
    with plane.store.transaction(write=False) as tx:
        (snapshot,) = [each for each in tx.list(ACCOUNT, REGION, "snapshot", api_id) if each.key.id == deployment]
        parts = [each.body for each in tx.list(ACCOUNT, REGION, "documentation_part", api_id)]
    found = named.definition(snapshot.body)
    for documents in (found.models, found.authorizers, found.validators):
        documents.sort(key=lambda each: str(each["name"]))
    found.documentation = [
        {"location": each["location"], "properties": orjson.loads(each["properties"])} for each in parts
    ]
    found.documentation.sort(key=str)
    return found


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_as_people_write_them(plane: Control, path: Path, kind: str) -> None:
    """Imported, deployed, exported, imported again: the second API is the first."""
    rest = plane.rest
    first = rest.import_rest_api(body=path.read_bytes())["id"]
    rest.create_deployment(restApiId=first, stageName="v1")
    rest.create_documentation_version(restApiId=first, documentationVersion="1", stageName="v1")
    asked = {"restApiId": first, "stageName": "v1", "exportType": kind, "parameters": {"extensions": "apigateway"}}
    for form in ("json", "yaml"):
        exported = rest.get_export(**asked, accepts=f"application/{form}")["body"].read()
        second = rest.import_rest_api(body=exported, failOnWarnings=True)["id"]
        assert frozen(plane, second) == frozen(plane, first)
