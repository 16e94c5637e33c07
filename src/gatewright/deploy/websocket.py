"""Program document of a WebSocket API → its program. Pure; what can be decided before a message is decided here.

Addresses, mapped parameters, roles and links of integrations are compiled as those of REST APIs; templates, responses
and models have keys that expressions name. AWS: "Develop WebSocket APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatewright.deploy import links, telemetry, throttling
from gatewright.deploy.authorizers import compile_authorizer
from gatewright.deploy.base import CompileError, RefusedError
from gatewright.deploy.http_api import partition_of
from gatewright.deploy.methods import compile_integration
from gatewright.deploy.templates import compile_content
from gatewright.deploy.websocket_document import FORMAT, TYPE, as_rest
from gatewright.language.regex import PatternError
from gatewright.language.schema import Schema, SchemaError, compile_schema
from gatewright.language.selection import compile_pattern
from gatewright.language.selection_expression import BODY, RESPONSE, Expression, ExpressionError, Root, parse_expression
from gatewright.language.vtl import TemplateError
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.records import RequiredParameter
from gatewright.program.websocket import (
    CONNECT,
    DEFAULT,
    Models,
    SocketIntegration,
    SocketResponse,
    SocketRoute,
    Templates,
    WebSocketProgram,
)

Body = Mapping[str, Any]
_KEY_FROM_AUTHORIZER = "$context.authorizer.usageIdentifierKey"
# unverified: what an integration response without an expression selects by; on AWS a template with the key 200 is taken
# for it (aws/aws-cdk#19037), and others are keyed by a media type (aws/aws-cdk#29661).
_BY_STATUS = "${integration.response.statuscode}"
_BY_TYPE = "application/json"
_AUTHORIZATIONS = ("NONE", "AWS_IAM", "CUSTOM")
_SOURCES = {
    "route.request.header.": "method.request.header.",
    "route.request.querystring.": "method.request.querystring.",
}


@dataclass(frozen=True, slots=True)
class _Common:
    """What all routes of a stage are compiled with."""

    document: Body
    variables: Mapping[str, str]
    arn: str
    integrations: Mapping[str, Body]
    models: dict[str, Schema]  # compiled so far


def compile_websocket(document: Body) -> WebSocketProgram:
    """Compile a document of the form that `websocket_document.assemble` makes. Raises CompileError."""
    if document.get("format") != FORMAT or document.get("type") != TYPE:
        raise CompileError(
            "", f"program document of unknown format {document.get('format')!r}, type {document.get('type')!r}"
        )
    api, stage = document["api"], document["stage"]
    region, name = document["region"], stage["StageName"]
    partition, suffix = partition_of(region)
    variables = dict(stage.get("StageVariables") or {})
    arn = f"arn:{partition}:execute-api:{region}:{document['account']}:{api['ApiId']}/{name}"
    try:
        selection = _expression(api.get("RouteSelectionExpression") or "", BODY, "routeSelectionExpression")
    except RefusedError as refusal:
        raise CompileError("", str(refusal)) from None
    assert selection is not None
    integrations = {each["IntegrationId"]: each for each in document["integrations"]}
    common = _Common(document, variables, arn, integrations, {})
    return WebSocketProgram(
        account=document["account"],
        region=region,
        api_id=api["ApiId"],
        stage=name,
        deployment=document["deployment"],
        domain=f"{api['ApiId']}.execute-api.{region}.{suffix}",
        endpoint_disabled=bool(api.get("DisableExecuteApiEndpoint")),
        variables=variables,
        selection=selection,
        key_from_authorizer=api.get("ApiKeySelectionExpression") == _KEY_FROM_AUTHORIZER,
        routes=tuple(_route(each, common) for each in document["routes"]),
        arn=arn,
        connecting=throttling.of_route(stage, CONNECT),
        telemetry=telemetry.of_stage_2(api, stage),
    )


def _route(route: Body, common: _Common) -> SocketRoute:
    key = route["RouteKey"]
    try:
        target = route.get("Target")
        integration, problem = None, None
        if target is not None:
            found = common.integrations.get(target.removeprefix("integrations/"))
            if found is None:
                raise RefusedError(f"there is no integration {target}")
            integration, problem = _integration(found, route, common)
        connect = key == CONNECT
        authorization = (route.get("AuthorizationType") or "NONE") if connect else "NONE"
        return SocketRoute(
            key=key,
            source_arn=f"{common.arn}/{key}",
            integration=integration,
            two_way=route.get("RouteResponseSelectionExpression") == DEFAULT and bool(route.get("answered")),
            problem=problem,
            models=_models(route, common),
            throttle=throttling.of_route(common.document["stage"], key),
            telemetry=telemetry.of_route(common.document["stage"], key),
            authorization=authorization,
            authorizer=_authorizer(route, authorization, common),
            api_key_required=connect and bool(route.get("ApiKeyRequired")),
            required=_required(route) if connect else (),
        )
    except RefusedError as refusal:
        raise CompileError(key, str(refusal)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise CompileError(key, f"malformed route document: {error!r}") from error


def _integration(integration: Body, route: Body, common: _Common) -> tuple[SocketIntegration, str | None]:
    """Raises RefusedError."""
    for source in (integration.get("RequestParameters") or {}).values():
        if source.startswith(("route.request.path", "method.request.")):
            raise RefusedError(f"requestParameters: Invalid mapping expression specified: {source}")
    written = as_rest(integration)
    method = {"methodIntegration": written, "authorizationType": route.get("AuthorizationType")}
    backend, problem = compile_integration(method, common.variables)
    backend, problem = links.through(backend, problem, written, common.variables, common.document.get("vpcLinks") or {})
    return (
        SocketIntegration(
            backend=backend,
            templates=_templates(integration, "RequestTemplates", BODY, "requestTemplates"),
            responses=tuple(_response(each) for each in integration.get("responses") or ()),
        ),
        problem,
    )


def _response(response: Body) -> SocketResponse:
    key = response["IntegrationResponseKey"]
    try:
        pattern = None if key == DEFAULT else compile_pattern(key[1:-1])
    except PatternError as error:
        raise RefusedError(f"integration response {key}: {error}") from None
    return SocketResponse(
        pattern=pattern,
        templates=_templates(response, "ResponseTemplates", RESPONSE, f"integration response {key}"),
        content_handling=response.get("ContentHandlingStrategy"),
    )


def _templates(body: Body, member: str, roots: tuple[Root, ...], place: str) -> Templates:
    """Keys may be written as the expressions that select them: `\\$default` (AWS's tutorials do so)."""
    contents = {}
    for key, text in sorted((body.get(member) or {}).items(), reverse=True):
        try:
            contents[key.replace("\\$", "$")] = compile_content(text or "")
        except TemplateError as error:
            raise RefusedError(f"{place} {key}: {error}") from None
    expression = body.get("TemplateSelectionExpression")
    if expression is None and roots is RESPONSE:
        expression = _BY_STATUS
        if DEFAULT not in contents and _BY_TYPE in contents:
            contents[DEFAULT] = contents[_BY_TYPE]
    selection = _expression(expression, roots, "templateSelectionExpression")
    return Templates(contents, selection if set(contents) - {DEFAULT} else None)  # $default is found without it


def _models(route: Body, common: _Common) -> Models | None:
    """unverified: models without an expression (here: `$default` counts if it is there)."""
    names = route.get("RequestModels") or {}
    selection = _expression(route.get("ModelSelectionExpression"), BODY, "modelSelectionExpression")
    if selection is None:
        names = {key: name for key, name in names.items() if key == DEFAULT}
        if not names:
            return None
    return Models({key: _schema(name, common) for key, name in names.items()}, selection)


def _schema(name: str, common: _Common) -> Schema:
    texts = common.document.get("models") or {}
    if name not in common.models:
        if name not in texts:
            raise RefusedError(f"there is no model {name}, which messages are validated against")
        try:
            common.models[name] = compile_schema(texts[name], texts)
        except SchemaError as error:
            raise RefusedError(f"model {name} cannot be used to validate messages: {error}") from None
    return common.models[name]


def _expression(text: str | None, roots: tuple[Root, ...], member: str) -> Expression | None:
    if text is None:
        return None
    try:
        return parse_expression(text, roots)
    except ExpressionError as error:
        raise RefusedError(f"{member}: {error}") from None


def _authorizer(route: Body, authorization: str, common: _Common) -> FunctionAuthorizer | None:
    """Raises RefusedError: a protected route must never be open."""
    if authorization not in _AUTHORIZATIONS:
        raise RefusedError(f"authorization type {authorization} is not supported for WebSocket APIs")
    if authorization != "CUSTOM":
        return None
    found = {each["AuthorizerId"]: each for each in common.document.get("authorizers") or ()}.get(
        route.get("AuthorizerId") or ""
    )
    if found is None or found.get("AuthorizerType") != "REQUEST":
        raise RefusedError("authorization type CUSTOM requires a valid authorizer")
    document = {
        "id": found["AuthorizerId"],
        "type": "REQUEST",
        "authorizerUri": found.get("AuthorizerUri"),
        "authorizerCredentials": found.get("AuthorizerCredentialsArn"),
        "identitySource": ",".join(_source(each) for each in found.get("IdentitySource") or ()),
        "authorizerResultTtlInSeconds": 0,
    }
    built = compile_authorizer(document, common.variables, common.arn.rpartition("/")[0])
    assert isinstance(built, FunctionAuthorizer)
    return built


def _source(expression: str) -> str:
    for prefix, other in _SOURCES.items():
        if expression.startswith(prefix):
            return other + expression.removeprefix(prefix)
    if not expression.startswith(("stageVariables.", "context.")):
        raise RefusedError(f"Invalid identity source expression: {expression}")
    return expression


def _required(route: Body) -> tuple[RequiredParameter, ...]:
    """In the order in which they are listed when they are missing: by place, then by name."""
    declared = route.get("RequestParameters") or {}
    keys = sorted(key for key, value in declared.items() if (value or {}).get("Required"))
    return tuple(RequiredParameter(*key.removeprefix("route.request.").split(".", 1)) for key in keys)
