"""The records that a stage runs on. Everything that does not depend on the request is already decided in them.

`problem` on a method is the configuration error that every call of it meets: AWS deploys such methods and answers 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gatewright.catalog.services import RegionalService
from gatewright.language.mapping import Location, Source
from gatewright.language.media import BinaryTypes
from gatewright.language.policy.document import Policy
from gatewright.language.regex import Pattern
from gatewright.language.schema import Schema
from gatewright.language.substitution import Pieces
from gatewright.language.uri import Uri
from gatewright.language.vtl import Template
from gatewright.program.authorizers import Authorizer
from gatewright.program.caching import Caching, StageCache
from gatewright.program.telemetry import SILENT, UNNAMED, MethodTelemetry, StageTelemetry
from gatewright.program.throttle import Throttle

ContentHandling = Literal["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]
Passthrough = Literal["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]
Scheme = Literal["http", "https"]


@dataclass(frozen=True, slots=True)
class MappingTemplate:
    """A template that reads the request or the answer. Equal texts are equal templates."""

    text: str
    compiled: Template = field(repr=False, compare=False)


# What a template makes of a payload: always the same bytes, or something new each time.
Content = bytes | MappingTemplate


@dataclass(frozen=True, slots=True)
class ResponseRule:
    """An integration response. `pattern` None: the default. `problem`: what AWS logs when it is chosen all the same."""

    status: int
    pattern: Pattern | None
    headers: tuple[tuple[bytes, Source], ...]
    templates: tuple[tuple[str, Content], ...]  # by media type, in the order of definition
    content_handling: ContentHandling | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class RequestParameter:
    """A mapped part of the request to the backend."""

    location: Location
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class MockIntegration:
    """No backend. `statuses`: media type → statusCode of its template (None: it names none), or the template."""

    statuses: Mapping[str, int | MappingTemplate | None]
    passthrough: Passthrough
    content_handling: ContentHandling | None
    responses: tuple[ResponseRule, ...]


@dataclass(frozen=True, slots=True)
class Via:
    """Where the traffic of a VPC link goes, whatever the URI says."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class HttpProxyIntegration:
    """A backend that sees the client's request and whose answer the client sees."""

    method: bytes  # b"" : the client's own
    uri: Uri | None  # None: no usable address
    parameters: tuple[RequestParameter, ...]
    content_handling: ContentHandling | None
    timeout: float  # seconds
    verify: bool
    streaming: bool = False  # the answer is passed on as it arrives
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class HttpIntegration:
    """A backend behind mappings: only what is mapped gets through, either way."""

    method: bytes
    uri: Uri | None
    parameters: tuple[RequestParameter, ...]
    templates: Mapping[str, Content]  # by media type; b"" passes the client's body on
    passthrough: Passthrough
    content_handling: ContentHandling | None
    responses: tuple[ResponseRule, ...]
    timeout: float
    verify: bool
    via: Via | None = None


@dataclass(frozen=True, slots=True)
class LambdaIntegration:
    """A function that gets the request as an event (payload 1.0). `assume_role`: called as that role."""

    function_arn: str
    target: bytes  # path of the Invoke call
    timeout: float
    assume_role: str | None
    streaming: bool = False  # called with InvokeWithResponseStream


@dataclass(frozen=True, slots=True)
class Action:
    """An AWS service's action. `target`: X-Amz-Target of its JSON protocol; `version`: of its query protocol.

    With both, a request without a body, or with a form in it, is a query.
    """

    name: str
    target: str | None
    json_type: str  # media type of the JSON protocol
    version: str | None


@dataclass(frozen=True, slots=True)
class AwsIntegration:
    """An AWS service behind mappings. `uri`: path and query; its host is only a name. `assume_role` as above."""

    service: RegionalService
    method: bytes
    uri: Uri
    action: Action | None
    parameters: tuple[RequestParameter, ...]
    templates: Mapping[str, Content]
    passthrough: Passthrough
    content_handling: ContentHandling | None
    responses: tuple[ResponseRule, ...]
    timeout: float
    assume_role: str | None


@dataclass(frozen=True, slots=True)
class CustomLambdaIntegration:
    """A function behind mappings: its payload is what the template makes, its answer a body. Patterns match errors."""

    function_arn: str
    uri: Uri  # of the Invoke call
    parameters: tuple[RequestParameter, ...]
    templates: Mapping[str, Content]
    passthrough: Passthrough
    content_handling: ContentHandling | None
    responses: tuple[ResponseRule, ...]
    timeout: float
    assume_role: str | None


Integration = (
    MockIntegration
    | HttpProxyIntegration
    | HttpIntegration
    | LambdaIntegration
    | AwsIntegration
    | CustomLambdaIntegration
)


@dataclass(frozen=True, slots=True)
class RequiredParameter:
    """A parameter that a request must carry."""

    location: str  # "header", "path", "querystring"
    name: str


@dataclass(frozen=True, slots=True)
class Validation:
    """What is checked of a request before its backend is called."""

    parameters: tuple[RequiredParameter, ...]
    models: tuple[tuple[str, Schema], ...]  # media type, or "$default", → what a body of it must be like


@dataclass(frozen=True, slots=True)
class MethodProgram:
    """A method of a resource."""

    verb: str  # "GET", or "ANY"
    resource_id: str
    resource_path: str
    operation: str | None
    authorization: str  # "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"
    api_key_required: bool
    source_arn: str  # who calls, for a function's resource policy
    integration: Integration
    problem: str | None = None
    validation: Validation | None = None
    authorizer: Authorizer | None = None  # of CUSTOM and COGNITO_USER_POOLS
    scopes: tuple[str, ...] = ()  # of an access token: one of them is needed
    throttle: Throttle | None = None
    caching: Caching | None = None  # None: nothing is cached
    telemetry: MethodTelemetry = SILENT


@dataclass(frozen=True, slots=True)
class ResourceProgram:
    """A path and its methods by verb."""

    path: str
    methods: Mapping[str, MethodProgram]


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """How a stage answers errors of one type. `status` None: as the error itself says."""

    status: int | None
    headers: tuple[tuple[bytes, Source], ...]
    templates: tuple[tuple[str, Pieces], ...]  # media type → template, in the order of definition; at least one


@dataclass(frozen=True, slots=True)
class StageProgram:
    """One stage of one REST API."""

    account: str
    region: str
    api_id: str
    stage: str
    deployment: str
    domain: str  # AWS's own host name of the API
    endpoint_disabled: bool  # the default endpoint is closed: only domain names lead here
    private: bool  # reached through VPC endpoints only
    compression: int | None  # smallest body to compress, bytes; None: never
    binary: BinaryTypes
    variables: Mapping[str, str]
    resources: tuple[ResourceProgram, ...] = field(repr=False)
    stream_idle: float = 300.0  # seconds that a streamed answer may be silent
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)  # only types that differ from AWS's
    is_canary: bool | None = None  # None: the stage has no canary
    canary: Canary | None = field(default=None, repr=False)
    arn: str = ""  # of the stage: arn:aws:execute-api:{region}:{account}:{api}/{stage}
    policy: Policy | None = field(default=None, repr=False)  # the API's resource policy
    keys_from_authorizer: bool = False  # apiKeySource AUTHORIZER: an authorizer names the API key, not the client
    # What https backends are shown: certificate and private key, PEM.
    identity: tuple[str, str] | None = field(default=None, repr=False)
    cache: StageCache | None = None
    telemetry: StageTelemetry = UNNAMED

    @property
    def name(self) -> str:
        """What the program is published under."""
        return f"{self.api_id}@{self.stage}"


@dataclass(frozen=True, slots=True)
class Canary:
    """The deployment that gets a share (0 to 1) of a stage's requests, with the stage's variables as it sees them."""

    share: float
    program: StageProgram


# The role of integrations that are called with the credentials of who calls the API.
CALLER: Final = "arn:aws:iam::*:user/*"
TEST_STAGE: Final = "test-invoke-stage"  # the stage that AWS names in calls of TestInvokeMethod


@dataclass(frozen=True, slots=True)
class Simulation:
    """A call of TestInvokeMethod or TestInvokeAuthorizer: the request as it was described; nothing came over a wire."""

    path: str  # as given, without the query; it need not be the resource's
    query: str  # after the "?"
    headers: tuple[tuple[str, str], ...]
    body: str
    identity: Mapping[str, str | None]  # who asked, by the names of $context.identity
    context: Mapping[str, str] = field(default_factory=dict)  # more variables of $context, for authorizers
