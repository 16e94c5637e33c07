from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.patches.integration import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/cacheKeyParameters/{name}": "ard",
        "/cacheNamespace": "r",
        "/connectionId": "r",
        "/connectionType": "r",
        "/contentHandling": "r",
        "/credentials": "ard",
        "/httpMethod": "r",
        "/integrationTarget": "r",
        "/passthroughBehavior": "r",
        "/requestParameters/{name}": "ard",
        "/requestTemplates/{type}": "ard",
        "/responseTransferMode": "r",
        "/timeoutInMillis": "r",
        "/tlsConfig/insecureSkipVerification": "r",
        "/uri": "r",
    }


@pytest.mark.parametrize(
    ("before", "op", "path", "value", "after"),
    [
        ({"cacheKeyParameters": ["a"]}, "remove", "/cacheKeyParameters/a", None, {"cacheKeyParameters": []}),
        (
            {},
            "replace",
            "/tlsConfig/insecureSkipVerification",
            "true",
            {"tlsConfig": {"insecureSkipVerification": True}},
        ),
        ({}, "add", "/requestTemplates/application~1json", "", {"requestTemplates": {"application/json": None}}),
        ({}, "replace", "/timeoutInMillis", "50", {"timeoutInMillis": 50}),
        ({"contentHandling": "CONVERT_TO_TEXT"}, "replace", "/contentHandling", "", {}),
        ({"type": "HTTP"}, "replace", "/uri", "http://b", {"type": "HTTP", "uri": "http://b"}),
        ({"credentials": "x"}, "remove", "/credentials", None, {}),
    ],
)
def test_patches(before: dict[str, Any], op: str, path: str, value: str | None, after: dict[str, Any]) -> None:
    assert patched(TABLE, before, op, path, value) == after


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/type", "HTTP", "Invalid patch path /type"),
        ("/uri", "http://b", "Invalid patch path /uri"),
        ("/timeoutInMillis", "soon", "Invalid timeout specified: soon"),
        ("/timeoutInMillis", "1_000", "Invalid timeout specified: 1_000"),
        ("/passthroughBehavior", "SOMETIMES", "Invalid passthrough behavior specified"),
        (
            "/contentHandling",
            "X",
            "Invalid content handling strategy specified. Must be one of: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]",
        ),
    ],
)
def test_refusals(path: str, value: str, message: str) -> None:
    assert refusal(TABLE, {"type": "MOCK"}, "replace", path, value) == message
