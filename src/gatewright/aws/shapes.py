"""What a service model says about the wire, as plain records: shapes, members, operations.

Two names per member: `name` is the SDK's (what handlers see), `wire` is what travels (JSON key, query key, header
name). A member's own constraints (an enum on the member) are already merged into its shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Shape:
    """A type. Filled after it is made, because shapes may contain themselves; nobody changes it later."""

    name: str
    type: str  # structure list map string integer long float double boolean timestamp blob
    members: tuple[Member, ...] = ()  # structure
    payload: str | None = None  # structure: SDK name of the member that is the whole body
    element: Shape | None = None  # list, map (the values)
    key: Shape | None = None  # map
    element_wire: str | None = None
    enum: tuple[str, ...] = ()
    minimum: float | None = None  # length or value, by type
    maximum: float | None = None
    pattern: str | None = None
    timestamp: str | None = None  # iso8601 | unixTimestamp | rfc822; None: the default of the place
    sensitive: bool = False
    events: bool = False  # structure: one of its members per event of a stream
    status: int | None = None  # exceptions: HTTP status


@dataclass(slots=True, eq=False)
class Member:
    """One member of a structure."""

    name: str
    wire: str
    shape: Shape
    location: str  # body | uri | querystring | header | headers | statusCode
    required: bool = False
    json_value: bool = False  # header: base64 of JSON


@dataclass(frozen=True, slots=True, eq=False)
class OperationModel:
    """One operation."""

    service: str
    name: str
    handler: str  # snake_case, as the SDK for Python spells it
    method: str
    path: str  # template, without query
    constants: tuple[tuple[str, str], ...]  # fixed query of the URI: (("mode", "import"),)
    status: int
    input: Shape | None
    output: Shape | None


@dataclass(frozen=True, slots=True, eq=False)
class ServiceModel:
    """One service."""

    name: str
    signing_name: str
    operations: Mapping[str, OperationModel]
    errors: Mapping[str, Shape] = field(default_factory=dict)
