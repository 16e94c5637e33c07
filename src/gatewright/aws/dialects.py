"""Where the services differ although they speak the same protocol: names, codes and literals of errors, as a table.

Sources: rest control-plane facts (recorded from AWS), v2 control-plane facts (literals of real failing deployments).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FRAMEWORK_STATUS: Mapping[str, int] = {
    "ValidationException": 400,
    "SerializationException": 400,
    "AccessDeniedException": 403,
    "MissingAuthenticationTokenException": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "UnrecognizedClientException": 403,
    "ExpiredTokenException": 403,
    "UnknownOperationException": 404,
    "InternalFailure": 500,
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one service words what the codec itself refuses."""

    validation: str = "ValidationException"  # code of constraint violations
    serialization: str = "SerializationException"  # code of bodies that do not fit
    prefix: bool = False  # body members are named '<operation>Input.<member>', others by the bare name
    capital: frozenset[str] = frozenset()  # codes outside the model whose body has "Message", not "message"
    null_header_members: bool = False  # an error's header members also stand in its body, null when not given
    empty_enum: bool = False  # "" passes as an enum value; the handler sees it
    empty_body: str | None = None  # BadRequestException's message when a body is expected and none came
    fraction: bool = False  # epoch timestamps keep milliseconds
    blob_type: bytes = b"application/octet-stream"  # Content-Type of a raw answer that names none
    comma_lists: frozenset[str] = frozenset()  # query keys whose values are also split at commas
    enum_order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # shape: its values in AWS's order
    unchecked: frozenset[str] = frozenset()  # shapes whose constraints the handler checks, with literals of its own
    literals: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (operation, member): whole message


# Recorded. The order is that of AWS's hash sets, not the model's.
# unverified: the order of enums not listed here; the model's is used.
_REST_ENUMS = {
    "GatewayResponseType": (
        "REQUEST_TOO_LARGE RESOURCE_NOT_FOUND AUTHORIZER_CONFIGURATION_ERROR MISSING_AUTHENTICATION_TOKEN "
        "BAD_REQUEST_BODY INVALID_SIGNATURE INVALID_API_KEY BAD_REQUEST_PARAMETERS AUTHORIZER_FAILURE UNAUTHORIZED "
        "INTEGRATION_TIMEOUT ACCESS_DENIED DEFAULT_4XX DEFAULT_5XX WAF_FILTERED QUOTA_EXCEEDED THROTTLED "
        "API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE INTEGRATION_FAILURE EXPIRED_TOKEN"
    ),
    "IntegrationType": "HTTP MOCK AWS_PROXY HTTP_PROXY AWS",
    "DocumentationPartType": (
        "RESPONSE_BODY RESPONSE METHOD MODEL AUTHORIZER RESPONSE_HEADER RESOURCE PATH_PARAMETER REQUEST_BODY "
        "QUERY_PARAMETER API REQUEST_HEADER"
    ),
    "EndpointType": "PRIVATE EDGE REGIONAL",
    "IpAddressType": "ipv4 dualstack",
    "Op": "add remove move test replace copy",
}

_REST = Dialect(
    prefix=True,
    capital=frozenset({"ValidationException", "SerializationException", "AccessDeniedException"}),
    null_header_members=True,
    empty_enum=True,  # recorded for ipAddressType
    empty_body="Invalid request input",  # known from clients that sent no body for PutIntegrationResponse
    comma_lists=frozenset({"embed"}),
    enum_order={shape: tuple(values.split()) for shape, values in _REST_ENUMS.items()},
)

# unverified: the wording of violations other than the literals below; the code is BadRequestException for all of them.
_V2 = Dialect(
    validation="BadRequestException",
    serialization="BadRequestException",
    # The first one's literal depends on the API's protocol.
    unchecked=frozenset({"IntegerWithLengthBetween50And30000", "IntegerWithLengthBetween0And3600"}),
    literals={
        ("CreateApi", "name"): "Invalid API name specified",
        ("UpdateApi", "name"): "Invalid API name specified",
        ("CreateStage", "stageName"): "Stage name only allows a-zA-Z0-9_",
        ("CreateApi", "protocolType"): "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]",
    },
)

_LAMBDA = Dialect(
    fraction=True,
    blob_type=b"application/json",
    unchecked=frozenset({"Runtime"}),  # InvalidParameterValueException with a text of its own
)

_DIALECTS: Mapping[str, Dialect] = {
    "apigateway": _REST,
    "apigatewayv2": _V2,
    "apigatewaymanagementapi": Dialect(),
    "lambda": _LAMBDA,
}


def dialect(service: str) -> Dialect:
    """The dialect of a service; the plain one when nothing is known of it."""
    return _DIALECTS.get(service, _PLAIN)


_PLAIN = Dialect()
