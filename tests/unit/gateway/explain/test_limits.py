from __future__ import annotations

from typing import Any

import pytest

from tests.plays.stage import API, mock
from tests.unit.gateway.explain.support import failed, http, record, rest, told, words

KEY = {"id": "k1", "name": "ada"}
PLACE = f"{API}/v1"

KEYS: list[tuple[dict[str, Any], str, str]] = [
    ({"stage": PLACE, "sent": None}, "carries no header x-api-key", "create-usage-plan-key"),
    ({"stage": PLACE, "sent": "***x", "key": None, "plans": []}, "value that was sent (***x)", "get-api-keys"),
    ({"stage": PLACE, "sent": "***x", "key": KEY, "plans": []}, "ada (k1) is good, but it is in no usage plan", "k1"),
    (
        {"stage": PLACE, "sent": "***x", "key": KEY, "plans": ["p1"]},
        "usage plan p1 does not have the stage abcdefghij:v1",
        "op=add,path=/apiStages,value=abcdefghij:v1",
    ),
]


@pytest.mark.parametrize(("why", "said", "command"), KEYS)
def test_keys_that_open_nothing(why: dict[str, Any], said: str, command: str) -> None:
    explained = told(record(rest()), failed("INVALID_API_KEY", why=why))
    assert explained.step == "api key"
    assert said in explained.why[0]
    assert command in words(explained)


def test_keys_that_an_authorizer_names() -> None:
    program = rest(api={"apiKeySource": "AUTHORIZER", "id": API, "name": "pets"})
    explained = told(record(program), failed("INVALID_API_KEY", why={"stage": PLACE, "sent": None}))
    assert "usageIdentifierKey" in explained.why[0]


def test_a_worker_without_keys_says_so() -> None:
    explained = told(record(rest()), failed("INVALID_API_KEY", log="No table of API keys: the call was refused"))
    assert explained.why == ["No table of API keys: the call was refused"]


LIMITS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"limit": "method/x", "rate": 1.0, "burst": 2},
        "GET 1 requests a second, 2 at once",
        "/~1things~1{id}/GET/throttl",
    ),
    ({"limit": "account/1/us", "rate": 5.0, "burst": 9}, "all its APIs in the Region together", "account_rate_limit"),
    ({"limit": "connections/1/us", "rate": 500.0, "burst": 500}, "new WebSocket connections", "reconnect"),
    ({"limit": "method/x", "rate": 0.0, "burst": 0}, "lets nothing through", "Raise"),
    (
        {"limit": "plan", "plan": "p1", "key": KEY, "rate": 1.5, "burst": 2},
        "1.5 requests a second",
        "/throttle/rateLimit",
    ),
    (
        {"limit": "plan//things/{id}/GET", "plan": "p1", "key": KEY, "rate": 1.0, "burst": 2},
        "may call /things/{id}/GET 1 requests a second",
        "get-usage-plan --usage-plan-id p1",
    ),
]


@pytest.mark.parametrize(("why", "said", "fix"), LIMITS)
def test_throttles_name_the_limit_with_its_figures(why: dict[str, Any], said: str, fix: str) -> None:
    explained = told(record(rest()), failed("THROTTLED", why=why))
    assert said in explained.why[0]
    assert fix in words(explained)


def test_routes_of_http_apis_have_limits_of_their_own() -> None:
    explained = told(record(http()), failed("THROTTLED", why={"limit": "route/x", "rate": 1.0, "burst": 1}))
    assert "GET /things/{id}" in explained.why[0]
    assert "apigatewayv2 update-stage" in words(explained)


def test_a_quota_says_when_it_begins_anew() -> None:
    why = {"limit": "quota", "plan": "p1", "key": KEY, "most": 10, "period": "DAY", "next": "2026-11-24"}
    explained = told(record(rest()), failed("QUOTA_EXCEEDED", why=why))
    assert "used up the 10 requests" in explained.why[0]
    assert "2026-11-24, 00:00 UTC" in explained.why[0]
    assert "op=replace,path=/remaining" in words(explained)


def test_bodies_that_are_too_large() -> None:
    explained = told(record(rest(), headers=[("Content-Length", "11000000")]), failed("REQUEST_TOO_LARGE"))
    assert "11000000 bytes" in explained.why[0]
    event = told(record(rest()), failed("REQUEST_TOO_LARGE", log="Execution failed: the event is too large"))
    assert "6 MB" in event.why[0]


def test_the_root_is_a_resource_too() -> None:
    from gatewright.deploy.compile import compile_program
    from tests.plays.stage import document, resource

    program = compile_program(document(resource("/", GET=mock())))
    why = {"limit": "method/x", "rate": 1.0, "burst": 2}
    assert "path=/~1/GET/throttling/rateLimit" in words(told(record(program, path="/"), failed("THROTTLED", why=why)))
