"""Authorizers of REST APIs: which of them a stage needs, and what they are once the stage's variables are known.

AWS: "Use API Gateway Lambda authorizers", "Control access to REST APIs using Amazon Cognito user pools as an
authorizer". A URI that names no function once variables are filled in is no reason to refuse a deployment: every call
of the authorizer fails instead, and so does the method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.deploy import services
from gatewright.deploy.base import RefusedError
from gatewright.language.regex import Pattern, PatternError
from gatewright.language.uri import fill_variables
from gatewright.program.authorizers import Authorizer, FunctionAuthorizer, IdentitySource, PoolAuthorizer

Body = Mapping[str, Any]

DEFAULT_TTL = 300  # seconds
# AWS names no limit for authorizers of REST APIs: that of integrations (unverified).
TIMEOUT = 29.0
_DEFAULT_SOURCE = "method.request.header.Authorization"
# authorizationType → the types of authorizers that it can name
_TYPES: Mapping[str, tuple[str, ...]] = {"CUSTOM": ("TOKEN", "REQUEST"), "COGNITO_USER_POOLS": ("COGNITO_USER_POOLS",)}
_LOCATIONS: Mapping[str, Any] = {
    "method.request.header.": "header",
    "method.request.querystring.": "querystring",
    "stageVariables.": "stage",
    "context.": "context",
}
_POOL = re.compile(
    r"arn:(?P<partition>[\w-]+):cognito-idp:(?P<region>[\w-]+):\d{12}:userpool/(?P<pool>[\w-]+)", re.ASCII
)
_ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")


def needed(snapshot: Body) -> dict[str, Any]:
    """The member "authorizers" of the program document: those that methods name, by id."""
    named = {
        method.get("authorizerId")
        for method in _methods(snapshot)
        if (method.get("authorizationType") or "NONE") in _TYPES
    }
    kept = {each["id"]: each for each in snapshot.get("authorizers") or () if each["id"] in named}
    return {"authorizers": kept} if kept else {}


def _methods(snapshot: Body) -> Iterator[Body]:
    for resource in snapshot["resources"]:
        yield from (resource.get("resourceMethods") or {}).values()


class Authorizers:
    """The authorizers of a program document. Each is compiled once, when a method first names it."""

    def __init__(self, document: Body, variables: Mapping[str, str], stage_arn: str) -> None:
        self._documents: Body = document.get("authorizers") or {}
        self._variables = variables
        self._api_arn = stage_arn.rpartition("/")[0]
        self._compiled: dict[str, Authorizer] = {}

    def of(self, method: Body) -> Authorizer | None:
        """The authorizer of a method; None for one that needs none, or whose authorizer is not there (which then
        refuses every call). Raises RefusedError."""
        kind, name = method.get("authorizationType") or "NONE", method.get("authorizerId") or ""
        document = self._documents.get(name)
        if kind not in _TYPES or document is None:
            return None
        if document["type"] not in _TYPES[kind]:
            raise RefusedError(f"authorizer {name} is of type {document['type']}, which is none for {kind}")
        if name not in self._compiled:
            self._compiled[name] = compile_authorizer(document, self._variables, self._api_arn)
        return self._compiled[name]


def compile_authorizer(document: Body, variables: Mapping[str, str], api_arn: str) -> Authorizer:
    """One authorizer. `api_arn`: arn:aws:execute-api:{region}:{account}:{api}. Raises RefusedError."""
    if document["type"] == "COGNITO_USER_POOLS":
        return _pools(document, variables)
    return _function(document, variables, api_arn)


def _function(document: Body, variables: Mapping[str, str], api_arn: str) -> FunctionAuthorizer:
    uri = fill_variables(document.get("authorizerUri") or "", variables)
    arn = services.function_of(uri)
    role = fill_variables(document.get("authorizerCredentials") or "", variables)
    problem = None if arn else f"Invalid endpoint address: {uri}"
    if role and _ROLE.fullmatch(role) is None:
        problem = f"API Gateway does not have permission to assume the provided role {role}"
    sources = _sources(document)
    token = document["type"] == "TOKEN"
    if token and (len(sources) != 1 or sources[0].location != "header"):
        raise RefusedError(f"authorizer {document['id']}: a TOKEN authorizer has one header as its identity source")
    return FunctionAuthorizer(
        id=document["id"],
        function_arn=arn or "",
        target=services.invoke_path(arn or "").encode(),
        assume_role=role or None,
        source_arn=f"{api_arn}/authorizers/{document['id']}",
        payload=document["type"],
        sources=sources,
        validation=_validation(document) if token else None,
        ttl=_ttl(document) if sources else 0,  # one result must never serve everybody
        timeout=TIMEOUT,
        problem=problem,
    )


def _pools(document: Body, variables: Mapping[str, str]) -> PoolAuthorizer:
    """An ARN that names no pool once variables are filled in is left out: its tokens are then nobody's."""
    arns = [_POOL.fullmatch(fill_variables(each, variables)) for each in document.get("providerARNs") or ()]
    sources = _sources(document, _DEFAULT_SOURCE)
    if len(sources) != 1 or sources[0].location != "header":
        raise RefusedError(f"authorizer {document['id']}: user pools have one header as their identity source")
    return PoolAuthorizer(
        id=document["id"],
        issuers=tuple(dict.fromkeys(_issuer(arn) for arn in arns if arn is not None)),
        header=sources[0].name.encode(),
        validation=_validation(document),
        ttl=_ttl(document),
    )


def _issuer(arn: re.Match[str]) -> str:
    suffix = "amazonaws.com.cn" if arn["partition"] == "aws-cn" else "amazonaws.com"
    return f"https://cognito-idp.{arn['region']}.{suffix}/{arn['pool']}"


def _ttl(document: Body) -> int:
    given = document.get("authorizerResultTtlInSeconds")
    return DEFAULT_TTL if given is None else int(given)


def _sources(document: Body, default: str = "") -> tuple[IdentitySource, ...]:
    text = document.get("identitySource") or default
    return tuple(_source(document, part.strip()) for part in text.split(",")) if text else ()


def _source(document: Body, text: str) -> IdentitySource:
    for prefix, location in _LOCATIONS.items():
        name = text.removeprefix(prefix)
        if name and name != text:
            return IdentitySource(location, name.lower() if location == "header" else name)
    raise RefusedError(f"authorizer {document['id']}: unknown identity source {text}")


def _validation(document: Body) -> Pattern | None:
    text = document.get("identityValidationExpression")
    try:
        return Pattern(text) if text else None
    except PatternError as error:
        raise RefusedError(f"authorizer {document['id']}: identityValidationExpression: {error}") from None
