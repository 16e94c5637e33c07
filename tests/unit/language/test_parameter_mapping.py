from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.language.jsonpath import compile_path
from gatewright.language.parameter_mapping import (
    MAX_BODY,
    Change,
    MappedBody,
    ParameterMappingError,
    evaluate,
    parse_request_change,
    parse_response_change,
    parse_value,
    reserved,
)


class _View:
    """A request with one of everything."""

    def __init__(self, body: bytes = b'{"user": {"name": "ada", "age": 36, "tags": ["a", "b"]}, "none": null}') -> None:
        self._body = body

    def header(self, name: str) -> str | None:
        return {"x-one": "h1"}.get(name.lower())

    def querystring(self, name: str) -> str | None:
        return {"q": "q1"}.get(name)

    def path(self) -> str:
        return "/pets/7"

    def variable(self, name: str) -> str | None:
        return {"id": "7"}.get(name)

    def body(self) -> MappedBody:
        return MappedBody(self._body)

    def context(self, name: str) -> str | None:
        return {"requestId": "r1", "identity.sourceIp": "192.0.2.1"}.get(name)

    def answer_header(self, name: str) -> str | None:
        return {"x-one": "a1"}.get(name.lower())

    def answer_body(self) -> MappedBody:
        return MappedBody(b'{"total": 3}')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("plain", "plain"),
        ("costs 5 $", "costs 5 $"),
        ("$request.header.X-One", "h1"),
        ("$request.header.none", None),
        ("$request.querystring.q", "q1"),
        ("$request.querystring.Q", None),
        ("$request.path", "/pets/7"),
        ("$request.path.id", "7"),
        ("$request.path.none", None),
        ("$request.body.user.name", "ada"),
        ("$request.body.user.age", "36"),
        ("$request.body.user.tags[1]", "b"),
        ("$request.body.user.tags", '["a","b"]'),
        ("$request.body.none", None),
        ("$request.body.user.none", None),
        ("$context.requestId", "r1"),
        ("$context.identity.sourceIp", "192.0.2.1"),
        ("$context.nothing", None),
        ("$stageVariables.color", "red"),
        ("$stageVariables.none", ""),
        ("${request.path.id}-${context.requestId}", "7-r1"),
        ("/x/${request.path.none}/y", "/x//y"),
        ("${stageVariables.color}!", "red!"),
        ("${request.path.id}", "7"),
        ("a ${b} c", "a ${b} c"),
    ],
)
def test_values_of_a_request(text: str, value: str | None) -> None:
    assert evaluate(parse_value(text, "request", {"color": "red"}), _View()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$response.header.X-One", "a1"),
        ("$response.body.total", "3"),
        ("$response.body", '{"total": 3}'),
        ("$request.header.x-one", "h1"),
        ("${response.header.x-one}/${response.body.total}", "a1/3"),
    ],
)
def test_values_of_an_answer(text: str, value: str) -> None:
    assert evaluate(parse_value(text, "response", {}), _View()) == value


@pytest.mark.parametrize(
    "text",
    [
        "$nothing",
        "$request",
        "$request.cookie.a",
        "$request.header",
        "$response.header.a",
        "$request.body..name",
        "$request.body.list[?(@.a)]",
        "$request.body.[",
        "${request.body.[}",
        "${request.nothing.a}",
    ],
)
def test_what_is_no_value_of_a_request(text: str) -> None:
    with pytest.raises(ParameterMappingError, match="Invalid mapping expression specified"):
        parse_value(text, "request", {})


@pytest.mark.parametrize("text", ["$response.querystring.a", "$response.path", "$response.path.id"])
def test_answers_have_no_path_and_no_query(text: str) -> None:
    with pytest.raises(ParameterMappingError):
        parse_value(text, "response", {})


def test_bodies_that_are_no_json_have_nothing_in_them() -> None:
    value = parse_value("$request.body.a", "request", {})
    for body in (b"", b"{", b"[1]", b'{"a": ' + b"[" * 5000, b"\xff"):
        assert evaluate(value, _View(body)) is None


def test_of_long_bodies_only_the_beginning_counts() -> None:
    body = json.dumps({"a": "x" * MAX_BODY}).encode()
    assert evaluate(parse_value("$request.body.a", "request", {}), _View(body)) is None
    assert len(evaluate(parse_value("$request.body", "request", {}), _View(body)) or "") == MAX_BODY


def test_keys_of_a_request() -> None:
    assert parse_request_change("append:header.X-A", "1", {}) == Change("append", "header", "X-A", ("1",))
    assert parse_request_change("overwrite:querystring.a b", "", {}) == Change("overwrite", "querystring", "a b", ("",))
    assert parse_request_change("overwrite:path", "/a", {}) == Change("overwrite", "path", "", ("/a",))
    assert parse_request_change("remove:header.x", "$anything", {}) == Change("remove", "header", "x", ())
    for key in ("append:path", "remove:path", "overwrite:statuscode", "header.x", "set:header.x", "append:header."):
        with pytest.raises(ParameterMappingError):
            parse_request_change(key, "a", {})


def test_keys_of_an_answer() -> None:
    assert parse_response_change("overwrite:statuscode", "403", {}).place == "statuscode"
    assert parse_response_change("append:header.a", "$response.header.b", {}).name == "a"
    for key in ("append:statuscode", "overwrite:path", "append:querystring.a"):
        with pytest.raises(ParameterMappingError):
            parse_response_change(key, "a", {})


@pytest.mark.parametrize(
    "name", ["Authorization", "via", "X-Amz-Date", "access-control-allow-origin", "apigw-x", "x-amzn-y", "Forwarded"]
)
def test_reserved_headers(name: str) -> None:
    assert reserved(name)
    for parse in (parse_request_change, parse_response_change):
        with pytest.raises(ParameterMappingError, match="Operations on header"):
            parse(f"remove:header.{name}", "''", {})


def test_ordinary_headers_are_not_reserved() -> None:
    assert not any(reserved(name) for name in ("Host", "X-A", "Content-Type", "x-amount", "Viable"))


def test_a_body_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = json.loads

    def counted(text: str) -> Any:
        parsed.append(text)
        return loads(text)

    monkeypatch.setattr(json, "loads", counted)
    for body, found in ((b'{"a": {"b": 1}}', '{"b":1}'), (b"{", None)):
        parsed.clear()
        mapped = MappedBody(body)
        assert [mapped.read(compile_path("$.a")) for _ in range(3)] == [found] * 3
        assert len(parsed) == 1


def test_a_text_that_no_header_can_have() -> None:
    for value in ("a\r\nb: c", "${request.path}\x00"):
        with pytest.raises(ParameterMappingError, match="Invalid mapping expression specified"):
            parse_request_change("append:header.x", value, {})
