"""What a stage and its methods or routes let be seen of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class AccessLog:
    """`destination`: ARN of a log group or of a Firehose stream; `format`: a line with $context variables."""

    destination: str
    format: str


@dataclass(frozen=True, slots=True)
class Logging:
    """The execution log of a method or route. `data_trace`: with headers and bodies as they came and went."""

    level: Literal["ERROR", "INFO"]
    data_trace: bool


@dataclass(frozen=True, slots=True)
class StageTelemetry:
    """Of a stage. `api_name`: what metrics of REST APIs and traces call the API.

    `endpoint_type`: of a REST API: "EDGE", "REGIONAL", "PRIVATE".
    """

    api_name: str = ""
    access_log: AccessLog | None = None
    tracing: bool = False
    endpoint_type: str = ""


@dataclass(frozen=True, slots=True)
class MethodTelemetry:
    """Of a method or route. `detailed`: it has metrics of its own."""

    logging: Logging | None = None
    detailed: bool = False


UNNAMED: Final = StageTelemetry()
SILENT: Final = MethodTelemetry()
