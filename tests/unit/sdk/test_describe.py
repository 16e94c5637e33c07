from __future__ import annotations

import pytest

from gatewright.sdk.base import Parameter
from gatewright.sdk.describe import describe
from tests.unit.sdk.support import api


def test_methods_come_in_order_of_path_and_verb() -> None:
    found = [(method.path, method.verb) for method in api().methods]
    assert found[:3] == [("/", "GET"), ("/pets", "POST"), ("/pets/{petId}", "GET")]
    verbs = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    assert found[3:] == [("/{proxy+}", verb) for verb in verbs]


def test_what_is_known_of_a_method() -> None:
    pet = api().methods[2]
    assert (pet.operation, pet.authorization, pet.api_key, pet.returns) == ("GetPet", "AWS_IAM", True, {"200": "Pet"})
    assert pet.parameters == (
        Parameter("petId", "path", required=True),
        Parameter("X-Thing", "header", required=False),
        Parameter("type", "querystring", required=True),
    )
    assert api().methods[1].body == "Pet"
    assert api().methods[3].parameters == (Parameter("proxy", "path", required=True),)


def test_the_api() -> None:
    made = api()
    assert (made.name, made.version, made.region) == ("Pets", "7", "eu-west-1")
    assert made.url == "http://localhost:4566/_aws/execute-api/abc/v1"
    assert [(model.name, bool(model.schema)) for model in made.models] == [("Bad", False), ("Pet", True)]


@pytest.mark.parametrize("schema", ["", "[]", "NaN", '{"a": 1e999}', "[" * 100_000, None])
def test_schemas_that_are_none(schema: str | None) -> None:
    made = describe({"api": {}, "models": [{"name": "M", "schema": schema}]}, region="r", url="u")
    assert made.models[0].schema == {}
