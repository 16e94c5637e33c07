"""The Protocols and records of this room: an HTTP message, who calls, an error as AWS shows it, what runs an operation.

One `Service` (see `service.py`) turns an HTTP request into (operation, checked parameters), has an `Invoke` run it, and
turns its result or `AwsError` into an HTTP answer. It is synchronous and free of I/O: the process around it decides on
which thread it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire: raw path and query, header names as sent."""

    method: str
    path: bytes  # raw, not decoded
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer ready for the wire, without framing headers."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the control plane, and for which account and Region."""

    account: str  # 12 digits
    region: str
    access_key: str | None  # None: the request was not signed (local profile only)
    arn: str  # arn:aws:iam::<account>:root or :user/<name>


@dataclass(frozen=True, slots=True)
class Operation:
    """What was asked: service name as botocore has it, operation in PascalCase, and its snake_case handler name."""

    service: str
    name: str
    handler: str
    request_id: str


@dataclass(slots=True)
class AwsError(Exception):
    """A failure that the caller sees in AWS's form.

    `code` is the error shape's name ("BadRequestException"); status and members are taken from the service model where
    it knows the code, else `status`. `fields` are further members of the error's body ({"retryAfterSeconds": None}).
    """

    code: str
    message: str
    status: int = 400
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


# Runs one operation. Params and result use the SDK's member names; blobs are bytes, timestamps are epoch seconds
# (results: or datetime).
Invoke = Callable[[Operation, Caller, Params], "Params | None"]
