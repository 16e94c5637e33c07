from __future__ import annotations

from gatewright.gateway.errors import FORBIDDEN
from gatewright.gateway.explain.rules import explain
from gatewright.gateway.websocket import errors
from tests.plays.websocket_documents import mock, route
from tests.unit.gateway.explain.support import failed, record, socket, told, words


def test_a_message_that_selects_no_route() -> None:
    seen = record(socket(), routed=False, event="MESSAGE")
    said = told(seen, failed(errors.FORBIDDEN), [socket()])
    assert said.step == "route selection"
    assert "Routes are: talk." in said.why[1]
    assert '{"action": "talk"}' in said.fix[0].text
    assert "--route-key '$default'" in words(said)


def test_a_route_that_leads_nowhere() -> None:
    error = failed("API_CONFIGURATION_ERROR", log="Execution failed due to …: the route has no integration")
    assert "update-route" in words(told(record(socket(route("talk", mock())), event="MESSAGE"), error))


def test_connections() -> None:
    program = socket()
    assert "No connection of this id" in explain(record(program), failed(errors.GONE), [program]).why[0]
    assert "Expected" in explain(record(program), failed(errors.MALFORMED, "Expected x"), [program]).why[0]
    assert "128 KB" in words(explain(record(program), failed(errors.TOO_LARGE), [program]))


def test_who_found_no_stage_made_no_handshake() -> None:
    assert told(record(None, path="/x"), failed(FORBIDDEN), [socket()]).topic == "stage"
