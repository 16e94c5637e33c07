"""How often methods and routes may be called: whose bucket it is, what changes at once, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatewright.catalog import defaults
from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.program.throttle import Throttle
from gatewright.state.node import NodeState
from tests.plays.http_api import JWT, HttpPlay, http_document, jwt, proxy, route
from tests.plays.stage import API, Play, mock, resource

TOO_MANY = b'{"message":"Too Many Requests"}'
Make = Callable[[FakeClock], Traffic]


@pytest.fixture
def traffic(tmp_path: Path) -> Make:
    return lambda clock: Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))


def limits(rate: float, burst: int, **more: Any) -> dict[str, Any]:
    return defaults.METHOD_SETTING | {"throttlingRateLimit": rate, "throttlingBurstLimit": burst} | more


def rest(traffic: Make, **settings: dict[str, Any]) -> Play:
    """GET and ANY of /a, GET of /a/{b}; settings by key, "/" written "__"."""
    resources = (resource("/a", GET=mock(), ANY=mock()), resource("/a/{b}", GET=mock()))
    play = Play(*resources, traffic=traffic, chance=lambda: 0.0)
    configure(play, **settings)
    return play


def configure(play: Play, **settings: dict[str, Any]) -> None:
    """What UpdateStage does: the same deployment with other settings."""
    play.document["stage"]["methodSettings"] = {
        key.replace("ALL", "*/*").replace("__", "/"): value for key, value in settings.items()
    }
    play.install(f"{API}@v1")


def statuses(play: Play, verb: str, path: str, times: int) -> list[int]:
    return [play.client(verb, f"/v1{path}").status for _ in range(times)]


def test_the_answer(traffic: Make) -> None:
    play = rest(traffic, a__GET=limits(1.0, 1))
    play.client("GET", "/v1/a").got(200)
    headers = play.client("GET", "/v1/a").got(429, TOO_MANY, error="TooManyRequestsException")
    assert "Retry-After" not in headers, "AWS sends none"
    play.clock.advance(1.0)
    assert statuses(play, "GET", "/a", 2) == [200, 429]


def test_what_is_set_for_all_methods_is_the_limit_of_each(traffic: Make) -> None:
    play = rest(traffic, ALL=limits(1.0, 2))
    assert statuses(play, "GET", "/a", 3) == [200, 200, 429]
    assert statuses(play, "POST", "/a", 2) == [200, 200]
    assert statuses(play, "PUT", "/a", 1) == [429], "ANY is one method"
    assert statuses(play, "GET", "/a/1", 1) + statuses(play, "GET", "/a/2", 2) == [200, 200, 429], "so is a resource"


def test_a_method_of_its_own_replaces_them(traffic: Make) -> None:
    play = rest(traffic, ALL=limits(1.0, 1), a__ANY=limits(1.0, 2), **{"~1a~1{b}__GET": limits(-1, -1)})
    assert statuses(play, "GET", "/a", 2) == [200, 429]
    assert statuses(play, "POST", "/a", 3) == [200, 200, 429]
    assert statuses(play, "GET", "/a/1", 9) == [200] * 9


@pytest.mark.parametrize("setting", [limits(0.0, 5), limits(5.0, 0), limits(0.0, 0)])
def test_zero_blocks_and_what_is_changed_holds_at_once(traffic: Make, setting: dict[str, Any]) -> None:
    play = rest(traffic, ALL=limits(1.0, 3))
    assert statuses(play, "GET", "/a", 1) == [200]
    configure(play, ALL=setting)
    assert statuses(play, "GET", "/a", 2) == [429, 429]
    configure(play)
    assert statuses(play, "GET", "/a", 9) == [200] * 9


def test_tokens_outlive_a_deployment(traffic: Make) -> None:
    play = rest(traffic, ALL=limits(1.0, 2))
    assert statuses(play, "GET", "/a", 2) == [200, 200]
    play.install(f"{API}@v1")
    assert statuses(play, "GET", "/a", 1) == [429]
    configure(play, ALL=limits(1.0, 5))
    play.clock.advance(4.0)
    assert statuses(play, "GET", "/a", 5) == [200, 200, 200, 200, 429]


def test_the_canary_has_the_tokens_of_its_stage(traffic: Make) -> None:
    play = rest(traffic, ALL=limits(1.0, 2))
    play.document["canary"] = {"percentTraffic": 100.0, "program": play.document | {"deployment": "other"}}
    play.install(f"{API}@v1")
    assert statuses(play, "GET", "/a", 3) == [200, 200, 429]
    del play.document["canary"]
    play.install(f"{API}@v1")
    assert statuses(play, "GET", "/a", 1) == [429]


def test_a_gateway_response_of_ones_own(traffic: Make) -> None:
    play = rest(traffic, ALL=limits(0.0, 0))
    response = {"responseType": "THROTTLED", "statusCode": "503", "responseParameters": {}, "responseTemplates": {}}
    parameters = {"gatewayresponse.header.Retry-After": "'30'"}
    play.document["gatewayResponses"] = [response | {"responseParameters": parameters}]
    play.install(f"{API}@v1")
    assert play.client("GET", "/v1/a").got(503, error="TooManyRequestsException")["Retry-After"] == "30"


def test_who_may_not_call_uses_up_nothing(traffic: Make) -> None:
    play = rest(traffic)
    play.document["resources"][0]["resourceMethods"]["GET"]["apiKeyRequired"] = True
    configure(play, ALL=limits(1.0, 1))
    assert statuses(play, "GET", "/a", 3) == [403, 403, 403]


def test_the_account_has_one_bucket_for_all_its_apis(tmp_path: Path) -> None:
    def make(clock: FakeClock) -> Traffic:
        return Traffic(clock, NodeState(tmp_path, clock, 0, shared=False), Throttle(1.0, 4))

    play = rest(make, a__GET=limits(1.0, 2))
    assert statuses(play, "GET", "/a", 3) == [200, 200, 429], "the method's own limit"
    assert statuses(play, "POST", "/a", 3) == [200, 200, 429], "the account's"
    play.clock.advance(1.0)
    assert statuses(play, "GET", "/a", 2) == [200, 429]
    assert statuses(play, "GET", "/nowhere", 1) == [403], "what selects no method asks nobody"


def http(traffic: Make, api: dict[str, Any] | None = None, **stage: Any) -> HttpPlay:
    play = HttpPlay(route("GET /a"), route("GET /b"), api=api, traffic=traffic)
    settle(play, api, **stage)
    return play


def settle(play: HttpPlay, api: dict[str, Any] | None = None, **stage: Any) -> None:
    """What UpdateStage does."""
    document = http_document(route("GET /a", proxy("http://h.test")), route("GET /b", proxy("http://h.test")), api=api)
    document["stage"] |= stage
    play.add(document)


def passed(play: HttpPlay, path: str, times: int) -> str:
    """Which calls are let through ("+") and which are refused ("-")."""
    said = ""
    for _ in range(times):
        call = play.client("GET", path)
        if call.sent is None:
            call.failed(429, "Too Many Requests")
        said += "-" if call.sent is None else "+"
    return said


def test_routes(traffic: Make) -> None:
    few = {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 2}
    play = http(traffic, DefaultRouteSettings=few, RouteSettings={"GET /b": {"ThrottlingBurstLimit": 1}})
    assert passed(play, "/a", 3) == "++-"
    assert passed(play, "/b", 2) == "+-"
    play.clock.advance(1.0)
    assert passed(play, "/a", 2) == "+-"
    settle(play, DefaultRouteSettings=few, RouteSettings={"GET /a": {}})
    assert passed(play, "/a", 9) == "+" * 9, "a route's settings replace the stage's as a whole"


def test_a_route_is_blocked_by_zero_at_once(traffic: Make) -> None:
    play = http(traffic)
    assert passed(play, "/a", 3) == "+++"
    settle(play, RouteSettings={"GET /a": {"ThrottlingRateLimit": 0.0}})
    assert passed(play, "/a", 2) + passed(play, "/b", 1) == "--+"
    settle(play, DefaultRouteSettings={"ThrottlingBurstLimit": 0})
    assert passed(play, "/a", 1) + passed(play, "/b", 1) == "--"


def test_a_page_can_read_the_refusal_and_preflights_are_no_calls(traffic: Make) -> None:
    api = {"CorsConfiguration": {"AllowOrigins": ["https://page.test"], "AllowMethods": ["GET"]}}
    play = http(traffic, api, DefaultRouteSettings={"ThrottlingRateLimit": 0.0})
    origin = {"Origin": "https://page.test"}
    refused = play.client("GET", "/a", origin)
    refused.failed(429, "Too Many Requests")
    assert refused.lowered["access-control-allow-origin"] == "https://page.test"
    preflight = play.client("OPTIONS", "/a", origin | {"Access-Control-Request-Method": "GET"})
    assert preflight.status == 204


def test_a_blocked_route_asks_no_authorizer(traffic: Make) -> None:
    play = HttpPlay(route("GET /a", None, **JWT), more={"authorizers": [jwt()]}, traffic=traffic)
    document = http_document(route("GET /a", proxy("http://h.test"), **JWT)) | {"authorizers": [jwt()]}
    document["stage"]["DefaultRouteSettings"] = {"ThrottlingBurstLimit": 0}
    play.add(document)
    play.client("GET", "/a").failed(429, "Too Many Requests")


def test_the_accounts_limit_holds_for_routes(tmp_path: Path) -> None:
    def make(clock: FakeClock) -> Traffic:
        return Traffic(clock, NodeState(tmp_path, clock, 0, shared=False), Throttle(1.0, 3))

    play = http(make)
    assert passed(play, "/a", 2) + passed(play, "/b", 2) == "+++-"


def test_clients_of_both_products_are_told_when_to_come_again_if_the_setting_says_so(tmp_path: Path) -> None:
    clock = FakeClock()
    told = Traffic(clock, NodeState(tmp_path, clock, 0, shared=False), Throttle(0.25, 1), headers=True)
    play = rest(lambda _: told)
    assert "Retry-After" not in play.client("GET", "/v1/a").got(200)
    assert play.client("GET", "/v1/a").got(429, error="TooManyRequestsException")["Retry-After"] == "4"
    refused = HttpPlay(route("GET /a"), traffic=lambda _: told).client("GET", "/a")
    refused.failed(429, "Too Many Requests")
    assert refused.lowered["retry-after"] == "4"
