"""Documents of WebSocket APIs, as the control plane keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy.websocket_document import assemble
from tests.plays.stage import ACCOUNT, API, INVOKE, Body


def route(key: str, integration: Body | None = None, *, two_way: bool = False, **members: Any) -> tuple[Body, Any]:
    """A route document and its integration's."""
    selection = {"RouteResponseSelectionExpression": "$default"} if two_way else {}
    return {"RouteKey": key, "AuthorizationType": "NONE", "ApiKeyRequired": False} | selection | members, integration


def mock(status: int = 200, *responses: Body, **members: Any) -> Body:
    """MOCK that answers with a status; the responses are those of `response`."""
    return {
        "IntegrationType": "MOCK",
        "RequestTemplates": {"$default": f'{{"statusCode":{status}}}'},
        "_responses": list(responses),
    } | members


def response(key: str = "$default", template: str | None = None, **members: Any) -> Body:
    templates = {} if template is None else {"ResponseTemplates": {"$default": template}}
    return {"IntegrationResponseKey": key} | templates | members


def function(uri: str = INVOKE, **members: Any) -> Body:
    return {"IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "IntegrationUri": uri} | members


def backend(kind: str, uri: str, *responses: Body, **members: Any) -> Body:
    """HTTP, HTTP_PROXY, AWS."""
    return {
        "IntegrationType": kind,
        "IntegrationMethod": "POST",
        "IntegrationUri": uri,
        "_responses": list(responses),
    } | members


def snapshot(*routes: tuple[Body, Any], api: Body | None = None, **members: Any) -> Body:
    """What a deployment freezes."""
    integrations, written, responses, answers = [], [], [], []
    for number, (each, integration) in enumerate(routes):
        target = {}
        if integration is not None:
            name = f"int{number}"
            responses += [own | {"_integrationId": name} for own in integration.get("_responses", ())]
            integrations.append(integration | {"IntegrationId": name})
            target = {"Target": f"integrations/{name}"}
        written.append({"RouteId": f"route{number}"} | each | target)
        if each.get("RouteResponseSelectionExpression"):
            answers.append({"RouteResponseKey": "$default", "_routeId": f"route{number}"})
    return {
        "api": {"ApiId": API, "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
        | (api or {}),
        "routes": written,
        "integrations": integrations,
        "integrationResponses": responses,
        "routeResponses": answers,
    } | members


def socket_document(
    *routes: tuple[Body, Any],
    api: Body | None = None,
    variables: Mapping[str, str] | None = None,
    stage: Body | None = None,
    **members: Any,
) -> Body:
    """A program document of the stage "v1"."""
    frozen = snapshot(*routes, api=api, **members)
    return assemble(
        ACCOUNT,
        "us-east-1",
        frozen,
        {"StageName": "v1", "StageVariables": dict(variables or {})} | (stage or {}),
        "dep123",
    )
