"""Document → definition: the whole of it, in one walk. See `base` for the theory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatewright.openapi import base_path, extensions, schemas, text
from gatewright.openapi.base import Body, Definition, DocumentError
from gatewright.openapi.documentation import Collector, listed
from gatewright.openapi.operations import Operations
from gatewright.openapi.security import Schemes
from gatewright.openapi.source import Source, step

_OPENAPI = re.compile(r"(3\.[01])(?:\.\d+)?(?:-\w+)?")


def read(body: bytes, variables: Mapping[str, str], *, base: str = "ignore") -> Definition:
    """What a document defines. `variables`: names like `AWS::Region` and their values; `base`: see `base_path`.

    Raises DocumentError with every problem that was found, or without any when it cannot be parsed.
    """
    tree = text.parse(body, dict(variables))
    source = Source(tree, dialect(tree))
    definition = _definition(source, base_path.prefix(source, base))
    if source.problems:
        raise DocumentError(*source.problems, warnings=source.warnings)
    definition.warnings = source.warnings
    return definition


def read_documentation(body: bytes) -> list[Body]:
    """The documentation parts that a document's extension lists; nothing else of it is read. Raises DocumentError."""
    tree = text.parse(body, {})
    source = Source(tree, dialect(tree))
    parts = listed(source)
    if source.problems:
        raise DocumentError(*source.problems)
    return parts


def dialect(tree: Any) -> str:
    """ "2.0", "3.0" or "3.1". Raises DocumentError for what is neither Swagger 2.0 nor OpenAPI 3.0 or 3.1."""
    if not isinstance(tree, dict):
        raise DocumentError
    if str(tree.get("swagger")) in ("2.0", "2"):
        return "2.0"
    match = _OPENAPI.fullmatch(str(tree.get("openapi")))
    if match is None:
        raise DocumentError
    return match[1]


def _definition(source: Source, before: str) -> Definition:
    documentation = Collector(source)
    schemes = Schemes(source, documentation)
    operations = Operations(source, schemes, documentation)
    definition = Definition(api=extensions.read_api(source))
    documentation.api(source.tree)
    for path, item, place in source.members(source.tree, "paths", ""):
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            source.problem(place, "a path begins with '/'")
            continue
        full = base_path.join(before, path)
        methods = operations.item(full, item, step("/paths", path))
        definition.resources.setdefault(full, {}).update(methods)
    definition.authorizers = schemes.authorizers
    definition.validators = extensions.read_validators(source)
    definition.gateway_responses = extensions.read_gateway_responses(source)
    definition.models = schemas.models(source)
    definition.documentation = documentation.parts
    return definition
