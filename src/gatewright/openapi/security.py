"""Security schemes and requirements ⇄ authorizers, IAM authorization and API keys.

A scheme is an authorizer (x-amazon-apigateway-authorizer), IAM (x-amazon-apigateway-authtype: awsSigv4) or the API key
(apiKey `x-api-key` in a header). Others cannot be checked by API Gateway and are passed over with a warning.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.openapi.base import PREFIX, Body
from gatewright.openapi.documentation import Collector
from gatewright.openapi.source import Source, step

AUTHORIZER = PREFIX + "authorizer"
AUTHTYPE = PREFIX + "authtype"
AUTH = PREFIX + "auth"
NONE = "NONE"  # what SAM requires of an open operation, a scheme that no document defines; AWS takes it
UNNAMED = "Unused"  # what AWS writes where a scheme must name a header but the authorizer reads other things
API_KEY: Body = {"type": "apiKey", "name": "x-api-key", "in": "header"}
IAM: Body = {"type": "apiKey", "name": "Authorization", "in": "header", AUTHTYPE: "awsSigv4"}
_SOURCES = {"header": "method.request.header.", "query": "method.request.querystring."}
_TEXTS = ("authorizerUri", "authorizerCredentials", "identitySource", "identityValidationExpression")


class Schemes:
    """What each security scheme of a document means: an authorizer's name, "iam", "key", or nothing."""

    def __init__(self, source: Source, documentation: Collector) -> None:
        self._source = source
        self._documentation = documentation
        self.authorizers: list[Body] = []
        self._meaning: dict[str, tuple[str, Body]] = {}
        schemes, place = source.component("securityDefinitions", "securitySchemes")
        for name, scheme in schemes.items():
            node, where = source.resolve(scheme, step(place, name))
            self._meaning[name] = self._read(name, node, where)

    def _read(self, name: str, scheme: Body, place: str) -> tuple[str, Body]:
        extension = scheme.get(AUTHORIZER)
        authtype = scheme.get(AUTHTYPE)
        if extension is not None:
            where = step(place, AUTHORIZER)
            authorizer = _authorizer(self._source, name, scheme, self._source.mapping(extension, where), where)
            self.authorizers.append(authorizer)
            self._documentation.note("AUTHORIZER", scheme, name=name)
            return "authorizer", authorizer
        if isinstance(authtype, str) and authtype.lower() == "awssigv4":
            return "iam", {}
        if isinstance(authtype, str) and authtype:
            # Reported by clients: AWS looks for an authorizer, and refuses methods when there is none.
            pools = authtype.lower() == "cognito_user_pools"
            return "authorizer", {"name": name, "type": "COGNITO_USER_POOLS" if pools else "REQUEST"}
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            header = scheme.get("name")
            if isinstance(header, str) and header.lower() == "x-api-key":
                return "key", {}
        return "nothing", scheme

    def apply(self, requirements: Any, place: str, method: Body) -> None:
        """Set on a method what its security requirements ask for. The first authorizer counts."""
        for at, requirement in enumerate(self._source.sequence(requirements, place)):
            where = f"{place}/{at}"
            for name, scopes in self._source.mapping(requirement, where).items():
                self._require(name, scopes, step(where, name), method)

    def _require(self, name: str, scopes: Any, place: str, method: Body) -> None:
        if name not in self._meaning:
            if name == NONE:
                return
            self._source.problem(place, f"there is no security scheme '{name}'")
            return
        kind, detail = self._meaning[name]
        if kind == "key":
            method["apiKeyRequired"] = True
        elif kind == "nothing":  # reported by clients: the method stays open
            self._source.warn(f"Unsupported security definition type '{detail.get('type')}' for '{name}'. Ignoring.")
        elif method["authorizationType"] == "NONE":
            if kind == "iam":
                method["authorizationType"] = "AWS_IAM"
            else:
                _authorize(method, detail, self._source.texts(scopes, place))


def _authorize(method: Body, authorizer: Body, scopes: list[str]) -> None:
    pools = authorizer["type"] == "COGNITO_USER_POOLS"
    method["authorizationType"] = "COGNITO_USER_POOLS" if pools else "CUSTOM"
    method["authorizer"] = authorizer["name"]
    if pools and scopes:
        method["authorizationScopes"] = scopes


def override(source: Source, operation: Body, place: str, method: Body) -> None:
    """x-amazon-apigateway-auth: what an operation says itself, over its security requirements."""
    if AUTH not in operation:
        return
    where = step(place, AUTH)
    kind = (source.text(source.mapping(operation[AUTH], where).get("type"), f"{where}/type") or "NONE").upper()
    if kind not in ("NONE", "AWS_IAM"):
        source.problem(where, f"type is NONE or AWS_IAM, not '{kind}'")
        return
    method["authorizationType"] = kind
    for name in ("authorizer", "authorizationScopes"):
        method.pop(name, None)


def _authorizer(source: Source, name: str, scheme: Body, extension: Body, place: str) -> Body:
    authorizer: Body = {"name": name, "type": (source.text(extension.get("type"), f"{place}/type") or "").upper()}
    for member in _TEXTS:
        value = source.text(extension.get(member), f"{place}/{member}")
        if value:
            authorizer[member] = value
    ttl = source.integer(extension.get("authorizerResultTtlInSeconds"), f"{place}/authorizerResultTtlInSeconds")
    if ttl is not None:
        authorizer["authorizerResultTtlInSeconds"] = ttl
    pools = source.texts(extension.get("providerARNs"), f"{place}/providerARNs")
    if pools:
        authorizer["providerARNs"] = pools
    label = scheme.get(AUTHTYPE)
    default = "cognito_user_pools" if authorizer["type"] == "COGNITO_USER_POOLS" else "custom"
    authorizer["authType"] = label if isinstance(label, str) and label else default
    header = scheme.get("name")
    prefix = _SOURCES.get(str(scheme.get("in")))
    if "identitySource" not in authorizer and prefix and isinstance(header, str) and header != UNNAMED:
        authorizer["identitySource"] = prefix + header  # recorded
    return authorizer


def scheme_of(authorizer: Body, *, extension: bool) -> Body:
    """The security scheme of an authorizer."""
    scheme: Body = {"type": "apiKey", "name": UNNAMED, "in": "header"}
    for place, prefix in _SOURCES.items():
        source = authorizer.get("identitySource") or ""
        if source.startswith(prefix) and "," not in source:
            scheme |= {"name": source.removeprefix(prefix), "in": place}
    scheme[AUTHTYPE] = authorizer.get("authType") or "custom"
    if extension:
        members = ("type", *_TEXTS, "authorizerResultTtlInSeconds", "providerARNs")
        written = {name: authorizer[name] for name in members if authorizer.get(name) not in (None, "", [])}
        if authorizer["type"] != "REQUEST" and scheme["name"] != UNNAMED:
            written.pop("identitySource", None)  # the scheme says it (seen in exports)
        scheme[AUTHORIZER] = written | {"type": authorizer["type"].lower()}
    return scheme


def requirements_of(method: Body, names: Mapping[str, str]) -> list[Body]:
    """The security requirements of a method, [] for none. `names`: those of the schemes `api_key` and `sigv4`."""
    found: list[Body] = []
    if method.get("authorizer"):
        found.append({method["authorizer"]: list(method.get("authorizationScopes") or ())})
    elif method["authorizationType"] == "AWS_IAM":
        found.append({names["sigv4"]: []})
    if method.get("apiKeyRequired"):
        found.append({names["api_key"]: []})
    return found
