"""Trace ids, and which requests become spans."""

from __future__ import annotations

from typing import Any

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from tests.plays.stage import ACCOUNT, API, Play, http_proxy, resource

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"


class Spans:
    """What was written to the spool."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Any]] = []

    def write(self, kind: str, record: Any) -> None:
        self.records.append((kind, record))


class TracedPlay(Play):
    def __init__(self, *, tracing: bool = True, traces: bool = True) -> None:
        self.spans = Spans()
        clock = FakeClock()
        super().__init__(
            resource("/pets", GET=http_proxy("http://pets.test/list")),
            telemetry=Telemetry(clock, spool=self.spans, traces=traces),
        )
        self.document["stage"]["tracingEnabled"] = tracing
        self.document["api"]["name"] = "pets"
        self.install(f"{API}@v1")

    def trace_of(self, sent: str | None = None) -> dict[str, str]:
        """The fields of the header that the backend got."""
        call = self.client("GET", "/v1/pets", headers={} if sent is None else {"X-Amzn-Trace-Id": sent})
        seen = call.backend_saw("GET", "/list")["x-amzn-trace-id"]
        call.backend_answers(200, body=b"[]")
        call.got(200)
        return dict(field.split("=", 1) for field in seen.split(";"))


def test_a_traced_request_is_the_parent_of_what_it_calls() -> None:
    play = TracedPlay()
    seen = play.trace_of(f"Root={ROOT};Parent={PARENT};Sampled=1")
    assert (seen["Root"], seen["Sampled"]) == (ROOT, "1")
    ((kind, record),) = play.spans.records
    assert kind == "span"
    assert (record["root"], record["parent"], record["id"]) == (ROOT, PARENT, seen["Parent"])
    assert record["name"] == "pets/v1"
    assert (record["method"], record["route"], record["status"]) == ("GET", "/pets", 200)
    assert (record["account"], record["api"], record["stage"]) == (ACCOUNT, API, "v1")
    assert record["integration"] == {"latency": 0.0, "status": 200}


def test_a_request_that_is_not_to_be_traced_is_not() -> None:
    play = TracedPlay()
    assert play.trace_of(f"Root={ROOT};Sampled=0")["Sampled"] == "0"
    assert play.spans.records == []


def test_the_first_request_of_a_second_is_traced() -> None:
    play = TracedPlay()
    seen = play.trace_of()
    assert seen["Sampled"] == "1"
    assert seen["Root"] == play.spans.records[0][1]["root"]
    assert play.spans.records[0][1]["parent"] == ""


def test_a_stage_that_does_not_trace_follows_the_client() -> None:
    play = TracedPlay(tracing=False)
    assert play.trace_of().keys() == {"Root"}
    assert play.trace_of(f"Root={ROOT};Parent={PARENT};Sampled=0")["Parent"] == PARENT
    assert play.spans.records == []
    assert play.trace_of(f"Root={ROOT};Parent={PARENT};Sampled=1")["Parent"] != PARENT
    assert len(play.spans.records) == 1


def test_without_an_exporter_ids_are_made_all_the_same() -> None:
    play = TracedPlay(traces=False)
    assert play.trace_of()["Sampled"] == "1"
    assert play.spans.records == []


def test_lineage_is_passed_on() -> None:
    seen = TracedPlay().trace_of(f"Root={ROOT};Parent={PARENT};Sampled=1;Lineage=1:a:0")
    assert seen["Lineage"] == "1:a:0"
