"""What an authorizer must be, for each protocol and type, with AWS's literals (HTTP API authorization facts)."""

from __future__ import annotations

import re

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.control.rest import uris
from gatewright.control.v2 import lookup
from gatewright.store.base import Body

_TTL = "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."
_CACHED = "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"
_JWT_SOURCE = re.compile(r"\$request\.(?:header|querystring)\.[^\s,]+")
_HTTP_SOURCE = re.compile(r"\$request\.(?:header|querystring)\.[^\s,]+|\$(?:context|stageVariables)\.[\w.]+")
_WEBSOCKET_SOURCE = re.compile(r"route\.request\.(?:header|querystring)\.[^\s,]+|(?:context|stageVariables)\.[\w.]+")
_BAD_SOURCE = (
    "Invalid identity source expression: {}. The source must be a request header, request querystring, "
    "stage variable or context parameter"
)


def check(call: Call, api: Body, authorizer: Body) -> None:
    """Raises BadRequestException."""
    if not authorizer.get("Name"):
        raise errors.bad_request("Authorizer name must be non-empty")  # unverified wording
    ttl = authorizer.get("AuthorizerResultTtlInSeconds")
    if ttl is not None and not 0 <= ttl <= quotas.AUTHORIZER_TTL:
        raise errors.bad_request(_TTL)
    if authorizer["AuthorizerType"] == "JWT":
        _check_jwt(call, api, authorizer)
    else:
        _check_function(api, authorizer)


def _check_jwt(call: Call, api: Body, authorizer: Body) -> None:
    if not lookup.is_http(api):
        # unverified wording
        raise errors.bad_request("JWT authorizers are currently not supported for WEBSOCKET protocolType")
    sources = authorizer.get("IdentitySource") or []
    if len(sources) != 1 or _JWT_SOURCE.fullmatch(sources[0]) is None:
        raise errors.bad_request(_BAD_SOURCE.format(",".join(sources) or "null"))
    configuration = authorizer.get("JwtConfiguration")
    if not configuration:
        raise errors.bad_request("JwtConfiguration must not be null for JWT Authorizer")
    issuer = configuration.get("Issuer") or ""
    schemes = ("https://", "http://") if call.settings.local else ("https://",)
    if not issuer.startswith(schemes) or issuer in schemes:
        raise errors.bad_request(
            f"Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint ended with "
            "'/.well-known/openid-configuration'"
        )
    if len(configuration.get("Audience") or ()) > quotas.AUDIENCES:
        # unverified wording
        raise errors.bad_request(f"A JWT authorizer can have at most {quotas.AUDIENCES} audiences")


def _check_function(api: Body, authorizer: Body) -> None:
    if authorizer.get("JwtConfiguration"):
        raise errors.bad_request("JwtConfiguration is only supported for JWT Authorizer")  # unverified wording
    uri = authorizer.get("AuthorizerUri")
    if not uri:
        raise errors.bad_request("AuthorizerUri is a required field in an Authorizer")
    if not uris.is_lambda(uri):
        raise errors.bad_request(
            f"Invalid Authorizer URI: {uri}. "
            "Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."
        )
    credentials = authorizer.get("AuthorizerCredentialsArn")
    if credentials and not uris.is_role(credentials):
        raise errors.bad_request(uris.BAD_ARN)
    _check_version(api, authorizer)
    sources = authorizer.get("IdentitySource") or []
    if not sources and authorizer.get("AuthorizerResultTtlInSeconds"):
        raise errors.bad_request(_CACHED)
    for source in sources:
        if not lookup.is_http(api) and _WEBSOCKET_SOURCE.fullmatch(source) is None:
            raise errors.bad_request(f"Invalid request identity source expression: {source}")
        if lookup.is_http(api) and _HTTP_SOURCE.fullmatch(source) is None:
            raise errors.bad_request(_BAD_SOURCE.format(source))


def _check_version(api: Body, authorizer: Body) -> None:
    """unverified: what WebSocket APIs say"""
    version = authorizer.get("AuthorizerPayloadFormatVersion")
    simple = authorizer.get("EnableSimpleResponses")
    if not lookup.is_http(api):
        if version or simple:
            raise errors.bad_request(
                "AuthorizerPayloadFormatVersion and EnableSimpleResponses are only supported for HTTP APIs"
            )
        return
    if not version:
        raise errors.bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
    if version not in ("1.0", "2.0"):
        raise errors.bad_request(f"AuthorizerPayloadFormatVersion {version} is not supported")
    if simple and version != "2.0":
        raise errors.bad_request('EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".')
