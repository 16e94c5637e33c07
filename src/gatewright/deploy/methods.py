"""Compiles one method: its integration and integration responses. What cannot run is refused with its reason.

Two kinds of trouble are kept apart. What Gatewright does not support (yet) raises `RefusedError`, so that a deployment
says so at once. What AWS itself deploys and answers with 500 becomes `problem` and runs the same way here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from gatewright.language.literal import is_literal, mock_status
from gatewright.language.mapping import MappingError, Source, parse_request_target, parse_response_target, parse_source
from gatewright.language.regex import PatternError
from gatewright.language.selection import compile_pattern
from gatewright.language.uri import fill_variables, parse_uri
from gatewright.program.records import (
    HttpIntegration,
    HttpProxyIntegration,
    Integration,
    LambdaIntegration,
    MockIntegration,
    RequestParameter,
    ResponseRule,
)

Body = Mapping[str, Any]
_LAMBDA = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path/2015-03-31/functions/(?P<arn>arn:[^/]+)/invocations")
# Targets that no mapping may write (request-pipeline facts, recorded from AWS): 500 on every call.
_ILLEGAL = frozenset({"content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"})
_ILLEGAL_AWS = _ILLEGAL | {"authorization", "connection", "expect", "proxy-authenticate", "te"}


STREAMING = ("AWS_PROXY", "HTTP_PROXY")  # the types whose answers can be passed on as they arrive


class RefusedError(Exception):
    """A part of a method that cannot be compiled; the message says which and why."""


def compile_integration(method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    """The integration of a method and its configuration error, if it has one. Raises RefusedError."""
    integration = method.get("methodIntegration")
    if not integration:
        raise RefusedError("No integration defined for method")
    kind = integration.get("type")
    build = BUILDERS.get(kind)
    if build is None:
        raise RefusedError(f"integrations of type {kind} are not supported yet")
    if integration.get("connectionType") == "VPC_LINK":
        raise RefusedError("integrations through a VPC link are not supported yet")
    if _streams(integration) and kind not in STREAMING:
        raise RefusedError(f"responseTransferMode STREAM is for {' and '.join(STREAMING)} only, not for {kind}")
    return build(integration, method, variables)


def _mock(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    templates = _templates(integration.get("requestTemplates"), "requestTemplates")
    return (
        MockIntegration(
            statuses={kind: mock_status(text.decode()) for kind, text in templates.items()},
            passthrough=integration.get("passthroughBehavior") or "WHEN_NO_MATCH",
            content_handling=integration.get("contentHandling"),
            responses=_responses(integration, method, variables),
        ),
        None,
    )


def _http_proxy(integration: Body, _: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    parameters, problem = _parameters(integration, variables, _ILLEGAL)
    return (
        HttpProxyIntegration(
            method=_verb(integration),
            uri=parse_uri(fill_variables(integration.get("uri") or "", variables)),
            parameters=parameters,
            content_handling=integration.get("contentHandling"),
            timeout=_timeout(integration),
            verify=_verify(integration),
            streaming=_streams(integration),
        ),
        problem,
    )


def _http(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    parameters, problem = _parameters(integration, variables, _ILLEGAL)
    return (
        HttpIntegration(
            method=_verb(integration),
            uri=parse_uri(fill_variables(integration.get("uri") or "", variables)),
            parameters=parameters,
            templates=_templates(integration.get("requestTemplates"), "requestTemplates"),
            passthrough=integration.get("passthroughBehavior") or "WHEN_NO_MATCH",
            content_handling=integration.get("contentHandling"),
            responses=_responses(integration, method, variables),
            timeout=_timeout(integration),
            verify=_verify(integration),
        ),
        problem,
    )


def _lambda(integration: Body, _: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    uri = fill_variables(integration.get("uri") or "", variables)
    match = _LAMBDA.fullmatch(uri)
    if match is None and ":lambda:path/" not in uri:
        raise RefusedError(f"AWS_PROXY integrations with other services than Lambda are not supported yet: {uri}")
    credentials = fill_variables(integration.get("credentials") or "", variables) or None
    if credentials and credentials.endswith(":user/*"):
        raise RefusedError("integration credentials of the caller (arn:aws:iam::*:user/*) are not supported yet")
    # The mappings of AWS_PROXY have no effect, but an illegal target fails the call all the same (recorded).
    problem = _illegal_target(integration, _ILLEGAL_AWS)
    if match is None:
        problem = f"Invalid endpoint address: {uri}"
    elif (integration.get("httpMethod") or "POST").upper() != "POST":
        problem = "Lambda functions can be invoked with POST only"  # unverified: AWS's wording; the 500 is recorded
    arn = match["arn"] if match else ""
    return (
        LambdaIntegration(
            function_arn=arn,
            target=f"/2015-03-31/functions/{quote(arn, safe='')}/invocations".encode(),
            timeout=_timeout(integration),
            assume_role=credentials,
        ),
        problem,
    )


# What runs, by the integration's type.
BUILDERS: Mapping[Any, Callable[[Body, Body, Mapping[str, str]], tuple[Integration, str | None]]] = {
    "MOCK": _mock,
    "HTTP_PROXY": _http_proxy,
    "HTTP": _http,
    "AWS_PROXY": _lambda,
}


def _verb(integration: Body) -> bytes:
    verb: str = (integration.get("httpMethod") or "ANY").upper()
    return b"" if verb == "ANY" else verb.encode()


def _timeout(integration: Body) -> float:
    return float(integration.get("timeoutInMillis") or 29_000) / 1000


def _streams(integration: Body) -> bool:
    return integration.get("responseTransferMode") == "STREAM"


def _verify(integration: Body) -> bool:
    return not (integration.get("tlsConfig") or {}).get("insecureSkipVerification", False)


def _templates(templates: Body | None, member: str) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    for kind, text in (templates or {}).items():
        if not is_literal(text or ""):
            raise RefusedError(
                f"{member} {kind}: mapping templates with references or directives (VTL) are not supported yet"
            )
        texts[kind.strip().lower() if kind != "$default" else kind] = (text or "").encode()
    return texts


def _parameters(
    integration: Body, variables: Mapping[str, str], illegal: frozenset[str]
) -> tuple[tuple[RequestParameter, ...], str | None]:
    parameters = []
    for target, expression in (integration.get("requestParameters") or {}).items():
        try:
            location, name = parse_request_target(target)
            source = parse_source(expression, "method.request", variables)
        except MappingError as error:
            raise RefusedError(f"requestParameters: {error}") from None
        if source is not None:
            parameters.append(RequestParameter(location, name, source))
    return tuple(parameters), _illegal_target(integration, illegal)


def _illegal_target(integration: Body, illegal: frozenset[str]) -> str | None:
    for target in integration.get("requestParameters") or {}:
        name = target.removeprefix("integration.request.header.")
        if name != target and name.lower() in illegal:
            return f"{name} header already present"  # unverified: AWS's wording; the 500 is recorded
    return None


def _responses(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[ResponseRule, ...]:
    declared = method.get("methodResponses") or {}
    return tuple(
        _response(code, response, code in declared, variables)
        for code, response in (integration.get("integrationResponses") or {}).items()
    )


def _response(code: str, response: Body, declared: bool, variables: Mapping[str, str]) -> ResponseRule:
    place = f"integration response {code}"
    try:
        pattern = compile_pattern(response.get("selectionPattern"))
        headers: list[tuple[bytes, Source]] = []
        for target, expression in (response.get("responseParameters") or {}).items():
            source = parse_source(expression, "integration.response", variables)
            if source is not None:
                headers.append((parse_response_target(target).encode(), source))
    except (MappingError, PatternError) as error:
        raise RefusedError(f"{place}: {error}") from None
    return ResponseRule(
        status=int(code),
        pattern=pattern,
        headers=tuple(headers),
        templates=tuple(_templates(response.get("responseTemplates"), f"{place}, responseTemplates").items()),
        content_handling=response.get("contentHandling"),
        problem=None if declared else f"Output mapping refers to an invalid method response: {code}",
    )
