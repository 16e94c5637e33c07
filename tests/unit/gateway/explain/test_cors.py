from __future__ import annotations

from typing import Any

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.explain.cors import with_browser
from gatewright.gateway.explain.explaining import explain
from gatewright.gateway.seen import Failed
from tests.plays import http_api
from tests.plays.stage import API, mock
from tests.unit.gateway.explain.support import failed, http, record, rest, socket

ORIGIN = [("Origin", "https://app.test")]
ROUTE = http_api.route("GET /things/{id}", http_api.proxy("http://a.test"))


def refused(program: Any, error: Failed | None, headers: Any = ORIGIN) -> str:
    seen = record(program, headers=headers, status=200 if error is None else error.status)
    seen.failed = error
    said = explain(seen, [program])
    return "\n".join([*said.why, *(f"{each.text} {each.command}" for each in said.fix)])


def test_errors_of_rest_apis_that_browsers_hide() -> None:
    said = refused(rest(mock()), failed("UNAUTHORIZED"))
    assert "errors of the gateway's own have no Access-Control-Allow-Origin" in said
    assert f"put-gateway-response --rest-api-id {API} --response-type DEFAULT_4XX" in said
    assert "DEFAULT_5XX" in refused(rest(mock()), failed("API_CONFIGURATION_ERROR"))
    assert "Allow-Origin" not in refused(rest(mock()), failed("UNAUTHORIZED"), ())
    assert "Allow-Origin" not in refused(rest(mock()), None)


def test_errors_with_a_gateway_response_that_has_the_header() -> None:
    customised = {
        "responseType": "DEFAULT_4XX",
        "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
    }
    program = rest(mock(), gatewayResponses=[customised])
    assert program.gateway_responses  # type: ignore[union-attr]  # a REST API's
    assert "keeps this answer" not in refused(program, failed("UNAUTHORIZED"))
    assert "keeps this answer" in refused(program, failed("API_CONFIGURATION_ERROR"))


def configured(*origins: str) -> Any:
    return http(ROUTE, api={"CorsConfiguration": {"AllowOrigins": list(origins)}})


def test_origins_of_http_apis() -> None:
    said = refused(configured("https://other.test"), None)
    assert "does not allow the origin https://app.test" in said
    assert "AllowOrigins=https://app.test" in said
    for origin in ("*", "https://app.test", "https://*"):
        assert refused(configured(origin), None) == ""
    assert "has no CORS configuration" in refused(http(), failed("UNAUTHORIZED"))
    assert refused(http(), None) == ""


def test_pages_of_the_api_s_own_host_may_see_everything() -> None:
    seen = record(rest(), headers=ORIGIN)
    seen.host = b"app.test"
    assert with_browser(None, seen, [rest()]) is None


def test_others_have_no_browser_to_speak_of() -> None:
    assert with_browser(None, record(None, headers=ORIGIN), [rest()]) is None
    assert with_browser(None, record(socket(), headers=ORIGIN), [socket()]) is None
    assert with_browser(None, record(rest(), headers=ORIGIN), []) is None
    assert GatewayError("UNAUTHORIZED").kind.family == "4XX"
