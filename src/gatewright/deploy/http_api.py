"""Program document of an HTTP API → its program. Pure; what can be decided before a request comes is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy import telemetry, throttling
from gatewright.deploy.base import CompileError, RefusedError
from gatewright.deploy.http_api_authorizers import compile_authorizer
from gatewright.deploy.http_api_integrations import compile_integration
from gatewright.deploy.roles import role_of
from gatewright.language.parameter_mapping import (
    Change,
    ParameterMappingError,
    parse_request_change,
    parse_response_change,
)
from gatewright.program.http_api import Cors, HttpApiProgram, RouteProgram
from gatewright.program.route_table import ANY, DEFAULT, RouteTable, split_key

Body = Mapping[str, Any]
FORMAT = 1
TYPE = "HTTP"
_ORDER = ("remove", "overwrite", "append")  # of changes to one request; AWS's own is not documented


def compile_http_api(document: Body) -> HttpApiProgram:
    """Compile a document of the form that `http_api_document.assemble` makes. Raises CompileError."""
    if document.get("format") != FORMAT or document.get("type") != TYPE:
        raise CompileError(
            "", f"program document of unknown format {document.get('format')!r}, type {document.get('type')!r}"
        )
    api, stage = document["api"], document["stage"]
    region, name = document["region"], stage["StageName"]
    partition, suffix = partition_of(region)
    variables = dict(stage.get("StageVariables") or {})
    integrations = {each["IntegrationId"]: each for each in document["integrations"]}
    arn = f"arn:{partition}:execute-api:{region}:{document['account']}:{api['ApiId']}/{name}"
    routes = tuple(_route(each, integrations, variables, arn, document) for each in document["routes"])
    try:
        RouteTable((each.key, each) for each in routes)  # finds routes that contradict each other
    except ValueError as error:
        raise CompileError("", str(error)) from None
    return HttpApiProgram(
        account=document["account"],
        region=region,
        api_id=api["ApiId"],
        stage=name,
        deployment=document["deployment"],
        domain=f"{api['ApiId']}.execute-api.{region}.{suffix}",
        endpoint_disabled=bool(api.get("DisableExecuteApiEndpoint")),
        variables=variables,
        cors=_cors(api.get("CorsConfiguration")),
        routes=routes,
        arn=arn,
        telemetry=telemetry.of_stage_2(api, stage),
    )


def partition_of(region: str) -> tuple[str, str]:
    """The partition of a Region's ARNs, and the end of its host names."""
    if region.startswith("cn-"):
        return "aws-cn", "amazonaws.com.cn"
    return ("aws-us-gov" if region.startswith("us-gov-") else "aws"), "amazonaws.com"


def _route(
    route: Body, integrations: Mapping[str, Body], variables: Mapping[str, str], arn: str, document: Body
) -> RouteProgram:
    key = route["RouteKey"]
    try:
        verb, path = split_key(key)
        integration = integrations.get((route.get("Target") or "").removeprefix("integrations/"))
        changes, answer_changes = _changes(integration or {}, variables)
        built, problem = compile_integration(integration, key, variables, document.get("vpcLinks") or {}, document)
        role_of(getattr(built, "assume_role", None) or "", route.get("AuthorizationType"))
        authorizers = {each["AuthorizerId"]: each for each in document.get("authorizers") or ()}
        authorizer = compile_authorizer(route, authorizers, variables, arn.rpartition("/")[0])
    except RefusedError as refusal:
        raise CompileError(key, str(refusal)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise CompileError(key, f"malformed route document: {error!r}") from error
    return RouteProgram(
        key=key,
        authorization=route.get("AuthorizationType") or "NONE",
        source_arn=f"{arn}/{DEFAULT}" if key == DEFAULT else f"{arn}/{'*' if verb == ANY else verb}{path}",
        integration=built,
        changes=changes,
        answer_changes=answer_changes,
        problem=problem,
        authorizer=authorizer,
        scopes=tuple(route.get("AuthorizationScopes") or ()),
        throttle=throttling.of_route(document["stage"], key),
        telemetry=telemetry.of_route(document["stage"], key),
    )


def _changes(
    integration: Body, variables: Mapping[str, str]
) -> tuple[tuple[Change, ...], Mapping[int, tuple[Change, ...]]]:
    """Raises RefusedError for an entry that is no mapping."""
    if integration.get("IntegrationSubtype"):
        request: Body = {}  # the parameters of the action
    else:
        request = integration.get("RequestParameters") or {}
    answers = integration.get("ResponseParameters") or {}
    try:
        changes = [parse_request_change(key, value, variables) for key, value in request.items()]
        by_status = {
            int(status): _ordered([parse_response_change(key, value, variables) for key, value in entries.items()])
            for status, entries in answers.items()
        }
    except ParameterMappingError as error:
        raise RefusedError(str(error)) from None
    return _ordered(changes), by_status


def _ordered(changes: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: _ORDER.index(change.action)))


def _cors(configuration: Body | None) -> Cors | None:
    if not configuration:
        return None
    origins = [origin.encode("latin-1", "replace") for origin in configuration.get("AllowOrigins") or ()]
    return Cors(
        everywhere=b"*" in origins,
        origins=frozenset(origin.lower() for origin in origins if not origin.endswith(b"*")),
        beginnings=tuple(origin[:-1].lower() for origin in origins if origin.endswith(b"*") and origin != b"*"),
        methods=_list(configuration, "AllowMethods"),
        headers=_list(configuration, "AllowHeaders"),
        exposed=_list(configuration, "ExposeHeaders"),
        credentials=bool(configuration.get("AllowCredentials")),
        max_age=configuration.get("MaxAge"),
    )


def _list(configuration: Body, member: str) -> bytes:
    return ",".join(configuration.get(member) or ()).encode("latin-1", "replace")
