"""The extensions at a document's root that say something of the API as a whole, both ways.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.openapi import documentation, operations
from gatewright.openapi.base import PREFIX, Body
from gatewright.openapi.source import Source, is_status, step

POLICY = PREFIX + "policy"
ENDPOINT = PREFIX + "endpoint-configuration"
VALIDATORS = PREFIX + "request-validators"
GATEWAY_RESPONSES = PREFIX + "gateway-responses"
_TEXTS = {
    PREFIX + "api-key-source": "apiKeySource",
    PREFIX + "security-policy": "securityPolicy",
    PREFIX + "endpoint-access-mode": "endpointAccessMode",
}
BINARY = PREFIX + "binary-media-types"
COMPRESSION = PREFIX + "minimum-compression-size"
# Of HTTP APIs: without meaning here. AWS's warning about the first is unverified.
_CORS = PREFIX + "cors"
_SILENT = (PREFIX + "importexport-version", PREFIX + "tag-value", PREFIX + "integrations")
_KNOWN = frozenset(
    (
        *_TEXTS,
        BINARY,
        COMPRESSION,
        POLICY,
        ENDPOINT,
        VALIDATORS,
        GATEWAY_RESPONSES,
        documentation.EXTENSION,
        operations.VALIDATOR,
        *_SILENT,
    )
)


def read_api(source: Source) -> Body:
    """The members of the REST API that the root of a document gives."""
    tree = source.tree
    api = _info(source)
    for name, member in _TEXTS.items():
        value = source.text(tree.get(name), step("", name))
        if value:
            api[member] = value
    types = source.texts(tree.get(BINARY), step("", BINARY))
    if types:
        api["binaryMediaTypes"] = types
    size = source.integer(tree.get(COMPRESSION), step("", COMPRESSION))
    if size is not None:
        api["minimumCompressionSize"] = size
    if tree.get(POLICY) is not None:
        policy = tree[POLICY]
        api["policy"] = policy if isinstance(policy, str) else _json(source.mapping(policy, step("", POLICY)))
    _endpoint(source, api)
    for name in tree:
        if name.startswith(PREFIX) and name not in _KNOWN:
            source.warn(f"Unsupported extension '{name}' at '/'. Ignoring.")  # unverified
    if source.dialect == "3.1" and tree.get("webhooks"):
        source.warn("Unsupported property 'webhooks' at '/'. Ignoring.")
    return api


def _info(source: Source) -> Body:
    info = source.mapping(source.tree.get("info"), "/info")
    api: Body = {}
    for name, member in (("title", "name"), ("version", "version"), ("description", "description")):
        value = source.text(info.get(name), f"/info/{name}")
        if value:
            api[member] = value
    if "name" not in api:
        source.problem("/info", "title is missing")
    return api


def _endpoint(source: Source, api: Body) -> None:
    """At the root, or of OpenAPI 3 in a server."""
    found = [(source.tree.get(ENDPOINT), step("", ENDPOINT))]
    if source.dialect != "2.0":
        servers = source.sequence(source.tree.get("servers"), "/servers")
        if len(servers) > 1:  # reported by clients
            source.warn("More than one server provided. Ignoring all but the first for defining endpoint configuration")
        if servers:
            server = source.mapping(servers[0], "/servers/0")
            found.append((server.get(ENDPOINT), step("/servers/0", ENDPOINT)))
    for value, place in found:
        endpoint = source.mapping(value, place)
        disabled = source.boolean(endpoint.get("disableExecuteApiEndpoint"), f"{place}/disableExecuteApiEndpoint")
        if disabled is not None:
            api["disableExecuteApiEndpoint"] = disabled
        given: Body = {}
        for name in ("vpcEndpointIds", "types"):
            texts = source.texts(endpoint.get(name), f"{place}/{name}")
            if texts:
                given[name] = texts
        kind = source.text(endpoint.get("ipAddressType"), f"{place}/ipAddressType")
        if kind:
            given["ipAddressType"] = kind
        if given:
            api["endpointConfiguration"] = given


def read_validators(source: Source) -> list[Body]:
    found = []
    for name, value, place in source.members(source.tree, VALIDATORS, ""):
        node = source.mapping(value, place)
        flags = {
            flag: bool(source.boolean(node.get(flag), f"{place}/{flag}"))
            for flag in ("validateRequestBody", "validateRequestParameters")
        }
        found.append({"name": name} | flags)
    return found


def read_gateway_responses(source: Source) -> list[Body]:
    found = []
    for kind, value, place in source.members(source.tree, GATEWAY_RESPONSES, ""):
        node = source.mapping(value, place)
        response: Body = {"responseType": kind}
        status = source.text(node.get("statusCode"), f"{place}/statusCode")
        if status:
            response["statusCode"] = status
            if not is_status(status):
                source.problem(f"{place}/statusCode", f"'{status}' is no status code")
        for name in ("responseParameters", "responseTemplates"):
            response[name] = {
                key: source.text(each, where) or "" for key, each, where in source.members(node, name, place)
            }
        found.append(response)
    return found


def write_api(api: Body) -> Body:
    """The root extensions of an API; `info` and the endpoint's types are not among them."""
    written: Body = {}
    for name, member in _TEXTS.items():
        if api.get(member) not in (None, "", "HEADER"):  # HEADER: apiKeySource's default
            written[name] = api[member]
    if api.get("binaryMediaTypes"):
        written[BINARY] = api["binaryMediaTypes"]
    if api.get("minimumCompressionSize") is not None:
        written[COMPRESSION] = api["minimumCompressionSize"]
    if api.get("policy"):
        written[POLICY] = _loaded(api["policy"])
    endpoint = {
        name: value for name, value in (api.get("endpointConfiguration") or {}).items() if name == "vpcEndpointIds"
    }
    if api.get("disableExecuteApiEndpoint"):
        endpoint["disableExecuteApiEndpoint"] = True
    return written | ({ENDPOINT: endpoint} if endpoint else {})


def write_validators(validators: list[Body]) -> Body:
    flags = ("validateRequestParameters", "validateRequestBody")
    return {each["name"]: {flag: bool(each.get(flag)) for flag in flags} for each in validators}


def write_gateway_responses(responses: list[Body]) -> Body:
    members = ("statusCode", "responseParameters", "responseTemplates")
    return {each["responseType"]: {name: each[name] for name in members if each.get(name)} for each in responses}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _loaded(text: str) -> Any:
    """A policy as an object; as text when it is none."""
    try:
        policy = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return policy if isinstance(policy, dict) else text
