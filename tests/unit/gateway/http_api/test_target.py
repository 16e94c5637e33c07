from __future__ import annotations

from typing import Any

import pytest

from tests.plays.http_api import HttpPlay, proxy, route


def _target(key: str, uri: str, url: str, stage: str = "$default", **members: Any) -> str:
    play = HttpPlay(route(key, proxy(uri, **members)), stage=stage)
    return play.client("GET", url).backend.target


@pytest.mark.parametrize(
    ("key", "uri", "url", "target"),
    [
        ("GET /a", "http://h.test", "/a", "/"),
        ("GET /a", "http://h.test/b?x=1", "/a", "/b?x=1"),
        ("GET /a", "http://h.test/b?x=1", "/a?y=2", "/b?x=1&y=2"),
        ("GET /a/{id}", "http://h.test/b", "/a/7", "/b"),
        ("GET /a/{id}", "http://h.test/b/{id}/c", "/a/7", "/b/7/c"),
        ("GET /a/{id}", "http://h.test/b/{id}", "/a/a%2Fb%20c", "/b/a%2Fb%20c"),
        ("GET /a/{id}", "http://h.test/b?id={id}", "/a/7%26x", "/b?id=7%26x"),
        ("GET /{proxy+}", "http://h.test/b/{proxy}", "/x/y/z?q", "/b/x/y/z?q"),
        ("GET /{proxy+}", "http://h.test/b/{proxy+}", "/x/y/", "/b/x/y/"),
        ("$default", "http://h.test", "/x/y?q=1", "/x/y?q=1"),
        ("$default", "http://h.test/", "/x", "/x"),
        ("$default", "http://h.test/base/", "/x", "/base/x"),
        ("$default", "http://h.test/base?k=1", "/x?q=1", "/base/x?k=1&q=1"),
        ("$default", "http://h.test/base", "/", "/base/"),
        ("$default", "http://h.test/base", "/a%20b", "/base/a%20b"),
        ("$default", "http://h.test/base", "/a/./b", "/base/a/./b"),
    ],
)
def test_targets(key: str, uri: str, url: str, target: str) -> None:
    assert _target(key, uri, url) == target


def test_the_stage_is_not_part_of_what_is_appended() -> None:
    assert _target("$default", "http://h.test/base", "/v1/x", stage="v1") == "/base/x"


@pytest.mark.parametrize(
    ("key", "uri", "url"),
    [
        ("$default", "http://h.test/base", "/../x"),
        ("$default", "http://h.test/base", "/%2e%2e/x"),
        ("GET /{proxy+}", "http://h.test/b/{proxy}", "/..%2fx"),
        ("GET /a/{id}", "http://h.test/b/{id}/c", "/a/.."),
    ],
)
def test_no_value_leads_out_of_its_place(key: str, uri: str, url: str) -> None:
    HttpPlay(route(key, proxy(uri))).client("GET", url).failed(400, "Bad Request")


def test_a_placeholder_that_the_route_lacks() -> None:
    play = HttpPlay(route("GET /a", proxy("http://h.test/{id}")))
    play.client("GET", "/a").failed(500, "Internal Server Error")


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("$request.path", "/v/7?q=1"),
        ("/x/${request.path.id}", "/x/7?q=1"),
        ("plain", "/plain?q=1"),
        ("/a b/é", "/a%20b/%C3%A9?q=1"),
    ],
)
def test_a_path_that_a_mapping_made(value: str, target: str) -> None:
    mapped: Any = {"RequestParameters": {"overwrite:path": value}}
    assert _target("GET /v/{id}", "http://h.test/base", "/v/7?q=1", **mapped) == target


def test_a_mapped_path_does_not_climb() -> None:
    mapped: Any = {"RequestParameters": {"overwrite:path": "/x/${request.querystring.p}"}}
    play = HttpPlay(route("GET /a", proxy("http://h.test/base", **mapped)))
    play.client("GET", "/a?p=../../y").failed(400, "Bad Request")
