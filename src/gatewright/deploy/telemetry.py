"""What a stage's settings let be seen of it: access log, execution log, detailed metrics, tracing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.program.telemetry import SILENT, AccessLog, Logging, MethodTelemetry, StageTelemetry

Body = Mapping[str, Any]
# Of a REST API's stage and its method settings; of the others' stage and their route settings.
STAGE_MEMBERS = ("accessLogSettings", "tracingEnabled")
METHOD_MEMBERS = ("loggingLevel", "dataTraceEnabled", "metricsEnabled")
STAGE_MEMBERS_2 = ("AccessLogSettings",)
ROUTE_MEMBERS = ("LoggingLevel", "DataTraceEnabled", "DetailedMetricsEnabled")


def of_stage(api: Body, stage: Body) -> StageTelemetry:
    """Of a stage of a REST API."""
    settings = stage.get("accessLogSettings") or {}
    log = _access_log(settings.get("destinationArn"), settings.get("format"))
    types = (api.get("endpointConfiguration") or {}).get("types") or ("EDGE",)
    return StageTelemetry(api.get("name") or "", log, bool(stage.get("tracingEnabled")), types[0])


def of_method(setting: Body) -> MethodTelemetry:
    """Of the entry of methodSettings that holds for a method."""
    return _method(*(setting.get(member) for member in METHOD_MEMBERS))


def of_stage_2(api: Body, stage: Body) -> StageTelemetry:
    """Of a stage of an HTTP or WebSocket API."""
    settings = stage.get("AccessLogSettings") or {}
    return StageTelemetry(api.get("Name") or "", _access_log(settings.get("DestinationArn"), settings.get("Format")))


def of_route(stage: Body, key: str) -> MethodTelemetry:
    """Of a route of one. Its settings replace the stage's default as a whole."""
    setting = (stage.get("RouteSettings") or {}).get(key)
    if setting is None:
        setting = stage.get("DefaultRouteSettings") or {}
    return _method(*(setting.get(member) for member in ROUTE_MEMBERS))


def _access_log(destination: str | None, text: str | None) -> AccessLog | None:
    return AccessLog(destination, text) if destination and text else None


def _method(level: str | None, data_trace: bool | None, detailed: bool | None) -> MethodTelemetry:
    """Data are traced at level INFO alone (unverified for AWS at ERROR)."""
    if level not in ("ERROR", "INFO"):
        return MethodTelemetry(None, detailed=True) if detailed else SILENT
    logging = Logging("ERROR" if level == "ERROR" else "INFO", bool(data_trace) and level == "INFO")
    return MethodTelemetry(logging, bool(detailed))
