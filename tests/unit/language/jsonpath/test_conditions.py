from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.jsonpath.conditions import build_filter
from gatewright.language.jsonpath.filters import parse_condition
from gatewright.language.jsonpath.parse import parse_path
from gatewright.language.jsonpath.run import Budget, Run
from gatewright.language.jsonpath.steps import build_reader


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("(@.a)", {"a": None}, True),
        ("(@.a)", None, False),
        ("(!@.a)", {}, True),
        ("(@.a == $.b)", {"a": 5}, True),
        ("(!(@.a == $.b))", {"a": 5}, False),
        ("(@.a == $.nope)", {"a": 5}, False),
        ("(@.a in 5)", {"a": 5}, False),
        ("(@.a == 1 || $.b == 5)", {"a": 5}, True),
        ("(@.a == 1 && $.b == 5)", {"a": 5}, False),
    ],
)
def test_values_pass(text: str, value: Any, passes: bool) -> None:
    accepts = build_filter(parse_condition(text, parse_path, 1), build_reader)
    run = Run({"b": 5}, Budget())
    assert accepts(run, value) is passes
    assert accepts(run, value) is passes  # the second time from what is known of the root
