from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.mapping import (
    MappingError,
    Side,
    parse_request_target,
    parse_response_target,
    parse_source,
    read,
)

REQUEST: Side = "method.request"
RESPONSE: Side = "integration.response"


class _View:
    def path_parameter(self, name: str) -> str | None:
        return {"id": "7"}.get(name)

    def query_values(self, name: str) -> list[str]:
        return {"q": ["1", "2"]}.get(name, [])

    def header_values(self, name: str) -> list[str]:
        return {"H": ["a", "b"]}.get(name, [])

    def body_text(self) -> str:
        return "text"

    def body_json(self) -> Any:
        return {"user": {"names": ["ann", "bob"], "age": 3, "a b": True}, "none": None}

    def context_value(self, name: str) -> str | None:
        return {"stage": "v1"}.get(name)


@pytest.mark.parametrize(
    ("expression", "side", "values"),
    [
        ("'text'", REQUEST, ["text"]),
        ("'it''s'", RESPONSE, ["it''s"]),
        ("''", REQUEST, [""]),
        ("method.request.path.id", REQUEST, ["7"]),
        ("method.request.path.no", REQUEST, []),
        ("method.request.querystring.q", REQUEST, ["2"]),
        ("method.request.multivaluequerystring.q", REQUEST, ["1", "2"]),
        ("method.request.header.H", REQUEST, ["b"]),
        ("method.request.header.h", REQUEST, []),
        ("method.request.multivalueheader.H", REQUEST, ["a", "b"]),
        ("method.request.body", REQUEST, ["text"]),
        ("method.request.body.user.age", REQUEST, ["3"]),
        ("method.request.body.user.names", REQUEST, ['["ann","bob"]']),
        ("method.request.body.user.names[1]", REQUEST, ["bob"]),
        ("method.request.body.user.names[2]", REQUEST, []),
        ("method.request.body.user['a b']", REQUEST, ["true"]),
        ("method.request.body['user'].names[0]", REQUEST, ["ann"]),
        ("method.request.body.none", REQUEST, []),
        ("method.request.body.user.age.x", REQUEST, []),
        ("method.request.body[0]", REQUEST, []),
        ("method.request.body..names[0]", REQUEST, ['["ann"]']),
        ("method.request.body.user.names[?(@ =~ /b.*/)]", REQUEST, ['["bob"]']),
        ("method.request.body.user.names.length()", REQUEST, ["2"]),
        ("method.request.body.user.age.sum()", REQUEST, []),
        ("method.request.body.user.nope[*]", REQUEST, []),
        ("integration.response.header.H", RESPONSE, ["b"]),
        ("integration.response.multivalueheader.H", RESPONSE, ["a", "b"]),
        ("integration.response.body.user.age", RESPONSE, ["3"]),
        ("context.stage", RESPONSE, ["v1"]),
        ("context.no", REQUEST, []),
        ("stageVariables.colour", REQUEST, ["green"]),
    ],
)
def test_sources(expression: str, side: Side, values: list[str]) -> None:
    source = parse_source(expression, side, {"colour": "green"})
    assert source is not None
    assert read(source, _View()) == values


def test_what_is_nested_too_deeply_gives_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    monkeypatch.setattr(_View, "body_json", lambda view: {"a": deep, "b": 1})
    for name, values in (("a", []), ("b", ["1"])):
        source = parse_source(f"method.request.body.{name}", REQUEST, {})
        assert source is not None
        assert read(source, _View()) == values


def test_a_stage_variable_that_is_not_defined_is_no_source() -> None:
    assert parse_source("stageVariables.no", REQUEST, {}) is None


@pytest.mark.parametrize(
    ("expression", "side"),
    [
        ("text", REQUEST),
        ("'", REQUEST),
        ("", REQUEST),
        ("method.request.cookie.x", REQUEST),
        ("method.request.header.", REQUEST),
        ("method.request.header.a b", REQUEST),
        ("method.request.header.H", RESPONSE),
        ("integration.response.header.H", REQUEST),
        ("integration.response.querystring.q", RESPONSE),
        ("method.request.bodyx", REQUEST),
        ("method.request.body.", REQUEST),
        ("method.request.body.x[?]", REQUEST),
        ("method.request.body.x[a]", REQUEST),
        ("context.", REQUEST),
    ],
)
def test_what_is_no_source(expression: str, side: Side) -> None:
    with pytest.raises(MappingError):
        parse_source(expression, side, {})


def test_targets() -> None:
    assert parse_request_target("integration.request.header.X-A") == ("header", "X-A")
    assert parse_request_target("integration.request.path.id") == ("path", "id")
    assert parse_response_target("method.response.header.X-A") == "X-A"
    for key in ("integration.request.cookie.x", "method.request.header.x", "integration.request.header.a b", ""):
        with pytest.raises(MappingError, match="Invalid mapping expression parameter specified"):
            parse_request_target(key)
    for key in ("method.response.querystring.x", "integration.response.header.x", "method.response.header."):
        with pytest.raises(MappingError, match="Invalid mapping expression parameter specified"):
            parse_response_target(key)


@given(st.text())
def test_any_text_is_a_source_or_refused(expression: str) -> None:
    try:
        source = parse_source(expression, REQUEST, {})
    except MappingError:
        return
    assert source is None or isinstance(read(source, _View()), list)
