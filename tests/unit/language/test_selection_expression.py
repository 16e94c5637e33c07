"""Selection expressions: tables of what AWS documents and shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.language.selection_expression import (
    BODY,
    RESPONSE,
    ExpressionError,
    Root,
    parse_expression,
)


class Seen:
    """A message and an answer."""

    def __init__(self, body: Any = None, answer: Any = None, texts: dict[str, str] | None = None) -> None:
        self._documents = {"request.body": body, "integration.response.body": answer}
        self._texts = texts or {}

    def document(self, root: Root) -> Any:
        return self._documents[root]

    def text(self, root: Root, name: str) -> str | None:
        return self._texts.get(f"{root}.{name}".rstrip("."))


@pytest.mark.parametrize(
    ("expression", "body", "selected"),
    [
        ("$request.body.action", {"action": "join"}, "join"),
        ("${request.body.action}", {"action": "join"}, "join"),
        ("$request.body.a.b", {"a": {"b": "c"}}, "c"),
        ("$request.body.a-b", {"a-b": "c"}, "c"),
        ("$request.body.a[1]", {"a": ["x", "y"]}, "y"),
        ("$request.body.a[0].b", {"a": [{"b": "c"}]}, "c"),
        ("$request.body.[0]", ["REQ", {}], "REQ"),  # as those write it whose messages are lists
        ("${request.body.[0]}-$request.body.[1].a", ["REQ", {"a": "b"}], "REQ-b"),
        ("$request.body.[0]", {"action": "a"}, ""),
        ("$request.body['x y']", {"x y": "z"}, "z"),
        ("${request.body.service}/${request.body.action}", {"service": "chat", "action": "join"}, "chat/join"),
        ("${request.body.a}${request.body.b}", {"a": "x", "b": "y"}, "xy"),
        ("$request.body.a/$request.body.b", {"a": "x", "b": "y"}, "x/y"),
        ("static", {"action": "join"}, "static"),
        ("", {"action": "join"}, ""),
        ("\\$default", None, "$default"),
        ("$default", None, "$default"),
        ("a\\$b", None, "a$b"),
        # what is not there is empty text
        ("$request.body.action", {}, ""),
        ("$request.body.action", None, ""),
        ("$request.body.action", [1, 2], ""),
        ("$request.body.action", "text", ""),
        ("$request.body.a.b", {"a": "c"}, ""),
        ("$request.body.a[7]", {"a": []}, ""),
        ("x-${request.body.action}", {}, "x-"),
        # as text
        ("$request.body.action", {"action": None}, ""),
        ("$request.body.action", {"action": True}, "true"),
        ("$request.body.action", {"action": 7}, "7"),
        ("$request.body.action", {"action": 1.5}, "1.5"),
        ("$request.body.action", {"action": ["a", "b"]}, "[a, b]"),
        ("$request.body.action", {"action": []}, "[]"),
        ("$request.body.action", {"action": {"a": "b"}}, "{a=b}"),
        ("$request.body", {"a": 1}, "{a=1}"),
        # evaluated once
        ("$request.body.a", {"a": "${request.body.b}", "b": "no"}, "${request.body.b}"),
        ("$request.body.a", {"a": "\\$default"}, "\\$default"),
    ],
)
def test_selected(expression: str, body: Any, selected: str) -> None:
    assert parse_expression(expression, BODY).evaluate(Seen(body)) == selected


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("${integration.response.statuscode}", "404"),
        ("$integration.response.header.X-Kind", "special"),
        ("${integration.response.multivalueheader.X-Kind}-x", "a,b-x"),
        ("${integration.response.body.errorMessage}", "bad"),
        ("${request.body.action}", "join"),
        ("${integration.response.header.none}", ""),
    ],
)
def test_of_an_answer(expression: str, selected: str) -> None:
    texts = {
        "integration.response.statuscode": "404",
        "integration.response.header.X-Kind": "special",
        "integration.response.multivalueheader.X-Kind": "a,b",
    }
    seen = Seen({"action": "join"}, {"errorMessage": "bad"}, texts)
    assert parse_expression(expression, RESPONSE).evaluate(seen) == selected


@pytest.mark.parametrize(
    "expression",
    [
        "$",
        "a$",
        "$ {x}",
        "${}",
        "${request}",
        "$request.header.x",
        "$context.stage",
        "$request.bodyx",
        "$unknown",
        "${request.body[?(}",
        "${integration.response.statuscode}",
    ],
)
def test_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(expression, BODY)


def test_a_status_has_no_members() -> None:
    with pytest.raises(ExpressionError):
        parse_expression("$integration.response.statuscode.x", RESPONSE)


def test_constants_are_known() -> None:
    assert parse_expression("a\\$b", BODY).constant
    assert not parse_expression("a${request.body.b}", BODY).constant


def test_deep_documents_select_nothing() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    assert parse_expression("$request.body", BODY).evaluate(Seen(deep)) in ("", "[" * 900 + "]" * 900)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("$request.body.action", ("action",)),
        ("${request.body.a.b}", ("a", "b")),
        ("$request.body.a/x", None),
        ("$request.body.list[0]", None),
        ("${request.body.a}${request.body.b}", None),
        ("static", None),
        ("$integration.response.body.a", None),
    ],
)
def test_expressions_that_name_one_member_of_the_message(text: str, members: tuple[str, ...] | None) -> None:
    assert parse_expression(text, RESPONSE).members == members
