from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.gateway.errors import FORBIDDEN
from gatewright.gateway.explain.explaining import explain, summary
from tests.plays.stage import API, FUNCTION, http, http_proxy, mock
from tests.unit.gateway.explain.support import AT, ID, LAMBDA, failed, record, rest, socket


def test_all_that_is_told_can_be_written_as_json() -> None:
    program = rest()
    seen = record(program, status=429, headers=[("User-Agent", "curl/8"), ("Authorization", "Bearer abcdefghij")])
    seen.failed = failed("THROTTLED", why={"limit": "method/x", "rate": 1.0, "burst": 2, "policies": {"x": object()}})
    shown: dict[str, Any] = json.loads(json.dumps(explain(seen, [program]).shown()))
    assert shown["request_id"] == ID.decode()
    assert (shown["at"], shown["status"]) == (AT, 429)
    assert shown["request"] == "GET /v1/things/7"
    assert shown["verdict"] == "429 THROTTLED: Too Many Requests"
    assert shown["api"]["id"] == API
    assert shown["api"]["path"] == "/things/7"
    assert shown["client"]["userAgent"] == "curl/8"
    assert ["Authorization", "************fghij"] in shown["client"]["headers"]
    assert shown["error"]["why"] == {"limit": "method/x", "rate": 1.0, "burst": 2}
    assert shown["docs"][0].startswith("https://docs.aws.amazon.com/")


OWN = [
    (LAMBDA, "The function my-function answered with statusCode 404 itself."),
    (mock(404), "The MOCK integration's response answers with 404"),
    (http("http://a.test"), "answered with 500, and the integration response that was chosen"),
    (http_proxy("http://a.test"), "answered with 500 itself, which is passed on"),
]


@pytest.mark.parametrize(("integration", "words"), OWN)
def test_errors_of_the_integration_s_own_are_told_apart(integration: Any, words: str) -> None:
    seen = record(rest(integration), status=404)
    seen.integration_latency, seen.integration_status = 0.1, 500
    explained = explain(seen)
    assert words in explained.why[0]
    assert explained.fix
    assert explained.verdict == "404 Not Found"


def test_what_went_well_needs_no_words() -> None:
    explained = explain(record(rest(), status=204))
    assert (explained.verdict, explained.why, explained.fix) == ("204 No Content", [], [])


def test_who_found_no_stage() -> None:
    seen = record(None, status=403)
    seen.failed = failed(FORBIDDEN)
    explained = explain(seen)
    assert explained.api == {"id": API, "method": "GET", "path": "/things/7"}
    assert explained.verdict == "403 ForbiddenException: Forbidden"


def test_events_of_connections_are_named_by_their_connection() -> None:
    seen = record(socket(), event="MESSAGE")
    seen.connection_id, seen.body_size = "abc=", 7
    assert explain(seen).request == "MESSAGE of the connection abc=, 7 bytes"
    assert explain(seen).client["connectionId"] == "abc="
    assert explain(record(socket(), event="CONNECT")).request == "CONNECT /v1/things/7"


def test_statuses_without_a_name() -> None:
    assert explain(record(rest(LAMBDA), status=599)).verdict == "599"


def test_a_line_of_a_list() -> None:
    seen = record(rest(LAMBDA), status=502, query="token=abcdefghij")
    seen.failed = failed("INTEGRATION_FAILURE")
    assert summary(seen) == {
        "requestId": ID.decode(),
        "at": AT,
        "status": 502,
        "request": "GET /v1/things/7?token=*******hij",
        "api": API,
        "name": "",
        "stage": "v1",
        "error": "INTEGRATION_FAILURE",
    }
    assert FUNCTION
