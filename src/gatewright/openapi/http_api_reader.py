"""Document → definition of an HTTP API. OpenAPI 3.0, as on AWS, and 3.1; see `http_api` and `source`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.openapi import base_path, reader, text
from gatewright.openapi.base import PREFIX, Body, DocumentError
from gatewright.openapi.http_api import (
    CORS,
    CORS_MEMBERS,
    ENDPOINT,
    INTEGRATIONS,
    ONLY_VERSION,
    TAG_VALUE,
    VERSION,
    HttpApi,
)
from gatewright.openapi.http_api_operations import Operations
from gatewright.openapi.http_api_security import Schemes
from gatewright.openapi.source import Source, step

_READ = (CORS, VERSION, ENDPOINT)
_COMPONENTS = ("securitySchemes", INTEGRATIONS)


def read(body: bytes, variables: Mapping[str, str], *, base: str = "ignore") -> HttpApi:
    """What a document defines. `variables`: names like `AWS::Region` and their values; `base`: see `base_path`.

    Raises DocumentError with every problem that was found, or without any when it cannot be parsed.
    """
    tree = text.parse(body, dict(variables))
    dialect = reader.dialect(tree)
    if dialect == "2.0":  # unverified wording
        raise DocumentError("Unable to read '/swagger': an HTTP API is defined by OpenAPI 3, not by Swagger 2.0")
    source = Source(tree, dialect)
    schemes = Schemes(source)
    operations = Operations(source, schemes, base_path.prefix(source, base))
    api = _api(source)
    for path, item, place in source.members(tree, "paths", ""):
        if not path.startswith("x-"):
            operations.item(_rooted(source, path), item, place)
    if source.problems:
        raise DocumentError(*source.problems, warnings=source.warnings)
    return HttpApi(api, schemes.authorizers, operations.integrations, operations.routes, source.warnings, source.info)


def _rooted(source: Source, path: str) -> str:
    """A path with the slash that AWS's parser adds (reported by clients of `$default`)."""
    if path.startswith("/"):
        return path
    source.warn(f"Parse issue: attribute paths. Resource {path} should start with /")
    return f"/{path}"


def _api(source: Source) -> Body:
    """The members of the API; notes what there is besides and is without meaning."""
    tree = source.tree
    api = _info(source)
    cors = _cors(source)
    if cors:
        api["CorsConfiguration"] = cors
    _endpoint(source, api)
    tags = _tags(source)
    if tags:
        api["Tags"] = tags
    version = source.text(tree.get(VERSION), step("", VERSION))
    if version is not None and version != ONLY_VERSION:
        source.problem(step("", VERSION), f"the only version is {ONLY_VERSION}, not '{version}'")
    for name in source.mapping(tree.get("components"), "/components"):
        if name not in _COMPONENTS:
            source.ignored("components", name)
    for name in tree:
        if name == "webhooks" or (name.startswith(PREFIX) and name not in _READ):
            source.ignored("", name)
    return api


def _info(source: Source) -> Body:
    info = source.mapping(source.tree.get("info"), "/info")
    api: Body = {}
    for name, member in (("title", "Name"), ("version", "Version"), ("description", "Description")):
        value = source.text(info.get(name), f"/info/{name}")
        if value:
            api[member] = value
    if "Name" not in api:
        source.problem("/info", "title is missing")
    return api


def _cors(source: Source) -> Body:
    place = step("", CORS)
    given = source.mapping(source.tree.get(CORS), place)
    read: dict[str, Any] = {"maxAge": source.integer, "allowCredentials": source.boolean}
    found = {}
    for name, member in CORS_MEMBERS.items():
        if given.get(name) is not None:
            found[member] = read.get(name, source.texts)(given[name], f"{place}/{name}")
    for name in given:
        if name not in CORS_MEMBERS:
            source.ignored(CORS, name)
    return {member: value for member, value in found.items() if value is not None}


def _endpoint(source: Source, api: Body) -> None:
    """Of a server, or at the root, where REST APIs have it."""
    found = [(source.tree.get(ENDPOINT), step("", ENDPOINT))]
    for at, value in enumerate(source.sequence(source.tree.get("servers"), "/servers")):
        server = source.mapping(value, f"/servers/{at}")
        found.append((server.get(ENDPOINT), step(f"/servers/{at}", ENDPOINT)))
    for value, place in found:
        endpoint = source.mapping(value, place)
        if source.boolean(endpoint.get("disableExecuteApiEndpoint"), f"{place}/disableExecuteApiEndpoint"):
            api["DisableExecuteApiEndpoint"] = True
        kind = source.text(endpoint.get("ipAddressType"), f"{place}/ipAddressType")
        if kind and kind != "ipv4":
            api["IpAddressType"] = kind


def _tags(source: Source) -> dict[str, str]:
    """The root's tags are the API's; one without a value has the empty value."""
    found = {}
    for at, value in enumerate(source.sequence(source.tree.get("tags"), "/tags")):
        tag = source.mapping(value, f"/tags/{at}")
        name = source.text(tag.get("name"), f"/tags/{at}/name")
        if name:
            found[name] = source.text(tag.get(TAG_VALUE), step(f"/tags/{at}", TAG_VALUE)) or ""
    return found
