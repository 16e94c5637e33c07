from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.deploy.methods import RefusedError
from gatewright.deploy.validation import Validators, needed
from gatewright.program.records import RequiredParameter
from tests.plays.stage import mock, resource

_URL = "https://apigateway.amazonaws.com/restapis/abc/models/"


def _model(name: str, schema: Any) -> dict[str, Any]:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return {"id": name.lower(), "name": name, "schema": text, "contentType": "application/json"}


_SNAPSHOT: dict[str, Any] = {
    "api": {"id": "abc"},
    "resources": [],
    "models": [
        _model("Person", {"properties": {"house": {"$ref": _URL + "House"}}}),
        _model("House", {"properties": {"owner": {"$ref": _URL + "Person"}}}),
        _model("Other", {}),
    ],
    "requestValidators": [
        {"id": "off", "name": "off", "validateRequestBody": False, "validateRequestParameters": False},
        {"id": "body", "name": "body", "validateRequestBody": True, "validateRequestParameters": False},
        {"id": "both", "name": "both", "validateRequestBody": True, "validateRequestParameters": True},
        {"id": "params", "name": "params", "validateRequestBody": False, "validateRequestParameters": True},
    ],
}


def _method(validator: str | None, **members: Any) -> dict[str, Any]:
    return mock() | ({"requestValidatorId": validator} if validator else {}) | members


def _needed(*methods: dict[str, Any]) -> dict[str, Any]:
    resources = [resource(f"/{at}", GET=each) for at, each in enumerate(methods)]
    return needed(_SNAPSHOT | {"resources": resources})


def test_only_what_is_used_goes_into_the_program() -> None:
    person = {"application/json": "Person"}
    assert _needed(_method(None, requestModels=person), _method("off", requestModels=person)) == {}
    assert _needed(_method("gone")) == {}
    assert _needed(_method("params", requestModels=person)) == {
        "validators": {"params": {"validateRequestParameters": True}}
    }
    found = _needed(_method("body", requestModels=person))
    assert found["validators"] == {"body": {"validateRequestBody": True}}
    assert found["models"].keys() == {"Person", "House"}
    assert needed({"api": {}, "resources": [resource("/", GET=_method("body"))]}) == {}  # an old snapshot


def test_a_method() -> None:
    method = _method(
        "both",
        requestModels={"Application/JSON; charset=utf-8": "Person", "$default": "Other"},
        requestParameters={
            "method.request.querystring.q": True,
            "method.request.querystring.optional": False,
            "method.request.path.id": True,
            "method.request.header.X-B": True,
            "method.request.header.X-A": True,
        },
    )
    validators = Validators(_needed(method))
    validation = validators.compile(method)
    assert validation is not None
    assert validation.parameters == (
        RequiredParameter("header", "X-A"),
        RequiredParameter("header", "X-B"),
        RequiredParameter("path", "id"),
        RequiredParameter("querystring", "q"),
    )
    models = dict(validation.models)
    assert models.keys() == {"application/json", "$default"}
    assert models["application/json"].problems(b'{"house": {"owner": {}}}') == []
    again = validators.compile(method)
    assert again is not None
    assert again == validation  # the same compiled models
    assert validators.compile(_method("both")) is None
    assert validators.compile(_method("off")) is None


@pytest.mark.parametrize(
    ("name", "schema", "reason"),
    [
        ("Broken", "{", "model Broken cannot be used to validate requests: the schema is no JSON"),
        ("Alone", {"$ref": _URL + "Nobody"}, "model Alone cannot be used .*: there is no model Nobody"),
        ("Missing", None, "there is no model Missing"),
    ],
)
def test_what_cannot_be_compiled(name: str, schema: Any, reason: str) -> None:
    method = _method("body", requestModels={"application/json": name})
    models = [] if schema is None else [_model(name, schema)]
    document = needed(_SNAPSHOT | {"resources": [resource("/", GET=method)], "models": models})
    with pytest.raises(RefusedError, match=reason):
        Validators(document).compile(method)
