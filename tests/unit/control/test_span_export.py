from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from opentelemetry.trace.status import StatusCode

from gatewright.control.span_export import SpanExport, spans

RECORD: dict[str, Any] = {
    "root": "1-5759e988-bd862e3fe1be46a994272793",
    "id": "53995c3f42cd8ad8",
    "parent": "",
    "name": "pets/v1",
    "start": 1000.0,
    "end": 1000.5,
    "method": "GET",
    "path": "/v1/pets/7",
    "route": "/pets/{id}",
    "status": 200,
    "sent": 2,
    "client": "203.0.113.7",
    "user_agent": None,
    "account": "123456789012",
    "region": "us-east-1",
    "api": "abcdefghij",
    "stage": "v1",
    "request_id": "id",
    "error": None,
    "integration": {"latency": 0.25, "status": 200},
}


def test_a_request_and_its_backend_are_spans_of_one_trace() -> None:
    server, client = spans(RECORD)
    assert (server.name, server.kind, server.parent) == ("GET /pets/{id}", SpanKind.SERVER, None)
    assert (server.start_time, server.end_time) == (1000_000_000_000, 1000_500_000_000)
    assert server.attributes is not None
    assert server.attributes["http.route"] == "/pets/{id}"
    assert "user_agent.original" not in server.attributes
    assert server.context is not None
    assert client.context is not None
    assert f"{server.context.trace_id:032x}" == "5759e988bd862e3fe1be46a994272793"
    assert (client.kind, client.parent, client.start_time) == (SpanKind.CLIENT, server.context, 1000_250_000_000)
    assert client.context.span_id != server.context.span_id


def test_what_failed_is_an_error() -> None:
    failed = {"status": 504, "error": "timed out", "integration": {"latency": 0.5, "status": 0}}
    server, client = spans(RECORD | failed)
    assert (server.status.status_code, server.status.description) == (StatusCode.ERROR, "timed out")
    assert client.status.status_code is StatusCode.ERROR
    assert spans(RECORD | {"status": 404})[0].status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("parent", ["", "nonsense", "53995C3F42CD8AD8"])
def test_a_parent_that_is_none_is_left_out(parent: str) -> None:
    assert spans(RECORD | {"parent": parent})[0].parent is None


def test_traces_of_another_form_are_left_out() -> None:
    assert spans(RECORD | {"root": "mine"}) == []


def test_spans_are_exported() -> None:
    exporter = InMemorySpanExporter()
    export = SpanExport(exporter)
    export.add(RECORD)
    export.close()
    assert [span.name for span in exporter.get_finished_spans()] == ["GET /pets/{id}", "integration"]
