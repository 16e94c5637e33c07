"""The records that a stage of a WebSocket API runs on. Everything that does not depend on the message is decided here.

`problem` on a route is the configuration error that every message of it meets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gatewright.language.regex import Pattern
from gatewright.language.schema import Schema
from gatewright.language.selection_expression import Expression
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.records import Content, ContentHandling, Integration, RequiredParameter
from gatewright.program.telemetry import SILENT, UNNAMED, MethodTelemetry, StageTelemetry
from gatewright.program.throttle import Throttle

CONNECT: Final = "$connect"
DISCONNECT: Final = "$disconnect"
DEFAULT: Final = "$default"


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates by key, and the expression that names the key; without one, `$default` is meant."""

    by_key: Mapping[str, Content]
    selection: Expression | None


@dataclass(frozen=True, slots=True)
class SocketResponse:
    """An integration response. `pattern` None: the default."""

    pattern: Pattern | None
    templates: Templates
    content_handling: ContentHandling | None


@dataclass(frozen=True, slots=True)
class SocketIntegration:
    """What a route leads to. `backend` has addresses and mapped parameters; its templates and responses are empty."""

    backend: Integration
    templates: Templates
    responses: tuple[SocketResponse, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """What messages must be like, by key; without an expression `$default` is meant."""

    by_key: Mapping[str, Schema]
    selection: Expression | None


@dataclass(frozen=True, slots=True)
class SocketRoute:
    """A route. `two_way`: what its integration answers goes to the client."""

    key: str
    source_arn: str  # who calls, for a function's resource policy
    integration: SocketIntegration | None
    two_way: bool
    problem: str | None = None
    models: Models | None = None
    throttle: Throttle | None = None
    telemetry: MethodTelemetry = SILENT
    # Of $connect alone.
    authorization: str = "NONE"  # "NONE", "AWS_IAM", "CUSTOM"
    authorizer: FunctionAuthorizer | None = None
    api_key_required: bool = False
    required: tuple[RequiredParameter, ...] = ()


@dataclass(frozen=True, slots=True)
class WebSocketProgram:
    """One stage of one WebSocket API."""

    account: str
    region: str
    api_id: str
    stage: str
    deployment: str
    domain: str  # AWS's own host name of the API
    endpoint_disabled: bool
    variables: Mapping[str, str]
    selection: Expression  # of routes
    key_from_authorizer: bool  # the API key is the one that the authorizer names, not the header x-api-key
    routes: tuple[SocketRoute, ...] = field(repr=False)
    arn: str = ""  # of the stage: arn:aws:execute-api:{region}:{account}:{api}/{stage}
    connecting: Throttle | None = None  # of handshakes, where no route $connect has one of its own
    telemetry: StageTelemetry = UNNAMED

    @property
    def name(self) -> str:
        """What the program is published under."""
        return f"{self.api_id}@{self.stage}"
