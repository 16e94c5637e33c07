from __future__ import annotations

from typing import Any

import pytest

from tests.unit.openapi.support import document, problems, read


@pytest.mark.parametrize(
    "tree",
    [
        None,
        1,
        "text",
        [],
        {},
        {"swagger": "1.2"},
        {"openapi": "2.0.0"},
        {"openapi": "3.2.0"},
        {"openapi": {}},
        {"info": {}},
    ],
)
def test_what_is_no_openapi_at_all(tree: Any) -> None:
    assert problems(tree) == ()


@pytest.mark.parametrize("dialect", ["2.0", "3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.0.0-rc2"])
def test_dialects(dialect: str) -> None:
    assert read(document({"/a": {}}, dialect=dialect)).resources == {"/a": {}}


def test_paths() -> None:
    tree = document({"/a/": {"get": {}}, "/a": {"put": {}}, "x-other": 1}, servers=[{"url": "/b"}])
    assert {path: sorted(item) for path, item in read(tree, base="prepend").resources.items()} == {
        "/b/a": ["GET", "PUT"]
    }
    assert problems(document({"a": {}})) == ("Unable to read '/paths/a': a path begins with '/'",)


def test_every_problem_is_reported() -> None:
    tree = document({"/a": {"get": {"parameters": {}, "responses": []}, "put": 1}}, security={})
    assert len(problems(tree)) == 4


def test_webhooks_are_passed_over() -> None:
    tree = document(dialect="3.1.0", webhooks={"x": {}})
    assert read(tree).warnings == ["Unsupported property 'webhooks' at '/'. Ignoring."]
