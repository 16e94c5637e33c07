from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.validation import build
from gatewright.language.schema import compile_schema
from gatewright.program.records import RequiredParameter, Validation
from tests.unit.gateway.support import compiled, exchange, parts

_PERSON = compile_schema(json.dumps({"type": "object", "required": ["name"]}), {})
_TEXT = compile_schema(json.dumps({"type": "string"}), {})
_REQUIRED = (
    RequiredParameter("header", "X-Issuer"),
    RequiredParameter("path", "id"),
    RequiredParameter("querystring", "q"),
)


def _refusal(validation: Validation, **request: Any) -> GatewayError | None:
    program, method = compiled()
    step = build(dataclasses.replace(method, validation=validation), parts(program))
    assert step is not None
    try:
        assert step(exchange(**request)) is None
    except GatewayError as error:
        return error
    return None


def test_a_method_without_validation_has_no_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


@pytest.mark.parametrize(
    ("headers", "query", "missing"),
    [
        ({"x-issuer": "a"}, "q=1", None),
        ({}, "q=1", "[X-Issuer]"),
        ({}, "", "[X-Issuer, q]"),
        ({"X-Issuer": " "}, "q=%20", "[X-Issuer, q]"),
        ({"X-Issuer": "a"}, "q=1&q=", "[q]"),
        ({"X-Issuer": "a"}, "Q=1", "[q]"),
    ],
)
def test_parameters(headers: dict[str, str], query: str, missing: str | None) -> None:
    error = _refusal(Validation(_REQUIRED, ()), headers=headers, query=query)
    if missing is None:
        assert error is None
        return
    assert error is not None
    assert (error.kind.name, error.status) == ("BAD_REQUEST_PARAMETERS", 400)
    assert error.message == f"Missing required request parameters: {missing}"
    assert error.validation is None


def test_a_path_parameter_that_the_resource_does_not_have() -> None:
    error = _refusal(Validation((RequiredParameter("path", "other"),), ()))
    assert error is not None
    assert error.message == "Missing required request parameters: [other]"


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, b'{"name": 1}', None),
        ({}, b"{}", '[object has missing required properties (["name"])]'),
        ({"Content-Type": "Application/JSON; charset=utf-8"}, b"[]", "[instance type (array) does not match"),
        ({}, b"", "[Unknown error parsing request body]"),
        ({"Content-Type": "text/plain"}, b"nonsense", None),
    ],
)
def test_the_body_by_its_media_type(headers: dict[str, str], body: bytes, found: str | None) -> None:
    error = _refusal(Validation((), (("application/json", _PERSON),)), headers=headers, body=body)
    if found is None:
        assert error is None
        return
    assert error is not None
    assert (error.kind.name, error.message) == ("BAD_REQUEST_BODY", "Invalid request body")
    assert error.validation is not None
    assert error.validation.startswith(found)
    assert error.log is not None
    assert error.log.startswith("Request body does not match model schema for content type application/json: [")


def test_the_default_takes_what_no_other_does() -> None:
    validation = Validation((), (("$default", _TEXT), ("application/json", _PERSON)))
    assert _refusal(validation, headers={"Content-Type": "text/plain"}, body=b'"x"') is None
    assert _refusal(validation, headers={"Content-Type": "text/plain"}, body=b'{"name": 1}') is not None
    assert _refusal(validation, body=b'{"name": 1}') is None


def test_what_a_body_holds_does_not_break_the_log() -> None:
    long = compile_schema(json.dumps({"maxLength": 1}), {})
    body = json.dumps("a\nb" * 1000).encode()
    error = _refusal(Validation((), (("application/json", long),)), body=body)
    assert error is not None
    assert error.log is not None
    assert "\n" not in error.log
    assert len(error.log) == 1025


def test_parameters_come_first() -> None:
    error = _refusal(Validation(_REQUIRED, (("application/json", _PERSON),)), body=b"")
    assert error is not None
    assert error.kind.name == "BAD_REQUEST_PARAMETERS"
