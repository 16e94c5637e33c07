from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

API = {"type": "API"}
METHOD = {"type": "METHOD", "path": "/pets", "method": "GET"}
MODEL = {"type": "MODEL", "name": "Pet"}
SAID = '{"description": "d"}'


def documented(plane: Control, *locations: dict[str, str]) -> tuple[str, list[str]]:
    api_id, _ = plane.api()
    create = plane.rest.create_documentation_part
    return api_id, [create(restApiId=api_id, location=each, properties=SAID)["id"] for each in locations]


def test_what_was_given_is_shown(plane: Control) -> None:
    api_id, [first] = documented(plane, METHOD)
    assert len(first) == 6
    read = plane.rest.get_documentation_part(restApiId=api_id, documentationPartId=first)
    read.pop("ResponseMetadata")
    assert read == {"id": first, "location": METHOD, "properties": SAID}
    response = {"type": "RESPONSE"}
    made = plane.rest.create_documentation_part(restApiId=api_id, location=response, properties="{}")
    assert made["location"] == response


def test_filters_and_pages(plane: Control) -> None:
    api_id, _ = documented(plane, MODEL, METHOD, API, {"type": "RESOURCE", "path": "/pets"})

    def types(**params: Any) -> list[str]:
        items = plane.rest.get_documentation_parts(restApiId=api_id, **params)["items"]
        return [each["location"]["type"] for each in items]

    assert types() == types(locationStatus="DOCUMENTED") == ["API", "METHOD", "MODEL", "RESOURCE"]
    assert types(type="MODEL") == ["MODEL"]
    assert types(nameQuery="Pet") == ["MODEL"]
    assert types(path="/pets") == ["METHOD", "RESOURCE"]
    first = plane.rest.get_documentation_parts(restApiId=api_id, limit=3)
    assert types(position=first["position"]) == ["RESOURCE"]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({}, 409, "Documentation part already exists for the specified location: type 'API'"),
        ({"restApiId": "x"}, 404, "Invalid API identifier specified 111111111111:x"),
        ({"properties": "nonsense"}, 400, "Invalid documentation properties specified: they must be a JSON object"),
        ({"properties": "[]"}, 400, "Invalid documentation properties specified: they must be a JSON object"),
        (
            {"location": {"type": "MODEL"}},
            400,
            "Invalid documentation location: 'name' is required for type 'MODEL'",
        ),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], status: int, message: str) -> None:
    api_id, _ = documented(plane, API)
    asked = {"restApiId": api_id, "location": API, "properties": SAID} | change
    assert refused(plane.rest.create_documentation_part, **asked)[::2] == (status, message)


def test_a_default_is_the_same_place(plane: Control) -> None:
    api_id, _ = documented(plane, {"type": "RESOURCE"})
    again = {"type": "RESOURCE", "path": "/"}
    assert refused(plane.rest.create_documentation_part, restApiId=api_id, location=again, properties=SAID)[0] == 409


def test_updates_are_checked(plane: Control) -> None:
    api_id, [part] = documented(plane, API)
    at = {"restApiId": api_id, "documentationPartId": part}
    changed = plane.rest.update_documentation_part(**at, patchOperations=[patch("replace", "/properties", '{"a":1}')])
    assert changed["properties"] == '{"a":1}'
    wrong = [patch("replace", "/properties", "")]
    assert refused(plane.rest.update_documentation_part, **at, patchOperations=wrong)[0] == 400


def test_a_clone_takes_them_along(plane: Control) -> None:
    api_id, [part] = documented(plane, API)
    clone = plane.rest.create_rest_api(name="c", cloneFrom=api_id)["id"]
    [copied] = plane.rest.get_documentation_parts(restApiId=clone)["items"]
    assert copied["properties"] == SAID
    plane.rest.delete_documentation_part(restApiId=api_id, documentationPartId=part)
    assert plane.rest.get_documentation_parts(restApiId=api_id)["items"] == []
