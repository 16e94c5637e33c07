"""Spans of the spool, exported by the OpenTelemetry SDK over OTLP/HTTP. Only the control process imports this.

A request is a span of kind SERVER in the words of OpenTelemetry's HTTP conventions, with X-Ray's names beside them; the
call of its backend is a span of kind CLIENT below it. X-Ray's root is the trace id: `1-{8}-{24}` without the dashes.
What the collector does not take in time is dropped by the SDK, which says so in the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from gatewright import __version__

_ROOT = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{24})")
_ID = re.compile(r"[0-9a-f]{16}")
_SCOPE = InstrumentationScope("gatewright", __version__)
_TRACES = "/v1/traces"

Record = Mapping[str, Any]


class SpanExport:
    """Takes records of kind "span" (see `gateway.tracing.told`) and exports them in batches, on a thread."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._processor = BatchSpanProcessor(exporter)

    @classmethod
    def to(cls, endpoint: str, headers: Mapping[str, str]) -> SpanExport:
        """`endpoint`: base URL of an OTLP/HTTP receiver, as `http://localhost:4318`."""
        return cls(OTLPSpanExporter(endpoint.rstrip("/") + _TRACES, headers=dict(headers)))

    def add(self, record: Record) -> None:
        """Export it, some time. What is no trace of X-Ray's form is left out."""
        for span in spans(record):
            self._processor.on_end(span)

    def close(self) -> None:
        """Send what is left; a few seconds at most."""
        self._processor.force_flush(3000)
        self._processor.shutdown()  # type: ignore[no-untyped-call]  # the SDK's


def spans(record: Record) -> list[ReadableSpan]:
    """The spans of one request: its own, then its backend's."""
    root = _ROOT.fullmatch(record["root"])
    if root is None:
        return []
    trace = int(root[1] + root[2], 16)
    own = _context(trace, record["id"])
    resource = Resource.create(
        {
            "service.name": record["name"],
            "cloud.provider": "aws",
            "cloud.account.id": record["account"],
            "cloud.region": record["region"],
        }
    )
    failed = record["status"] >= 500
    start, end = _nanoseconds(record["start"]), _nanoseconds(record["end"])
    made = [
        ReadableSpan(
            f"{record['method']} {record['route']}",
            own,
            _context(trace, record["parent"]) if _ID.fullmatch(record["parent"]) else None,
            resource,
            _attributes(record),
            kind=SpanKind.SERVER,
            status=Status(StatusCode.ERROR, record["error"]) if failed else Status(StatusCode.UNSET),
            start_time=start,
            end_time=end,
            instrumentation_scope=_SCOPE,
        )
    ]
    backend = record["integration"]
    if backend is not None:
        unreached = backend["status"] == 0 or backend["status"] >= 500
        made.append(
            ReadableSpan(
                "integration",
                _context(trace, f"{int(record['id'], 16) ^ 1:016x}"),  # an id that is no other's
                own,
                resource,
                {"http.response.status_code": backend["status"]} if backend["status"] else {},
                kind=SpanKind.CLIENT,
                status=Status(StatusCode.ERROR) if unreached else Status(StatusCode.UNSET),
                # When it began is not kept: it ended, but for the mapping of its answer, with the request.
                start_time=max(start, end - _nanoseconds(backend["latency"])),
                end_time=end,
                instrumentation_scope=_SCOPE,
            )
        )
    return made


def _context(trace: int, span: str) -> SpanContext:
    return SpanContext(trace, int(span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _attributes(record: Record) -> dict[str, str | int]:
    found: dict[str, str | int | None] = {
        "http.request.method": record["method"],
        "http.route": record["route"],
        "url.path": record["path"],
        "http.response.status_code": record["status"],
        "http.response.body.size": record["sent"],
        "client.address": record["client"],
        "user_agent.original": record["user_agent"],
        "aws.request_id": record["request_id"],
        "aws.xray.origin": "AWS::ApiGateway::Stage",
        "aws.api_id": record["api"],
        "aws.api_stage": record["stage"],
        "error.type": record["error"],
    }
    return {name: value for name, value in found.items() if value is not None}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
