"""Program document → stage program. Pure and complete: what can be decided before a request comes is decided here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatewright.deploy import links, telemetry, throttling
from gatewright.deploy.authorizers import Authorizers
from gatewright.deploy.base import CompileError
from gatewright.deploy.caching import compile_cache, compile_caching
from gatewright.deploy.gateway_responses import compile_gateway_responses
from gatewright.deploy.method_settings import MethodSettings
from gatewright.deploy.methods import RefusedError, compile_integration
from gatewright.deploy.policies import compile_resource_policy
from gatewright.deploy.validation import Validators
from gatewright.language.media import BinaryTypes
from gatewright.program.caching import StageCache
from gatewright.program.records import Canary, MethodProgram, ResourceProgram, StageProgram
from gatewright.program.trie import Trie

FORMAT = 1
_VARIABLE_SEGMENT = re.compile(r"\{[^/]*\}")


@dataclass(frozen=True, slots=True)
class _Common:
    """What all methods of a stage are compiled with."""

    variables: Mapping[str, str]
    arn: str  # of the stage
    vpc_links: Mapping[str, Any]
    validators: Validators
    authorizers: Authorizers
    settings: MethodSettings
    cache: StageCache | None


def compile_program(document: Mapping[str, Any]) -> StageProgram:
    """Compile a document of the form that `document.assemble` makes. Raises CompileError."""
    settings = document.get("canary")
    if settings is None:
        return _compile(document, None, None)
    canary = None
    if settings.get("program") is not None:
        canary = Canary(settings["percentTraffic"] / 100, _compile(settings["program"], True, None))
    return _compile(document, False, canary)


def _compile(document: Mapping[str, Any], is_canary: bool | None, canary: Canary | None) -> StageProgram:
    if document.get("format") != FORMAT or document.get("type") != "REST":
        raise CompileError(
            "", f"program document of unknown format {document.get('format')!r}, type {document.get('type')!r}"
        )
    api, stage = document["api"], document["stage"]
    region, name = document["region"], stage["stageName"]
    variables = dict(stage.get("variables") or {})
    partition, suffix = _partition(region)
    arn = f"arn:{partition}:execute-api:{region}:{document['account']}:{api['id']}/{name}"
    cache = compile_cache(document, canary=bool(is_canary))
    return StageProgram(
        account=document["account"],
        region=region,
        api_id=api["id"],
        stage=name,
        deployment=document["deployment"],
        domain=f"{api['id']}.execute-api.{region}.{suffix}",
        endpoint_disabled=bool(api.get("disableExecuteApiEndpoint")),
        private="PRIVATE" in (api.get("endpointConfiguration") or {}).get("types", ()),
        compression=api.get("minimumCompressionSize"),
        binary=BinaryTypes(api.get("binaryMediaTypes") or ()),
        variables=variables,
        resources=_resources(document, variables, arn, cache),
        identity=_identity(document.get("clientCertificate")),
        stream_idle=_stream_idle(api),
        gateway_responses=compile_gateway_responses(document.get("gatewayResponses") or (), variables),
        is_canary=is_canary,
        canary=canary,
        arn=arn,
        keys_from_authorizer=api.get("apiKeySource") == "AUTHORIZER",
        policy=compile_resource_policy(api, arn.rpartition("/")[0]),
        cache=cache,
        telemetry=telemetry.of_stage(api, stage),
    )


def _identity(certificate: Mapping[str, str] | None) -> tuple[str, str] | None:
    return None if certificate is None else (certificate["pemEncodedCertificate"], certificate["key"])


def _resources(
    document: Mapping[str, Any], variables: Mapping[str, str], arn: str, cache: StageCache | None
) -> tuple[ResourceProgram, ...]:
    common = _Common(
        variables,
        arn,
        document.get("vpcLinks") or {},
        Validators(document),
        Authorizers(document, variables, arn),
        MethodSettings(document["stage"].get("methodSettings")),
        cache,
    )
    resources = tuple(_resource(each, common) for each in document["resources"])
    try:
        Trie((each.path, each) for each in resources if each.methods)  # finds routes that contradict each other
    except ValueError as error:
        raise CompileError("", str(error)) from None
    return resources


def _resource(resource: Mapping[str, Any], common: _Common) -> ResourceProgram:
    methods = {
        verb: _method(verb, method, resource, common)
        for verb, method in (resource.get("resourceMethods") or {}).items()
    }
    return ResourceProgram(path=resource["path"], methods=methods)


def _method(verb: str, method: Mapping[str, Any], resource: Mapping[str, Any], common: _Common) -> MethodProgram:
    path = resource["path"]
    try:
        built, problem = compile_integration(method, common.variables)
        integration, problem = links.through(
            built, problem, method["methodIntegration"], common.variables, common.vpc_links
        )
        validation = common.validators.compile(method)
        authorizer = common.authorizers.of(method)
        caching = compile_caching(common.cache, common.settings, verb, path, method, common.variables)
    except RefusedError as refusal:
        raise CompileError(f"{verb} {path}", str(refusal)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise CompileError(f"{verb} {path}", f"malformed method document: {error!r}") from error
    return MethodProgram(
        verb=verb,
        resource_id=resource["id"],
        resource_path=path,
        operation=method.get("operationName"),
        authorization=method.get("authorizationType") or "NONE",
        api_key_required=bool(method.get("apiKeyRequired")),
        source_arn=f"{common.arn}/{'*' if verb == 'ANY' else verb}{_VARIABLE_SEGMENT.sub('*', path)}",
        integration=integration,
        problem=problem,
        validation=validation,
        authorizer=authorizer,
        scopes=tuple(method.get("authorizationScopes") or ()),
        throttle=throttling.of_method(common.settings.of(path, verb)),
        caching=caching,
        telemetry=telemetry.of_method(common.settings.of(path, verb)),
    )


def _stream_idle(api: Mapping[str, Any]) -> float:
    """AWS: 5 minutes for Regional and private endpoints, 30 seconds for edge-optimized ones."""
    types = (api.get("endpointConfiguration") or {}).get("types") or ("EDGE",)
    return 30.0 if "EDGE" in types else 300.0


def _partition(region: str) -> tuple[str, str]:
    if region.startswith("cn-"):
        return "aws-cn", "amazonaws.com.cn"
    return ("aws-us-gov" if region.startswith("us-gov-") else "aws"), "amazonaws.com"
