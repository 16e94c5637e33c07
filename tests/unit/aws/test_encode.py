from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gatewright.aws.encode import Encoders
from gatewright.aws.shapes import Member, Shape

STRING = Shape("S", "string")
TREE = Shape("T", "structure")
TREE.members = (Member("Name", "name", STRING, "body"), Member("Child", "child", TREE, "body"))


def test_only_modelled_members_are_written() -> None:
    assert Encoders().of(TREE)({"Name": "a", "_secret": 1, "Child": {"Name": None, "x": 1}}) == {
        "name": "a",
        "child": {},
    }


def test_null_map_values_stay() -> None:
    """Recorded: test_put_integration_response_templates, put-integration-response-template-none."""
    assert Encoders().of(Shape("M", "map", element=STRING, key=STRING))({"application/json": None}) == {
        "application/json": None
    }


@pytest.mark.parametrize(
    ("shape", "value", "written"),
    [
        (Shape("B", "blob"), b"ab", "YWI="),
        (Shape("B", "blob"), "ab", "YWI="),
        (Shape("D", "double"), 10000, 10000.0),
        (Shape("I", "integer"), 3.0, 3),
        (Shape("L", "list", element=STRING), ("a", None), ["a", None]),
        (Shape("W", "timestamp"), datetime(2023, 11, 14, 22, 13, 20, 5000, UTC), 1_700_000_000),
        (Shape("W", "timestamp", timestamp="iso8601"), 1_700_000_000, "2023-11-14T22:13:20Z"),
    ],
)
def test_writes_each_type(shape: Shape, value: Any, written: Any) -> None:
    assert Encoders().of(shape)(value) == written


def test_headers_are_text() -> None:
    text = Encoders().text
    assert text(Shape("B", "boolean"))(True) == "true"
    assert text(Shape("I", "integer"))(3) == "3"
    assert text(Shape("W", "timestamp"))(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert text(Shape("L", "list", element=STRING))(["a", "b"]) == "a,b"
