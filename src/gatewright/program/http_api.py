"""The records that a stage of an HTTP API runs on. Everything that does not depend on the request is decided in them.

`problem` on a route is the configuration error that every call of it meets: AWS deploys such routes and answers 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatewright.catalog.services import RegionalService
from gatewright.language.parameter_mapping import Change, Value
from gatewright.language.uri import Uri
from gatewright.program.authorizers import Authorizer
from gatewright.program.records import Via
from gatewright.program.telemetry import SILENT, UNNAMED, MethodTelemetry, StageTelemetry
from gatewright.program.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS configuration of an API. `everywhere`: any origin, answered with "*"."""

    everywhere: bool
    origins: frozenset[bytes]
    beginnings: tuple[bytes, ...]  # of origins: "https://" for "https://*"
    methods: bytes
    headers: bytes
    exposed: bytes
    credentials: bool
    max_age: int | None  # seconds


@dataclass(frozen=True, slots=True)
class ProxyIntegration:
    """HTTP_PROXY. `append_path`: the client's path goes behind the URI's; `with_stage`: with the stage in front."""

    method: bytes  # b"" : the client's own
    uri: Uri | None  # None: no usable address
    append_path: bool
    with_stage: bool
    timeout: float  # seconds
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class FunctionIntegration:
    """A Lambda function. `payload`: "1.0" or "2.0"; `assume_role`: called as that role."""

    function_arn: str
    target: bytes  # path of the Invoke call
    payload: str
    timeout: float
    assume_role: str | None


@dataclass(frozen=True, slots=True)
class ServiceIntegration:
    """An action of an AWS service (integrationSubtype). `parameters` by name; all of `required` must have a value."""

    subtype: str
    service: RegionalService
    parameters: tuple[tuple[str, Value], ...]
    required: frozenset[str]
    timeout: float
    assume_role: str | None


HttpApiIntegration = ProxyIntegration | FunctionIntegration | ServiceIntegration


@dataclass(frozen=True, slots=True)
class RouteProgram:
    """A route and where it leads."""

    key: str  # "GET /pets/{id}", "$default"
    authorization: str  # "NONE", "AWS_IAM", "JWT", "CUSTOM"
    source_arn: str  # who calls, for a function's resource policy
    integration: HttpApiIntegration | None  # None: there is none
    changes: tuple[Change, ...]  # of the request to the backend
    answer_changes: Mapping[int, tuple[Change, ...]]  # by the backend's status
    problem: str | None = None
    authorizer: Authorizer | None = None  # of JWT and CUSTOM
    scopes: tuple[str, ...] = ()  # of a token: one of them is needed
    throttle: Throttle | None = None
    telemetry: MethodTelemetry = SILENT


@dataclass(frozen=True, slots=True)
class HttpApiProgram:
    """One stage of one HTTP API."""

    account: str
    region: str
    api_id: str
    stage: str
    deployment: str
    domain: str  # AWS's own host name of the API
    endpoint_disabled: bool
    variables: Mapping[str, str]
    cors: Cors | None
    routes: tuple[RouteProgram, ...] = field(repr=False)
    arn: str = ""  # of the stage: arn:aws:execute-api:{region}:{account}:{api}/{stage}
    telemetry: StageTelemetry = UNNAMED

    @property
    def name(self) -> str:
        """What the program is published under."""
        return f"{self.api_id}@{self.stage}"
