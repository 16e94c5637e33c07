"""Spans of traced requests and metrics, as a collector of OpenTelemetry gets them."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.wire.rest_support import Api
from tests.wire.support import Server

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"


class Collector:
    """Takes spans; and, as a backend of the API, says which trace it was called in."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.metrics: dict[str, Metric] = {}  # the last of each
        self.headers: list[str | None] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.headers.append(self.headers["X-Team"])
                if self.path == "/v1/traces":
                    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                        for scope in resource.scope_spans:
                            collector.spans += scope.spans
                elif self.path == "/v1/metrics":
                    for measured in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                        for of_scope in measured.scope_metrics:
                            collector.metrics |= {metric.name: metric for metric in of_scope.metrics}
                self._answer(b"")

            def do_GET(self) -> None:
                self._answer((self.headers["X-Amzn-Trace-Id"] or "").encode())

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_request_is_a_span_of_its_callers_trace(own_server: Callable[..., Server], collector: Collector) -> None:
    server = own_server(
        "--otlp-endpoint", collector.url, "--no-companions", env={"GATEWRIGHT_OTLP_HEADERS": "X-Team=pets"}
    )
    api = Api(server)
    api.method("/pets", "GET", {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": collector.url})
    api.client.create_deployment(restApiId=api.id, stageName="v1", tracingEnabled=True)
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/_aws/execute-api/{api.id}/v1/pets",
        headers={"X-Amzn-Trace-Id": f"Root={ROOT};Parent={PARENT};Sampled=1"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        called = dict(field.split("=", 1) for field in answer.read().decode().split(";"))
    assert (called["Root"], called["Sampled"]) == (ROOT, "1")
    end = time.monotonic() + 30
    while len(collector.spans) < 2 and time.monotonic() < end:
        time.sleep(0.2)
    own, backend = sorted(collector.spans, key=lambda span: span.kind)
    assert own.name == "GET /pets"
    assert own.trace_id.hex() == ROOT.removeprefix("1-").replace("-", "")
    assert own.parent_span_id.hex() == PARENT
    assert own.span_id.hex() == called["Parent"], "what the backend records hangs below the request"
    assert backend.parent_span_id == own.span_id
    assert collector.headers[0] == "pets"


def test_metrics_are_those_that_prometheus_reads(own_server: Callable[..., Server], collector: Collector) -> None:
    server = own_server("--otlp-endpoint", collector.url, "--otlp-interval", "1", "--no-companions")
    api = Api(server)
    api.method("/pets", "GET", {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": collector.url}).deploy()
    url = f"http://127.0.0.1:{server.port}/_aws/execute-api/{api.id}/v1/pets"
    for _ in range(3):
        urllib.request.urlopen(url, timeout=10).close()
    end = time.monotonic() + 30
    while _total(collector.metrics.get("gatewright_requests")) < 3 and time.monotonic() < end:
        time.sleep(0.2)
    (point,) = collector.metrics["gatewright_requests"].sum.data_points
    assert point.as_int == 3
    assert {label.key: label.value.string_value for label in point.attributes}["api"] == api.id
    (latency,) = collector.metrics["gatewright_latency_seconds"].histogram.data_points
    assert latency.count == sum(latency.bucket_counts) == 3
    assert len(latency.bucket_counts) == len(latency.explicit_bounds) + 1
    assert not latency.HasField("max")


def _total(metric: Metric | None) -> int:
    return 0 if metric is None else sum(point.as_int for point in metric.sum.data_points)
