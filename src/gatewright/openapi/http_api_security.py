"""Security schemes and requirements ⇄ authorizers and authorization of an HTTP API's routes.

A scheme is an authorizer (x-amazon-apigateway-authorizer of type jwt or request) or IAM (x-amazon-apigateway-authtype:
awsSigv4, as SAM writes it). Others cannot be checked and are passed over with a warning. An authorizer of another type
is a problem: its routes would be left open.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
"""

from __future__ import annotations

from typing import Any

from gatewright.openapi.base import Body
from gatewright.openapi.http_api import AUTH, AUTHORIZER
from gatewright.openapi.security import AUTHTYPE, NONE, UNNAMED
from gatewright.openapi.source import Source, step

_TYPES = ("JWT", "REQUEST")
_TEXTS = {
    "authorizerUri": "AuthorizerUri",
    "authorizerCredentials": "AuthorizerCredentialsArn",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "identityValidationExpression": "IdentityValidationExpression",
}
_TTL = "authorizerResultTtlInSeconds"
_SIMPLE = "enableSimpleResponses"
_HEADER, _QUERY = "$request.header.", "$request.querystring."
_PLACES = {"header": _HEADER, "query": _QUERY}
_OPENID = "/.well-known/openid-configuration"


class Schemes:
    """What each security scheme of a document means: an authorizer, "iam", or nothing."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.authorizers: list[Body] = []
        self._meaning: dict[str, tuple[str, Body]] = {}
        schemes, place = source.component("securityDefinitions", "securitySchemes")
        for name, scheme in schemes.items():
            node, where = source.resolve(scheme, step(place, name))
            self._meaning[name] = self._read(name, node, where)

    def _read(self, name: str, scheme: Body, place: str) -> tuple[str, Body]:
        if scheme.get(AUTHORIZER) is not None:
            where = step(place, AUTHORIZER)
            authorizer = _authorizer(self._source, name, scheme, self._source.mapping(scheme[AUTHORIZER], where), where)
            self.authorizers.append(authorizer)
            return "authorizer", authorizer
        if str(scheme.get(AUTHTYPE)).lower() == "awssigv4":
            return "iam", {}
        return "nothing", scheme

    def apply(self, requirements: Any, place: str, route: Body) -> None:
        """Set on a route what its security requirements ask for. More than one is a problem (AWS: an error)."""
        asked = [
            (name, scopes, step(f"{place}/{at}", name))
            for at, requirement in enumerate(self._source.sequence(requirements, place))
            for name, scopes in self._source.mapping(requirement, f"{place}/{at}").items()
        ]
        if len(asked) > 1:  # unverified wording
            names = ", ".join(name for name, _, _ in asked)
            self._source.problem(place, f"a route of an HTTP API has one security requirement, not several ({names})")
        elif asked:
            self._require(*asked[0], route)

    def _require(self, name: str, scopes: Any, place: str, route: Body) -> None:
        if name not in self._meaning:
            if name == NONE:
                return
            self._source.problem(place, f"there is no security scheme '{name}'")
            return
        kind, detail = self._meaning[name]
        if kind == "nothing":  # unverified: the words, and that the route stays open
            self._source.warn(f"Unsupported security definition type '{detail.get('type')}' for '{name}'. Ignoring.")
        elif kind == "iam":
            route["AuthorizationType"] = "AWS_IAM"
        else:
            jwt = detail["AuthorizerType"] == "JWT"
            route |= {"AuthorizationType": "JWT" if jwt else "CUSTOM", "authorizer": name}
            asked = self._source.texts(scopes, place)
            if asked and jwt:
                route["AuthorizationScopes"] = asked


def override(source: Source, operation: Body, place: str, route: Body) -> None:
    """x-amazon-apigateway-auth: what an operation says itself, over its security requirements."""
    if operation.get(AUTH) is None:
        return
    where = step(place, AUTH)
    kind = (source.text(source.mapping(operation[AUTH], where).get("type"), f"{where}/type") or "NONE").upper()
    if kind not in ("NONE", "AWS_IAM"):
        source.problem(where, f"type is NONE or AWS_IAM, not '{kind}'")
        return
    route["AuthorizationType"] = kind
    for name in ("authorizer", "AuthorizationScopes"):
        route.pop(name, None)


def _authorizer(source: Source, name: str, scheme: Body, extension: Body, place: str) -> Body:
    kind = (source.text(extension.get("type"), f"{place}/type") or "").upper()
    if kind not in _TYPES:
        source.problem(f"{place}/type", f"an authorizer of an HTTP API is of type jwt or request, not '{kind.lower()}'")
    found: Body = {"Name": name, "AuthorizerType": kind}
    for key, member in _TEXTS.items():
        value = source.text(extension.get(key), f"{place}/{key}")
        if value:
            found[member] = value
    ttl = source.integer(extension.get(_TTL), f"{place}/{_TTL}")
    if ttl is not None:
        found["AuthorizerResultTtlInSeconds"] = ttl
    simple = source.boolean(extension.get(_SIMPLE), f"{place}/{_SIMPLE}")
    if simple is not None:
        found["EnableSimpleResponses"] = simple
    sources = _identity(source, scheme, extension, place)
    if not sources and kind == "JWT":
        sources = [_HEADER + "Authorization"]  # unverified
    if sources:
        found["IdentitySource"] = sources
    if kind == "JWT":
        found["JwtConfiguration"] = _jwt(source, scheme, extension, place)
    return found


def _identity(source: Source, scheme: Body, extension: Body, place: str) -> list[str]:
    """Identity sources: a text with commas between them, or the header or parameter that the scheme itself names."""
    given = source.text(extension.get("identitySource"), f"{place}/identitySource")
    if given:
        return [each.strip() for each in given.split(",") if each.strip()]
    name, prefix = scheme.get("name"), _PLACES.get(str(scheme.get("in")))
    return [prefix + name] if prefix and isinstance(name, str) and name != UNNAMED else []


def _jwt(source: Source, scheme: Body, extension: Body, place: str) -> Body:
    """Issuer and audiences; without an issuer that of the scheme's OpenID configuration."""
    given = source.mapping(extension.get("jwtConfiguration"), f"{place}/jwtConfiguration")
    found: Body = {}
    audience = source.texts(given.get("audience"), f"{place}/jwtConfiguration/audience")
    if audience:
        found["Audience"] = audience
    issuer = source.text(given.get("issuer"), f"{place}/jwtConfiguration/issuer")
    address = scheme.get("openIdConnectUrl")
    if not issuer and isinstance(address, str) and address.endswith(_OPENID):
        issuer = address.removesuffix(_OPENID)
    if issuer:
        found["Issuer"] = issuer
    return found


def scheme_of(authorizer: Body, *, extension: bool) -> Body:
    """The security scheme of an authorizer (seen in exports)."""
    sources = authorizer.get("IdentitySource") or []
    jwt = authorizer["AuthorizerType"] == "JWT"
    scheme: Body = {"type": "oauth2", "flows": {}} if jwt else {"type": "apiKey", **_named(sources)}
    if not extension:
        return scheme
    written: Body = {"identitySource": ", ".join(sources)} if sources else {}
    written |= {key: authorizer[member] for key, member in _TEXTS.items() if authorizer.get(member)}
    for key, member in ((_TTL, "AuthorizerResultTtlInSeconds"), (_SIMPLE, "EnableSimpleResponses")):
        if authorizer.get(member) is not None:
            written[key] = authorizer[member]
    if jwt:
        configuration = authorizer.get("JwtConfiguration") or {}
        written["jwtConfiguration"] = {
            key: configuration[member]
            for key, member in (("audience", "Audience"), ("issuer", "Issuer"))
            if configuration.get(member)
        }
    return scheme | {AUTHORIZER: written | {"type": authorizer["AuthorizerType"].lower()}}


def _named(sources: list[str]) -> Body:
    """Where an API key scheme is: in the one header or query parameter that identifies callers, if it is one."""
    for place, prefix in _PLACES.items():
        if len(sources) == 1 and sources[0].startswith(prefix):
            return {"name": sources[0].removeprefix(prefix), "in": place}
    return {"name": UNNAMED, "in": "header"}
