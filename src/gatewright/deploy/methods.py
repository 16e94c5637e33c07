"""Compiles one method: its integration and integration responses. What cannot run is refused with its reason.

Two kinds of trouble are kept apart. What Gatewright does not support (yet) raises `RefusedError`, so that a deployment
says so at once. What AWS itself deploys and answers with 500 becomes `problem` and runs the same way here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gatewright.deploy import members
from gatewright.deploy.base import RefusedError
from gatewright.deploy.parameters import compile_parameters
from gatewright.deploy.responses import compile_responses
from gatewright.deploy.services import compile_proxy, compile_service
from gatewright.deploy.templates import compile_templates
from gatewright.language.literal import mock_status
from gatewright.language.mapping import ILLEGAL
from gatewright.language.uri import fill_variables, parse_uri
from gatewright.program.records import (
    HttpIntegration,
    HttpProxyIntegration,
    Integration,
    MockIntegration,
)

__all__ = ["RefusedError", "compile_integration"]
Body = Mapping[str, Any]
STREAMING = ("AWS_PROXY", "HTTP_PROXY")  # the types whose answers can be passed on as they arrive


def compile_integration(method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    """The integration of a method and its configuration error, if it has one. Raises RefusedError."""
    integration = method.get("methodIntegration")
    if not integration:
        raise RefusedError("No integration defined for method")
    kind = integration.get("type")
    build = BUILDERS.get(kind)
    if build is None:
        raise RefusedError(f"integrations of type {kind} are not supported")
    if members.streams(integration) and kind not in STREAMING:
        raise RefusedError(f"responseTransferMode STREAM is for {' and '.join(STREAMING)} only, not for {kind}")
    return build(integration, method, variables)


def _mock(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    templates = compile_templates(integration.get("requestTemplates"), "requestTemplates")
    return (
        MockIntegration(
            statuses={
                kind: mock_status(content.decode()) if isinstance(content, bytes) else content
                for kind, content in templates.items()
            },
            passthrough=members.passthrough(integration),
            content_handling=integration.get("contentHandling"),
            responses=compile_responses(integration, method, variables),
        ),
        None,
    )


def _http_proxy(integration: Body, _: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    parameters, problem = compile_parameters(integration, variables, ILLEGAL)
    return (
        HttpProxyIntegration(
            method=members.verb(integration),
            uri=parse_uri(fill_variables(integration.get("uri") or "", variables)),
            parameters=parameters,
            content_handling=integration.get("contentHandling"),
            timeout=members.timeout(integration),
            verify=members.verify(integration),
            streaming=members.streams(integration),
        ),
        problem,
    )


def _http(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    parameters, problem = compile_parameters(integration, variables, ILLEGAL)
    return (
        HttpIntegration(
            method=members.verb(integration),
            uri=parse_uri(fill_variables(integration.get("uri") or "", variables)),
            parameters=parameters,
            templates=compile_templates(integration.get("requestTemplates"), "requestTemplates"),
            passthrough=members.passthrough(integration),
            content_handling=integration.get("contentHandling"),
            responses=compile_responses(integration, method, variables),
            timeout=members.timeout(integration),
            verify=members.verify(integration),
        ),
        problem,
    )


# What runs, by the integration's type.
BUILDERS: Mapping[Any, Callable[[Body, Body, Mapping[str, str]], tuple[Integration, str | None]]] = {
    "MOCK": _mock,
    "HTTP_PROXY": _http_proxy,
    "HTTP": _http,
    "AWS": compile_service,
    "AWS_PROXY": compile_proxy,
}
