from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.substitution import parse_substitution, substitute

VARIABLES = {"a": "one", "b-c": "two"}
CONTEXT = {"stage": "v1", "error.message": "no", "authorizer.user-name": "me"}


class View:
    """A request with one of everything."""

    def path_parameter(self, name: str) -> str | None:
        return {"id": "7"}.get(name)

    def query_values(self, name: str) -> list[str]:
        return {"q": ["first", "last"]}.get(name, [])

    def header_values(self, name: str) -> list[str]:
        return {"X-A": ["h"]}.get(name, [])

    def body_text(self) -> str:
        raise AssertionError("templates of gateway responses cannot read the body")

    def body_json(self) -> Any:
        raise AssertionError("templates of gateway responses cannot read the body")

    def context_value(self, name: str) -> str | None:
        return CONTEXT.get(name)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("plain $ text", "plain $ text"),
        ('{"m": "$context.error.message"}', '{"m": "no"}'),
        ("$context.stage.", "v1."),
        ("${context.stage}s", "v1s"),
        ("${context.stage", "${context.stage"),
        ("$context.authorizer.user-name!", "me!"),
        ("<$context.nothing>", "<>"),
        ("<$stageVariables.a$stageVariables.b-c$stageVariables.none>", "<onetwo>"),
        ("$method.request.header.X-A $method.request.path.id $method.request.querystring.q", "h 7 last"),
        ("$method.request.header.None", ""),
        (
            "$input.body $util.escapeJavaScript('x') #set($a = 1)",
            "$input.body $util.escapeJavaScript('x') #set($a = 1)",
        ),
        ("$context", "$context"),
        ("$context..a", "$context..a"),
        ("$method.request.body", "$method.request.body"),
        ("$contexts.a", "$contexts.a"),
        ("$$context.stage", "$v1"),
    ],
)
def test_references_are_replaced_and_nothing_else(template: str, text: str) -> None:
    assert substitute(parse_substitution(template, VARIABLES), View()) == text


def test_text_that_is_known_at_once_is_one_piece() -> None:
    assert parse_substitution("<$stageVariables.a>$stageVariables.none.", VARIABLES) == ("<one>.",)
