"""Definition → document, in Swagger 2.0 or OpenAPI 3.0, as GetExport writes it (recorded, unless said otherwise).

What `extensions` name goes in beside plain OpenAPI: `integrations`, `authorizers`, `documentation`; `apigateway` is all
of API Gateway's extensions. `postman`: AWS documents only that Postman can import the result, which holds for plain
OpenAPI; AWS's further members for it, if any, are unknown (unverified).
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from gatewright.openapi import documentation, extensions, security
from gatewright.openapi.base import REFERENCE, Body, Definition
from gatewright.openapi.documentation import Index
from gatewright.openapi.schemas import referring
from gatewright.openapi.written_operations import Operations

DIALECTS = ("oas30", "swagger")
EXTENSIONS = ("integrations", "authorizers", "apigateway", "documentation", "postman")
_INFO = ("description", "contact", "license", "termsOfService")
_MODEL = ("description", "title", "externalDocs", "example")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the exported stage is served: `host` and the name of the stage."""

    host: str
    stage: str


def write(
    definition: Definition, dialect: str, place: Place, extended: Set[str] = frozenset(), version: Body | None = None
) -> Body:
    """The document. `dialect`: "swagger" or "oas30"; `version`: {"version", "createdDate", "parts"} of the stage."""
    wanted = set(extended)
    if "apigateway" in wanted:
        wanted |= {"integrations", "authorizers", "documentation"}
    said = Index(version["parts"] if version else ())
    # What an import reads from these fields although it reads the extension, too, would change the API.
    told = Index(()) if "documentation" in wanted else said
    swagger = dialect == "swagger"
    operations = Operations(definition, said, swagger=swagger, wanted=wanted)
    paths = {path: operations.item(path, methods) for path, methods in definition.resources.items()}
    written = _head(definition, told, place, swagger=swagger) | {"paths": paths}
    written |= said.find("API", ("tags", "externalDocs"))
    schemes = _schemes(definition, operations, said, all_of_them="authorizers" in wanted)
    models = {each["name"]: _schema(each, told, swagger=swagger) for each in definition.models}
    if swagger:
        written |= {"securityDefinitions": schemes} if schemes else {}
        written |= {"definitions": models} if models else {}
    else:
        components = {"schemas": models, "securitySchemes": schemes}
        written["components"] = {name: value for name, value in components.items() if value}
    if "apigateway" in wanted:
        _extend(written, definition, swagger=swagger)
    if "documentation" in wanted and version:
        written[documentation.EXTENSION] = documentation.extension(version)
    return written


def _head(definition: Definition, said: Index, place: Place, *, swagger: bool) -> Body:
    api = definition.api
    info = {"title": api["name"], "version": api["version"]}
    described = {"description": api["description"]} if api.get("description") else {}
    told = said.find("API", ("info",)).get("info")
    if isinstance(told, dict):
        described |= {name: told[name] for name in _INFO if name in told}
    if swagger:
        return {
            "swagger": "2.0",
            "info": described | {"version": info["version"], "title": info["title"]},
            "host": place.host,
            "basePath": f"/{place.stage}",
            "schemes": ["https"],
        }
    server = {"url": f"https://{place.host}/{{basePath}}", "variables": {"basePath": {"default": place.stage}}}
    return {
        "openapi": "3.0.1",
        "info": {"title": info["title"]} | described | {"version": info["version"]},
        "servers": [server],
    }


def _schemes(definition: Definition, operations: Operations, said: Index, *, all_of_them: bool) -> Body:
    """The security schemes that methods use, with the extension for authorizers all of these."""
    schemes: Body = {}
    for authorizer in definition.authorizers:
        if all_of_them or authorizer["name"] in operations.used:
            about = said.find("AUTHORIZER", ("description",), name=authorizer["name"])
            schemes[authorizer["name"]] = about | security.scheme_of(authorizer, extension=all_of_them)
    for kind, scheme in (("api_key", security.API_KEY), ("sigv4", security.IAM)):
        if operations.names[kind] in operations.used:
            schemes[operations.names[kind]] = dict(scheme)
    return schemes


def _schema(model: Body, said: Index, *, swagger: bool) -> Any:
    prefix = REFERENCE if swagger else "#/components/schemas/"
    schema = referring(model["schema"], lambda name: prefix + name)
    return schema | said.find("MODEL", _MODEL, name=model["name"])


def _extend(written: Body, definition: Definition, *, swagger: bool) -> None:
    """The extensions that only `apigateway` asks for."""
    root = extensions.write_api(definition.api)
    if not swagger and extensions.ENDPOINT in root:
        written["servers"][0][extensions.ENDPOINT] = root.pop(extensions.ENDPOINT)
    if definition.gateway_responses:
        root[extensions.GATEWAY_RESPONSES] = extensions.write_gateway_responses(definition.gateway_responses)
    if definition.validators:
        root[extensions.VALIDATORS] = extensions.write_validators(definition.validators)
    written |= root
