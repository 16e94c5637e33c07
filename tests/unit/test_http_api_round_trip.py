"""What is exported of an HTTP API can be imported: the same API comes back, in either form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.deploy.freeze import freeze_api
from gatewright.openapi import http_api_named, http_api_reader, http_api_writer, text
from gatewright.openapi.http_api import HttpApi
from tests.unit.control.support import ACCOUNT, REGION, Control, control
from tests.unit.openapi.http_definitions import definitions

DOCUMENTS = sorted((Path(__file__).resolve().parents[1] / "http_api_documents").iterdir())
SERVER = {"url": "https://x.execute-api.us-east-1.amazonaws.com/{basePath}", "variables": {"basePath": {"default": ""}}}
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def written(definition: HttpApi, form: str) -> str:
    tree = http_api_writer.write(definition, SERVER)
    return text.pretty(tree) if form == "JSON" else text.to_yaml(tree)


def shape(definition: HttpApi) -> tuple[Any, ...]:
    """A definition without the order of what has none."""
    return (
        definition.api,
        sorted(definition.authorizers, key=lambda each: str(each["Name"])),
        definition.integrations,
        sorted(definition.routes, key=lambda each: str(each["RouteKey"])),
    )


@pytest.mark.parametrize("form", ["JSON", "YAML"])
@given(definition=definitions())
@SLOW
def test_definitions_come_back(definition: HttpApi, form: str) -> None:
    again = http_api_reader.read(written(definition, form).encode(), {})
    assert shape(again) == shape(definition)
    assert again.warnings == []


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with control(tmp_path_factory.mktemp("plane")) as made:
        yield made


def frozen(plane: Control, api_id: str) -> HttpApi:
    """An API as it now is, ids apart."""
    with plane.store.transaction(write=False) as tx:
        return http_api_named.definition(freeze_api(tx, ACCOUNT, REGION, api_id))


def exported(plane: Control, api_id: str, form: str, **more: Any) -> str:
    answer = plane.v2.export_api(ApiId=api_id, Specification="OAS30", OutputType=form, **more)
    return str(answer["body"].read().decode())


@given(definition=definitions(), form=st.sampled_from(["JSON", "YAML"]))
@SLOW
def test_apis_come_back(plane: Control, definition: HttpApi, form: str) -> None:
    """Imported, exported, imported again: the second API is the first."""
    first = plane.v2.import_api(Body=written(definition, form), FailOnWarnings=True)["ApiId"]
    second = plane.v2.import_api(Body=exported(plane, first, form), FailOnWarnings=True)["ApiId"]
    third = plane.v2.create_api(Name="other", ProtocolType="HTTP", Target="https://example.com")["ApiId"]
    plane.v2.reimport_api(ApiId=third, Body=exported(plane, second, form), FailOnWarnings=True)
    wanted = shape(frozen(plane, first))
    assert shape(frozen(plane, second)) == wanted
    assert shape(frozen(plane, third)) == wanted
    assert len(definition.routes) == len(wanted[3])
    for api_id in (first, second, third):
        plane.v2.delete_api(ApiId=api_id)


@pytest.mark.parametrize("base", ["ignore", "prepend", "split"])
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_as_people_write_them(plane: Control, path: Path, base: str) -> None:
    """The export of a stage, too: imported, it is the API that was deployed."""
    first = plane.v2.import_api(Body=path.read_text(), Basepath=base, FailOnWarnings=True)["ApiId"]
    plane.v2.create_stage(ApiId=first, StageName="v1", StageVariables={"backend": "b.example.com"}, AutoDeploy=True)
    wanted = shape(frozen(plane, first))
    for form in ("JSON", "YAML"):
        for more in ({}, {"StageName": "v1"}):
            body = exported(plane, first, form, **more)
            second = plane.v2.import_api(Body=body, FailOnWarnings=True)["ApiId"]
            assert shape(frozen(plane, second)) == wanted
