"""What is not configured is not among a route's steps."""

from __future__ import annotations

from typing import Any

from tests.plays.http_api import JWT, HttpPlay, function, http_document, jwt, proxy, route
from tests.plays.stage import API


def _steps(*routes: Any, **document: Any) -> tuple[int, int]:
    play = HttpPlay(*routes, **document)
    site = play.gateway._sites.find(API)
    assert site is not None
    plan = site._stages[b"$default"].routes.match("GET", b"/a")
    assert plan is not None
    return len(plan[0].steps), len(plan[0].preflight)


def test_a_plain_route_has_two_steps() -> None:
    assert _steps(route("GET /a", proxy("http://h.test"))) == (2, 1)
    assert _steps(route("GET /a", function())) == (2, 1)


def test_a_protected_route_has_one_more_in_both() -> None:
    assert _steps(route("GET /a", function(), **JWT), more={"authorizers": [jwt()]}) == (3, 2)


def test_a_route_that_cannot_work_ends_early() -> None:
    assert _steps(route("GET /a")) == (2, 1)
    assert http_document(route("GET /a"))["integrations"] == []
