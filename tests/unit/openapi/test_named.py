from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import named
from gatewright.openapi.base import Body, DocumentError

ADDRESS = "https://apigateway.amazonaws.com/restapis/x/models/"


def snapshot(*resources: Body, **more: Any) -> Body:
    return {
        "api": {"id": "x", "name": "api", "createdDate": 1, "tags": {"a": "b"}},
        "resources": list(resources),
    } | more


def resource(path: str, **methods: Body) -> Body:
    nested = {verb: {"httpMethod": verb} | each for verb, each in methods.items()}
    return {"id": f"id-of-{path}", "path": path, "resourceMethods": nested}


def test_ids_become_names_and_defaults_fall_away() -> None:
    method = {
        "authorizationType": "CUSTOM",
        "authorizerId": "a1",
        "requestValidatorId": "v1",
        "methodIntegration": {
            "type": "HTTP",
            "connectionType": "INTERNET",
            "cacheNamespace": "id-of-/",
            "cacheKeyParameters": [],
            "timeoutInMillis": 29000,
        },
    }
    found = named.definition(
        snapshot(
            resource("/", GET=method),
            authorizers=[{"id": "a1", "name": "A"}],
            requestValidators=[{"id": "v1", "name": "V"}],
        )
    )
    assert found.api == {"name": "api"}
    assert found.resources["/"]["GET"] == {
        "httpMethod": "GET",
        "authorizationType": "CUSTOM",
        "apiKeyRequired": False,
        "authorizer": "A",
        "validator": "V",
        "methodIntegration": {"type": "HTTP"},
    }
    assert (found.authorizers, found.validators) == ([{"name": "A"}], [{"name": "V"}])


def test_resources_come_back_with_what_is_below_them() -> None:
    given = (resource("/"), resource("/a"), resource("/a/b", GET={"authorizationType": "NONE"}), resource("/leaf"))
    assert list(named.definition(snapshot(*given)).resources) == ["/a/b", "/leaf"]
    assert named.definition(snapshot(resource("/"))).resources == {}


def model(name: str, schema: str) -> Body:
    return {"id": "m", "name": name, "contentType": "application/json", "schema": schema}


def test_models() -> None:
    uses = {"authorizationType": "NONE", "requestModels": {"application/json": "Empty"}}
    found = named.definition(
        snapshot(
            resource("/", GET=uses),
            models=[
                model("Empty", '{"$schema": "draft", "type": "object"}'),
                model("Error", '{"type": "object"}'),
                model("A", f'{{"$ref": "{ADDRESS}Empty"}}'),
                model("Text", "any text"),
            ],
        )
    )
    assert {each["name"]: each["schema"] for each in found.models} == {
        "Empty": {"type": "object"},
        "A": {"$ref": "#/definitions/Empty"},
    }
    with pytest.raises(DocumentError, match="JSON body models are not found"):
        named.definition(snapshot(resource("/", GET=uses), models=[model("Empty", "any text")]))
