"""Integrations of the types AWS and AWS_PROXY: which service or function a URI names, and how it is called.

    arn:{partition}:apigateway:{region}:{service | subdomain.service}:path/{path}
    arn:{partition}:apigateway:{region}:{service}:action/{Action}[&{parameter}={value}…]

Source: the `uri` of PutIntegration in the API Gateway API reference. A Lambda function is what
`lambda:path/2015-03-31/functions/{arn}/invocations` names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from gatewright.catalog import services
from gatewright.catalog.services import RegionalService
from gatewright.deploy import members
from gatewright.deploy.base import RefusedError
from gatewright.deploy.parameters import compile_parameters, illegal_target
from gatewright.deploy.responses import compile_responses
from gatewright.deploy.roles import role_of
from gatewright.deploy.templates import compile_templates
from gatewright.language.mapping import ILLEGAL_AWS
from gatewright.language.uri import Uri, fill_variables, parse_uri
from gatewright.program.records import (
    Action,
    AwsIntegration,
    CustomLambdaIntegration,
    Integration,
    LambdaIntegration,
)

Body = Mapping[str, Any]
_LAMBDA = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path//?2015-03-31/functions/(?P<arn>arn:[^/]+)/invocations")
_STREAM = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path//?2021-11-15/functions/(?P<arn>arn:[^/]+)/response-streaming-invocations"
)
_SERVICE = re.compile(
    r"arn:[^:]+:apigateway:(?P<region>[a-z0-9-]+):(?P<service>[\w.{}-]+):(?P<kind>path|action)/(?P<rest>.*)", re.DOTALL
)
_ACTION = re.compile(r"(?P<name>\w+)(?:[&?](?P<query>.*))?", re.DOTALL)
_INVALID = "Invalid endpoint address"
_NO_POST = "Lambda functions can be invoked with POST only"  # unverified: AWS's wording; the 500 is recorded


def compile_proxy(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    """AWS_PROXY: a function that gets the request as an event. Raises RefusedError."""
    uri = fill_variables(integration.get("uri") or "", variables)
    streaming = members.streams(integration)
    match = (_STREAM if streaming else _LAMBDA).fullmatch(uri)
    if match is None and ":lambda:path/" not in uri:
        raise RefusedError(f"AWS_PROXY integrations with other services than Lambda are not supported: {uri}")
    # The mappings of AWS_PROXY have no effect, but an illegal target fails the call all the same (recorded).
    problem = illegal_target(integration, ILLEGAL_AWS)
    if match is None:
        problem = f"{_INVALID}: {uri}"
    elif members.verb(integration) not in (b"", b"POST"):
        problem = _NO_POST
    arn = match["arn"] if match else ""
    return (
        LambdaIntegration(
            function_arn=arn,
            target=(_stream_path if streaming else invoke_path)(arn).encode(),
            timeout=members.timeout(integration),
            assume_role=_role(integration, method, variables),
            streaming=streaming,
        ),
        problem,
    )


def compile_service(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[Integration, str | None]:
    """AWS: a function or any other service behind mappings. Raises RefusedError."""
    uri = fill_variables(integration.get("uri") or "", variables)
    function = _LAMBDA.fullmatch(uri)
    if function is not None:
        return _custom_function(function["arn"], integration, method, variables)
    match = _SERVICE.fullmatch(uri)
    if match is None:
        raise RefusedError(f"the URI names no AWS service: {uri}")
    service = services.find(match["service"], match["region"])
    if match["kind"] == "path":
        action, path = None, "/" + match["rest"].removeprefix("/")
    else:
        action, path = _action(service, match["rest"])
    service, path = _placed(service, path)
    address = parse_uri(f"https://{service.host}{path}")
    parameters, problem = compile_parameters(integration, variables, ILLEGAL_AWS)
    return (
        AwsIntegration(
            service=service,
            method=members.verb(integration),
            uri=address or _nowhere(),
            action=action,
            parameters=parameters,
            templates=compile_templates(integration.get("requestTemplates"), "requestTemplates"),
            passthrough=members.passthrough(integration),
            content_handling=integration.get("contentHandling"),
            responses=compile_responses(integration, method, variables),
            timeout=members.timeout(integration),
            assume_role=_role(integration, method, variables),
        ),
        f"{_INVALID}: {uri}" if address is None else problem,
    )


def _custom_function(
    arn: str, integration: Body, method: Body, variables: Mapping[str, str]
) -> tuple[Integration, str | None]:
    parameters, problem = compile_parameters(integration, variables, ILLEGAL_AWS)
    if members.verb(integration) not in (b"", b"POST"):
        problem = _NO_POST
    return (
        CustomLambdaIntegration(
            function_arn=arn,
            uri=Uri("https", "lambda", 443, (invoke_path(arn),), ("",)),
            parameters=parameters,
            templates=compile_templates(integration.get("requestTemplates"), "requestTemplates"),
            passthrough=members.passthrough(integration),
            content_handling=integration.get("contentHandling"),
            responses=compile_responses(integration, method, variables),
            timeout=members.timeout(integration),
            assume_role=_role(integration, method, variables),
        ),
        problem,
    )


def _action(service: RegionalService, text: str) -> tuple[Action, str]:
    """An action and the path (with the query) that it is called at."""
    kind, match = service.service, _ACTION.fullmatch(text)
    if match is None:
        raise RefusedError(f"the URI names no action: action/{text}")
    if kind.target is None and kind.version is None:
        raise RefusedError(f"the service {kind.name} is called by paths, not by actions: use {kind.name}:path/…")
    target = None if kind.target is None else f"{kind.target}.{match['name']}"
    action = Action(match["name"], target, f"application/x-amz-json-{kind.json_version}", kind.version)
    return action, f"/?{match['query']}" if match["query"] else "/"


def _placed(service: RegionalService, path: str) -> tuple[RegionalService, str]:
    """A bucket as S3's subdomain goes into the path: both mean the same to S3, and a path may hold placeholders."""
    if service.subdomain and service.service.name == "s3":
        return replace(service, subdomain=""), f"/{service.subdomain}{path}"
    if "{" in service.subdomain:
        raise RefusedError(f"placeholders in the subdomain of {service.service.name} are not supported")
    return service, path


def _stream_path(arn: str) -> str:
    return f"/2021-11-15/functions/{quote(arn, safe='')}/response-streaming-invocations"


def function_of(uri: str) -> str | None:
    """The ARN of the function that a URI invokes; None when it invokes none."""
    match = _LAMBDA.fullmatch(uri)
    return None if match is None else match["arn"]


def invoke_path(arn: str) -> str:
    """The path of a function's Invoke call."""
    return f"/2015-03-31/functions/{quote(arn, safe='')}/invocations"


def _nowhere() -> Uri:
    return Uri("https", "", 443, ("/",), ("",))


def _role(integration: Body, method: Body, variables: Mapping[str, str]) -> str | None:
    credentials = fill_variables(integration.get("credentials") or "", variables)
    return role_of(credentials, method.get("authorizationType"))
