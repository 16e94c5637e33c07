"""Documents in a few words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gatewright.openapi import reader
from gatewright.openapi.base import Body, Definition, DocumentError
from gatewright.openapi.source import Source

INTEGRATION = "x-amazon-apigateway-integration"


def document(paths: Body | None = None, dialect: str = "3.0.1", **more: Any) -> Body:
    name = "swagger" if dialect == "2.0" else "openapi"
    return {name: dialect, "info": {"title": "api", "version": "1"}, "paths": paths or {}} | more


def read(tree: Body, **options: Any) -> Definition:
    return reader.read(orjson.dumps(tree), {}, **options)


def problems(tree: Any) -> tuple[str, ...]:
    """Why a document cannot be imported."""
    with pytest.raises(DocumentError) as error:
        read(tree)
    return error.value.problems


def source(tree: Body, dialect: str = "3.0") -> Source:
    return Source(tree, dialect)


def method(operation: Body, path: str = "/a", verb: str = "get", **more: Any) -> Body:
    """The method that an operation becomes."""
    found = read(document({path: {verb: operation}}, **more)).resources[path]
    assert len(found) == 1
    return next(iter(found.values()))
