from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import base_path
from tests.unit.openapi.support import source

VARIABLE = {"url": "https://x/{basePath}", "variables": {"basePath": {"default": "v/w"}}}


@pytest.mark.parametrize(
    ("dialect", "tree", "prepended", "split"),
    [
        ("2.0", {"basePath": "/a/b/c"}, "/a/b/c", "/b/c"),
        ("2.0", {"basePath": "/"}, "", ""),
        ("2.0", {}, "", ""),
        ("3.0", {"servers": [{"url": "https://x.y/a/b/"}, {"url": "https://z/c"}]}, "/a/b", "/b"),
        ("3.0", {"servers": [VARIABLE]}, "/v/w", "/w"),
        ("3.0", {"servers": [{"url": "/a"}]}, "/a", ""),
        ("3.0", {"servers": [{"url": "/a/{b}", "variables": {"b": {"default": "c"}}}]}, "/a/c", "/c"),
        ("3.0", {"servers": []}, "", ""),
    ],
)
def test_modes(dialect: str, tree: Any, prepended: str, split: str) -> None:
    found = [base_path.prefix(source(tree, dialect), mode) for mode in base_path.MODES]
    assert found == ["", prepended, split]


def test_a_url_that_is_none() -> None:
    made = source({"servers": [{"url": "http://[x"}]})
    assert base_path.prefix(made, "prepend") == ""
    assert made.problems == ["Unable to read '/servers/0/url': 'http://[x' is no URL"]


@pytest.mark.parametrize(
    ("before", "path", "joined"), [("", "/", "/"), ("", "/a/", "/a"), ("/b", "/", "/b"), ("/b", "/a/{c}", "/b/a/{c}")]
)
def test_joining(before: str, path: str, joined: str) -> None:
    assert base_path.join(before, path) == joined
