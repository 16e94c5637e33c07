"""What this room gives and takes: a definition of a REST API in AWS's shapes, with names where the store has ids.

Theory of operation. A document (Swagger 2.0, OpenAPI 3.0 or 3.1; JSON or YAML) is parsed by `text` into plain values,
and `reader` walks it once: what it means for API Gateway becomes a `Definition`; what is wrong is collected with its
place (a JSON pointer) and reported together. `writer` goes the other way, into either dialect, and `named` makes a
definition of a deployment's snapshot. `read(write(definition)) == definition` is the property that holds the two
together; a new member goes into both.

Differences to the documents in the store:

- methods name their authorizer (`authorizer`) and validator (`validator`) instead of giving ids;
- a model's `schema` is an object, and refers to other models as `#/definitions/Name`;
- `resources` is {path: {verb: method}}; a method holds its integration and responses as in the store, but for
  `cacheNamespace`, which is absent when it is the resource's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]

# What a document may cost. AWS's size; the others keep a document from costing more than it weighs.
SIZE = 6 * 1024 * 1024  # bytes, https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html
DEPTH = 100  # levels of nesting
NODES = 1_000_000  # values after YAML's aliases are expanded
SCHEMA_NODES = 200_000  # values of all models together after references into them are expanded

REFERENCE = "#/definitions/"  # how the schemas of a definition refer to models

VERBS = {
    "get": "GET",
    "put": "PUT",
    "post": "POST",
    "delete": "DELETE",
    "options": "OPTIONS",
    "head": "HEAD",
    "patch": "PATCH",
    "x-amazon-apigateway-any-method": "ANY",
}

PREFIX = "x-amazon-apigateway-"


class DocumentError(Exception):
    """A document that cannot be imported; `problems` say where and why, a line each. Empty: it could not be parsed.

    `warnings` were found beside them.
    """

    def __init__(self, *problems: str, warnings: Sequence[str] = ()) -> None:
        super().__init__("; ".join(problems) or "Invalid OpenAPI input.")
        self.problems = problems
        self.warnings = warnings


@dataclass(slots=True)
class Definition:
    """A REST API as a document defines it. Lists are in the document's order; `warnings` are for the caller."""

    api: Body = field(default_factory=dict)
    resources: dict[str, dict[str, Body]] = field(default_factory=dict)
    models: list[Body] = field(default_factory=list)
    authorizers: list[Body] = field(default_factory=list)
    validators: list[Body] = field(default_factory=list)
    gateway_responses: list[Body] = field(default_factory=list)
    documentation: list[Body] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
