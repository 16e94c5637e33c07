"""The program document of a WebSocket API: what the control process writes and an edge worker compiles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatewright.deploy import telemetry, throttling
from gatewright.language.schema import SchemaError, reachable

Body = Mapping[str, Any]
FORMAT = 1
TYPE = "WEBSOCKET"
_PLAIN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:")

# What the data plane does not read stays out: it would only make programs larger and change them for nothing.
_API = ("ApiId", "Name", "ApiKeySelectionExpression", "DisableExecuteApiEndpoint", "RouteSelectionExpression")
_STAGE = ("StageName", "StageVariables", *telemetry.STAGE_MEMBERS_2)
_ROUTE = (
    "RouteKey",
    "Target",
    "ApiKeyRequired",
    "AuthorizationType",
    "AuthorizerId",
    "ModelSelectionExpression",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
)
_INTEGRATION = (
    "IntegrationId",
    "IntegrationType",
    "IntegrationUri",
    "IntegrationMethod",
    "ConnectionType",
    "ConnectionId",
    "ContentHandlingStrategy",
    "CredentialsArn",
    "PassthroughBehavior",
    "RequestParameters",
    "RequestTemplates",
    "TemplateSelectionExpression",
    "TimeoutInMillis",
)
_RESPONSE = (
    "ContentHandlingStrategy",
    "IntegrationResponseKey",
    "ResponseTemplates",
    "TemplateSelectionExpression",
)
_AUTHORIZER = ("AuthorizerId", "AuthorizerType", "AuthorizerUri", "AuthorizerCredentialsArn", "IdentitySource")


def assemble(account: str, region: str, snapshot: Body, stage: Body, deployment: str) -> dict[str, Any]:
    """Join a deployment's snapshot with the stage that serves it."""
    answered = {each["_routeId"] for each in snapshot.get("routeResponses") or ()}
    named = {route.get("AuthorizerId") for route in snapshot["routes"]}
    document = {
        "format": FORMAT,
        "type": TYPE,
        "account": account,
        "region": region,
        "api": _only(snapshot["api"], _API),
        "stage": _only(stage, _STAGE) | _settings(stage),
        "deployment": deployment,
        "routes": [
            _only(each, _ROUTE) | ({"answered": True} if each["RouteId"] in answered else {})
            for each in snapshot["routes"]
        ],
        "integrations": [_integration(each, snapshot) for each in snapshot["integrations"]],
    }
    authorizers = [each for each in snapshot.get("authorizers") or () if each["AuthorizerId"] in named]
    if authorizers:
        document["authorizers"] = [_only(each, _AUTHORIZER) for each in authorizers]
    models = _models(snapshot)
    return document | ({"models": models} if models else {})


def as_rest(integration: Body) -> dict[str, Any]:
    """An integration as REST APIs write it, so that its address is compiled and its link found as theirs are."""
    parameters = {
        target: source.replace("route.request.", "method.request.", 1) if source.startswith("route.") else source
        for target, source in (integration.get("RequestParameters") or {}).items()
    }
    written = {
        "type": integration.get("IntegrationType"),
        "uri": _uri(integration),
        "httpMethod": integration.get("IntegrationMethod"),
        "credentials": integration.get("CredentialsArn"),
        "connectionType": integration.get("ConnectionType"),
        "connectionId": integration.get("ConnectionId"),
        "contentHandling": integration.get("ContentHandlingStrategy"),
        "passthroughBehavior": integration.get("PassthroughBehavior"),
        "requestParameters": parameters,
        "timeoutInMillis": integration.get("TimeoutInMillis"),
    }
    return {member: value for member, value in written.items() if value}


def _uri(integration: Body) -> str | None:
    """A function's plain ARN as the URI that invokes it, as AWS_PROXY of REST APIs has it."""
    uri: str | None = integration.get("IntegrationUri")
    if integration.get("IntegrationType") != "AWS_PROXY" or _PLAIN.match(uri or "") is None:
        return uri
    _, partition, _, region, _ = (uri or "").split(":", 4)
    return f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{uri}/invocations"


def for_links(document: Body) -> dict[str, Any]:
    """A program document as `links` reads it."""
    return {
        "stage": {"variables": document["stage"].get("StageVariables") or {}},
        "resources": [
            {"path": "integration", "resourceMethods": {each["IntegrationId"]: {"methodIntegration": as_rest(each)}}}
            for each in document["integrations"]
        ],
    }


def _integration(integration: Body, snapshot: Body) -> dict[str, Any]:
    responses = [
        _only(each, _RESPONSE)
        for each in snapshot.get("integrationResponses") or ()
        if each["_integrationId"] == integration["IntegrationId"]
    ]
    return _only(integration, _INTEGRATION) | ({"responses": responses} if responses else {})


def _models(snapshot: Body) -> dict[str, str]:
    """The models that messages are checked against, and those that they lead to, by name."""
    texts = {each["Name"]: each["Schema"] for each in snapshot.get("models") or ()}
    names = {name for route in snapshot["routes"] for name in (route.get("RequestModels") or {}).values()}
    wanted = names.union(*(_reachable(name, texts) for name in names))
    return {name: texts[name] for name in sorted(wanted) if name in texts}


def _reachable(name: str, texts: Mapping[str, str]) -> set[str]:
    try:
        return reachable(texts[name], texts) if name in texts else set()
    except SchemaError:  # compiling says what is wrong
        return set()


_ROUTE_SETTING = (*throttling.ROUTE_MEMBERS, *telemetry.ROUTE_MEMBERS)


def _settings(stage: Body) -> dict[str, Any]:
    """A stage's settings of routes. One that is empty lifts that of the stage."""
    default = _only(stage.get("DefaultRouteSettings") or {}, _ROUTE_SETTING)
    routes = {key: _only(each, _ROUTE_SETTING) for key, each in (stage.get("RouteSettings") or {}).items()}
    given = {"DefaultRouteSettings": default, "RouteSettings": routes}
    return {member: value for member, value in given.items() if value}


def _only(body: Body, members: tuple[str, ...]) -> dict[str, Any]:
    return {member: body[member] for member in members if body.get(member) is not None}
