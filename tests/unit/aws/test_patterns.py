from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.models import load
from gatewright.aws.patterns import matcher
from gatewright.aws.shapes import Shape


@pytest.mark.parametrize(
    ("pattern", "value", "holds"),
    [
        (r"[1-5]\d\d", "200", True),
        (r"[1-5]\d\d", "2000", False),
        (r"[1-5]\d\d", "20٠", False),
        ("^[a-z]+$", "abc", True),
        ("^[a-z]+$", "abc\n", False),
        (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "Größe 1_@", True),
        (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "a!", False),
    ],
)
def test_matches_the_whole_value(pattern: str, value: str, holds: bool) -> None:
    assert matcher(pattern)(value) is holds


@given(st.characters(exclude_categories=["Cs"]))
def test_categories_are_unicodes(character: str) -> None:
    assert matcher(r"[\p{L}]")(character) == unicodedata.category(character).startswith("L")


@pytest.mark.parametrize("service", ["apigateway", "apigatewayv2", "apigatewaymanagementapi", "lambda"])
def test_every_pattern_of_the_models_compiles(service: str) -> None:
    found: dict[str, Shape] = {}

    def collect(shape: Shape | None) -> None:
        if shape is None or shape.name in found:
            return
        found[shape.name] = shape
        for inner in [shape.element, shape.key, *(member.shape for member in shape.members)]:
            collect(inner)

    for operation in load(service).operations.values():
        collect(operation.input)
    for shape in found.values():
        if shape.pattern is not None:
            try:
                matcher(shape.pattern)
            except re.error as error:
                pytest.fail(f"{shape.name}: {error}")
