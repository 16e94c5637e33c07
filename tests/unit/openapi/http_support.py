"""Documents of HTTP APIs in a few words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gatewright.openapi import http_api_reader
from gatewright.openapi.base import Body, DocumentError
from gatewright.openapi.http_api import INTEGRATION, HttpApi
from tests.unit.openapi.support import document

URL = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com", "payloadFormatVersion": "1.0"}


def read(tree: Body, **options: Any) -> HttpApi:
    return http_api_reader.read(orjson.dumps(tree), {}, **options)


def problems(tree: Any) -> tuple[str, ...]:
    """Why a document cannot be imported."""
    with pytest.raises(DocumentError) as error:
        read(tree)
    return tuple(error.value.problems)


def operation(extension: Any = URL, **more: Any) -> Body:
    return {INTEGRATION: extension} | more


def one(value: Body, path: str = "/a", verb: str = "get", **more: Any) -> tuple[HttpApi, Body]:
    """The definition of a document with one operation, and its route."""
    definition = read(document({path: {verb: value}}, **more))
    assert len(definition.routes) == 1
    return definition, definition.routes[0]
