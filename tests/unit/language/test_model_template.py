from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.language.model_template import sample_template
from gatewright.language.schema import SchemaError

_HEAD = "#set($inputRoot = $input.path('$'))\n"
_URL = "https://apigateway.amazonaws.com/restapis/abc/models/"


def test_as_in_awss_example() -> None:
    number = {"type": "number"}
    schema = {"type": "object", "properties": {"a": number, "b": number, "op": {"type": "string"}, "c": number}}
    expected = '{\n  "a" : 3.1415,\n  "b" : 3.1415,\n  "op" : "foo",\n  "c" : 3.1415\n}'
    assert sample_template(json.dumps(schema), {}) == _HEAD + expected


def test_a_list() -> None:
    item = {"type": "object", "properties": {"age": {"type": "integer"}, "height": {"type": "integer"}}}
    assert sample_template(json.dumps({"type": "array", "items": item}), {}) == _HEAD + (
        "[\n##TODO: Update this foreach loop to reference array from input json\n"
        "#foreach($elem in $inputRoot.TODO)\n"
        ' {\n  "age" : 42,\n  "height" : 42\n} \n'
        "#if($foreach.hasNext),#end\n#end\n]"
    )


@pytest.mark.parametrize(
    ("schema", "sample"),
    [
        ({"type": "object"}, "{ }"),
        ({"type": "boolean"}, "true"),
        ({"type": ["null", "integer"]}, "42"),
        ({"enum": ["x", "y"]}, '"x"'),
        ({}, '"foo"'),
        ({"properties": {"a": {"properties": {"b": {"type": "null"}}}}}, '{\n  "a" : {\n    "b" : null\n  }\n}'),
        ({"properties": {"a": {"$ref": "#"}}}, '{\n  "a" : {\n    "a" : { }\n  }\n}'),
        ({"properties": {"a": {"$ref": _URL + "B"}}}, '{\n  "a" : {\n    "c" : 42\n  }\n}'),
        ({"properties": {"a": {"$ref": "#/definitions/none"}}}, '{\n  "a" : "foo"\n}'),
    ],
)
def test_samples(schema: dict[str, Any], sample: str) -> None:
    models = {"B": json.dumps({"properties": {"c": {"type": "integer"}}})}
    assert sample_template(json.dumps(schema), models) == _HEAD + sample


def test_what_would_grow_without_end() -> None:
    models = {
        f"M{at}": json.dumps({"properties": {str(n): {"$ref": f"{_URL}M{at + 1}"} for n in range(10)}})
        for at in range(8)
    }
    models["M8"] = "{}"
    with pytest.raises(SchemaError, match="too large"):
        sample_template(models["M0"], models)
