"""CORS: preflight requests, ordinary requests, errors."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.http_api.cors import CorsEngine
from gatewright.program.http_api import Cors
from tests.plays.http_api import JWT, HttpPlay, function, jwt, proxy, route

_CORS = {
    "AllowOrigins": ["https://www.example.com", "https://*"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["content-type", "x-own"],
    "ExposeHeaders": ["date", "x-api-id"],
    "AllowCredentials": True,
    "MaxAge": 600,
}
_PREFLIGHT = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"}


def _play(*routes: Any, cors: Any = None) -> HttpPlay:
    api = {"CorsConfiguration": _CORS if cors is None else cors}
    return HttpPlay(*routes, api=api, more={"authorizers": [jwt()]})


@pytest.mark.parametrize("routes", [(), (route("GET /a", function()),), (route("OPTIONS /a", function()),)])
def test_preflight_requests_are_answered_here(routes: Any) -> None:
    call = _play(*routes).client("OPTIONS", "/a", _PREFLIGHT)
    assert (call.status, call.body, call.sent) == (204, b"", None)
    assert call.lowered == {
        "access-control-allow-origin": "https://www.example.com",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "content-type,x-own",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "600",
        "vary": "Origin",
    }


def test_any_origin() -> None:
    play = _play(cors={"AllowOrigins": ["*"], "AllowMethods": ["*"]})
    call = play.client("OPTIONS", "/a", _PREFLIGHT | {"Origin": "null"})
    assert call.lowered == {"access-control-allow-origin": "*", "access-control-allow-methods": "*"}


def test_an_origin_that_is_not_allowed() -> None:
    call = _play().client("OPTIONS", "/a", _PREFLIGHT | {"Origin": "http://evil.test"})
    assert (call.status, call.lowered) == (204, {})


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://a.test"}, {"Access-Control-Request-Method": "GET"}])
def test_options_that_are_no_preflight_are_routed(headers: dict[str, str]) -> None:
    play = _play(route("OPTIONS /a", proxy("http://h.test")))
    assert play.client("OPTIONS", "/a", headers).backend.method == "OPTIONS"
    play.client("OPTIONS", "/none", headers).failed(404, "Not Found")


def test_without_a_configuration_options_is_a_method() -> None:
    play = HttpPlay(route("ANY /a", proxy("http://h.test")))
    call = play.client("OPTIONS", "/a", _PREFLIGHT).backend_answers(200, {"Access-Control-Allow-Origin": "x"})
    assert call.lowered == {"access-control-allow-origin": "x"}


@pytest.mark.parametrize("integration", [proxy("http://h.test"), function()])
def test_the_backend_s_headers_are_replaced(integration: Any) -> None:
    play = _play(route("GET /a", integration))
    theirs = {"Access-Control-Allow-Origin": "theirs", "access-control-max-age": "1", "X-A": "1"}

    def call(headers: dict[str, str]) -> dict[str, str]:
        sent = play.client("GET", "/a", headers)
        if sent.backend.target.endswith("/invocations"):
            sent.function_returns({"statusCode": 200, "headers": theirs | {"content-type": "a/b"}})
            sent.lowered.pop("content-type")
        else:
            sent.backend_answers(200, theirs | {"content-type": "a/b"})
        return sent.lowered

    for _ in range(2):
        assert call({"Origin": "https://any.test"}) == {
            "x-a": "1",
            "content-type": "a/b",
            "access-control-allow-origin": "https://any.test",
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "date,x-api-id",
            "vary": "Origin",
        }
        assert call({}) == {"x-a": "1", "content-type": "a/b"}
        assert call({"Origin": "http://evil.test"}) == {"x-a": "1", "content-type": "a/b"}


def test_errors_carry_them_too() -> None:
    play = _play(route("GET /a", proxy("http://h.test"), **JWT))
    for url, status in (("/a", 401), ("/none", 404)):
        call = play.client("GET", url, {"Origin": "https://www.example.com"})
        assert call.status == status
        assert call.lowered["access-control-allow-origin"] == "https://www.example.com"


def test_a_protected_route_that_catches_options_wants_authorization() -> None:
    play = _play(route("$default", proxy("http://h.test"), **JWT))
    play.client("OPTIONS", "/a", _PREFLIGHT).failed(401, "Unauthorized")
    remedy = _play(
        route("$default", proxy("http://h.test"), **JWT),
        route("OPTIONS /{proxy+}", proxy("http://h.test")),
    )
    assert remedy.client("OPTIONS", "/a", _PREFLIGHT).status == 204


def test_origins_are_remembered_within_bounds() -> None:
    engine = CorsEngine(Cors(False, frozenset(), (b"http://",), b"", b"", b"", False, None))
    for number in range(3000):
        origin = b"http://%d.test" % number
        assert origin in engine.lines(origin)
    assert engine.lines(b"https://a.test") == b""
    assert engine.preflight(b"http://a.test").head == b""
