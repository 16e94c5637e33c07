"""What an integration must be, for each protocol and type, with AWS's literals.

Rules look at the whole document, after an update as after a creation. What HTTP APIs do not have is refused; a
`passthroughBehavior` of WHEN_NO_MATCH is dropped there, because clients send it of themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.control.rest import uris
from gatewright.control.v2 import integration_mappings, lookup
from gatewright.store.base import Body

TIMEOUT = {"HTTP": 30_000, "WEBSOCKET": 29_000}  # milliseconds; the longest is the default
_SHORTEST = 50
_PROXIES = ("AWS_PROXY", "HTTP_PROXY")
_VERBS = frozenset({"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_NOT_HTTP = ("ContentHandlingStrategy", "RequestTemplates", "TemplateSelectionExpression")
_ONLY_PROXY = (
    "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations "
    "(AWS_PROXY, HTTP_PROXY)"
)
_NO_METHOD = "HttpMethod parameter method must be specified for integrationType HTTPPROXY"
_NO_CONNECTION = "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK"
_NO_VERSION = "PayloadFormatVersion is a required parameter for integrations of HTTP APIs"  # unverified wording
_SELECTION = {
    "HTTP": "${integration.response.statuscode}",
    "MOCK": "${integration.response.statuscode}",
    "AWS": "${integration.response.body.errorMessage}",
}
_VARIABLE = r"\$\{stageVariables\.\w+\}"
_NAME = rf"(?:[\w-]|{_VARIABLE})+"
_FUNCTION = re.compile(rf"arn:[\w-]+:lambda:[\w-]+:\d{{12}}:function:{_NAME}(?::(?:{_NAME}|\$LATEST))?|{_VARIABLE}")
_LISTENER = re.compile(
    r"arn:[\w-]+:(?:elasticloadbalancing:[\w-]+:\d{12}:listener/\S+|servicediscovery:[\w-]+:\d{12}:service/\S+)"
)


def complete(api: Body, integration: Body) -> None:
    """Fill in AWS's defaults."""
    kind, http = integration["IntegrationType"], lookup.is_http(api)
    if not integration.get("ConnectionType"):
        integration["ConnectionType"] = "INTERNET"
    integration.setdefault("TimeoutInMillis", TIMEOUT[api["ProtocolType"]])
    if not (integration.get("TlsConfig") or {}).get("ServerNameToVerify"):
        integration.pop("TlsConfig", None)  # an empty one takes it away
    if http:
        if kind == "AWS_PROXY" and not integration.get("IntegrationSubtype"):
            integration["IntegrationMethod"] = "POST"
        if integration.get("PassthroughBehavior") == "WHEN_NO_MATCH":
            del integration["PassthroughBehavior"]
        return
    integration.setdefault("PayloadFormatVersion", "1.0")
    if kind in _SELECTION:
        integration.setdefault("PassthroughBehavior", "WHEN_NO_MATCH")
        integration.setdefault("IntegrationResponseSelectionExpression", _SELECTION[kind])


def check(call: Call, api: Body, integration: Body) -> None:
    """Raises AwsError."""
    most = TIMEOUT[api["ProtocolType"]]
    if not _SHORTEST <= integration["TimeoutInMillis"] <= most:
        raise errors.bad_request(f"Timeout should be between {_SHORTEST} ms and {most} ms")
    if lookup.is_http(api):
        _check_http(call, integration)
    else:
        _check_websocket(call, integration)
    if integration.get("ConnectionId") and integration["ConnectionType"] != "VPC_LINK":
        raise errors.bad_request("ConnectionId is only supported for ConnectionType VPC_LINK")  # unverified wording
    credentials = integration.get("CredentialsArn")
    if credentials and not uris.is_role(credentials):
        raise errors.bad_request(uris.BAD_ARN)


def _check_http(call: Call, integration: Body) -> None:
    kind, subtype = integration["IntegrationType"], integration.get("IntegrationSubtype")
    if kind not in _PROXIES:
        raise errors.bad_request(_ONLY_PROXY)
    for name in (*_NOT_HTTP, "PassthroughBehavior"):
        if integration.get(name):
            raise errors.bad_request(f"{name} is not currently supported for HTTP APIs.")  # unverified wording
        integration.pop(name, None)
    if not integration.get("PayloadFormatVersion"):
        raise errors.bad_request(_NO_VERSION)
    if subtype:
        integration_mappings.check_service(integration)
    else:
        _HTTP[kind](call, integration)
        integration_mappings.check_request(integration.get("RequestParameters") or {})
    integration_mappings.check_response(integration.get("ResponseParameters") or {})


def _check_function(call: Call, integration: Body) -> None:
    version = integration["PayloadFormatVersion"]
    if version not in ("1.0", "2.0"):
        raise errors.bad_request(f"Unsupported PayloadFormatVersion: {version}")
    if integration["ConnectionType"] != "INTERNET":
        raise errors.bad_request("ConnectionType VPC_LINK is only supported for HTTP_PROXY")  # unverified wording
    uri = integration.get("IntegrationUri") or ""
    if _FUNCTION.fullmatch(uri) is None and not uris.is_lambda(uri):
        raise errors.bad_request(f"Invalid lambda function ARN specified: {uri}")  # unverified wording
    _check_tls(integration)


def _check_address(call: Call, integration: Body) -> None:
    version = integration["PayloadFormatVersion"]
    if version == "2.0":
        raise errors.bad_request("PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY")
    if version != "1.0":
        raise errors.bad_request(f"Unsupported PayloadFormatVersion: {version}")
    _check_verb(integration)
    if integration["ConnectionType"] == "VPC_LINK":
        _check_link(call, integration, ("api_vpc_link",))
        if _LISTENER.fullmatch(integration.get("IntegrationUri") or "") is None:
            # unverified wording
            raise errors.bad_request(
                "For VpcLink integrations, the integration uri should be a valid ALB, NLB listener "
                "or Cloud Map service ARN"
            )
    else:
        uris.check("HTTP_PROXY", integration.get("IntegrationUri"))
        _check_tls(integration)


_HTTP: dict[str, Callable[[Call, Body], None]] = {"AWS_PROXY": _check_function, "HTTP_PROXY": _check_address}


def _check_websocket(call: Call, integration: Body) -> None:
    """A function may be named by its plain ARN, as for HTTP APIs (aws/aws-cdk#13820). unverified: words on subtypes"""
    kind, uri = integration["IntegrationType"], integration.get("IntegrationUri") or ""
    if integration.get("IntegrationSubtype"):
        raise errors.bad_request("IntegrationSubtype is not supported for WEBSOCKET protocolType")
    if integration["PayloadFormatVersion"] != "1.0":
        raise errors.bad_request(f"Unsupported PayloadFormatVersion: {integration['PayloadFormatVersion']}")
    if kind in ("HTTP", "HTTP_PROXY"):
        _check_verb(integration)
    plain = kind == "AWS_PROXY" and uri.startswith("arn:") and _FUNCTION.fullmatch(uri) is not None
    if kind != "MOCK" and not plain:
        uris.check(kind, uri)
    if integration["ConnectionType"] == "VPC_LINK":
        _check_link(call, integration, ("vpc_link", "api_vpc_link"))
    integration_mappings.check_websocket(integration.get("RequestParameters") or {})


def _check_verb(integration: Body) -> None:
    verb = integration.get("IntegrationMethod")
    if not verb:
        raise errors.bad_request(_NO_METHOD)
    if verb not in _VERBS:
        raise errors.bad_request(f"Invalid HTTP method specified: {verb}")  # unverified wording


def _check_link(call: Call, integration: Body, kinds: tuple[str, ...]) -> None:
    """unverified: the answer for a link that is not there"""
    link = integration.get("ConnectionId")
    if not link:
        raise errors.bad_request(_NO_CONNECTION)
    if all(call.get(kind, "", link) is None for kind in kinds):
        raise lookup.missing("VpcLink", link)


def _check_tls(integration: Body) -> None:
    if integration.get("TlsConfig"):
        # unverified wording; AWS's documentation: "the TLS configuration for a private integration"
        raise errors.bad_request("TlsConfig is only supported for private integrations")
