from __future__ import annotations

import logging

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer
from tests.plays.stage import FakeRequest
from tests.unit.gateway.support import answer_of, exchange


def test_an_answer_is_sent_with_the_ids_and_counted() -> None:
    made = exchange()
    made.finish(Answer(404, b"X-A: 1\r\n", b"body"))
    status, headers, body = answer_of(made)
    assert (status, headers["X-A"], body) == (404, "1", b"body")
    assert headers["x-amzn-RequestId"] == made.request_id.decode()
    assert headers["x-amz-apigw-id"] == made.extended_id.decode()
    assert made.stage is not None
    assert (made.stage.counters.count, made.stage.counters.client_errors) == (1, 1)


def test_lines_of_its_own_are_in_whatever_answer() -> None:
    made = exchange()
    made.more = b"X-More: 1\r\n"
    made.finish(Answer(200, b"X-A: 1\r\n", b""))
    assert answer_of(made)[1]["X-More"] == "1"
    made = exchange()
    made.more = b"X-More: 1\r\n"
    made.fail(GatewayError("THROTTLED"))
    assert answer_of(made)[1]["X-More"] == "1"
    assert made.started(200, b"X-A: 1\r\n").startswith(b"X-A: 1\r\nX-More: 1\r\nx-amzn-RequestId: ")


def test_a_failure_is_rendered_and_logged_as_serious_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = exchange()
    made.fail(GatewayError("THROTTLED", log="slow down"))
    assert answer_of(made)[0] == 429
    other = exchange()
    other.fail(GatewayError("API_CONFIGURATION_ERROR", log="wrongly configured"))
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("DEBUG", f"({made.request_id.decode()}) slow down"),
        ("ERROR", f"({other.request_id.decode()}) wrongly configured"),
    ]


def test_a_fault_of_ours_tells_the_caller_nothing(caplog: pytest.LogCaptureFixture) -> None:
    made = exchange()
    made.fail(KeyError("inner secret"))
    status, headers, body = answer_of(made)
    assert (status, headers["x-amzn-ErrorType"]) == (500, "InternalServerErrorException")
    assert b"secret" not in body
    assert "inner secret" in caplog.text


def test_an_unsound_answer_becomes_an_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    made = exchange()
    plain = FakeRequest.respond

    def strict(self: FakeRequest, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        if b"Bad" in head:
            raise ValueError("unsound")
        plain(self, status, head, body, more)

    monkeypatch.setattr(FakeRequest, "respond", strict)
    made.finish(Answer(200, b"Bad\r\n", b""))
    assert answer_of(made)[0] == 500
    assert made.stage is not None
    assert made.stage.counters.server_errors == 1
    assert "unsound" in caplog.text


def test_what_is_worked_out_when_asked_for() -> None:
    made = exchange({"X-Amzn-Trace-Id": "Root=1"}, query="a=1")
    assert made.query == [("a", "1")]
    assert made.query is made.query
    assert made.trace == made.trace
    assert made.trace.startswith(b"Root=1;Parent=")
    assert made.path_parameter("id") == "7%207"
    assert made.path_parameter("no") is None


def test_reading_what_has_not_been_written_raises() -> None:
    from gatewright.clock import FakeClock
    from gatewright.edge.target import Target
    from gatewright.gateway.exchange import Exchange

    fresh = Exchange(FakeRequest("GET", "/", [], b""), Target("a", b"/"), FakeClock())
    with pytest.raises(AttributeError):
        _ = fresh.method
