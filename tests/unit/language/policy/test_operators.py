"""What each operator compares. What policies make of it is in the table of cases."""

from __future__ import annotations

import pytest

from gatewright.language.policy.base import PolicyError
from gatewright.language.policy.operators import OPERATORS
from gatewright.language.policy.text import Grammar
from tests.unit.language.policy.support import query

GRAMMAR = Grammar("there", variables=True)


@pytest.mark.parametrize(
    ("name", "wanted", "value", "expected"),
    [
        ("stringequals", "a*", "ab", False),
        ("stringequals", "a*", "a*", True),
        ("stringequalsignorecase", "ABC", "abc", True),
        ("stringlike", "a*", "ab", True),
        ("stringlike", "A*", "ab", False),
        ("numericequals", "10", "10.0", True),
        ("numericlessthan", "10", "9", True),
        ("numericlessthan", "10", "10", False),
        ("numericlessthanequals", "10", "10", True),
        ("numericgreaterthan", "10", "9", False),
        ("numericgreaterthanequals", "10", "10", True),
        ("numericequals", "10", "ten", False),
        ("dateequals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
        ("datelessthan", "2026-01-01", "2025-12-31T23:59:59Z", True),
        ("dategreaterthan", "2026-01-01", "1767225601", True),
        ("dategreaterthanequals", "2026-01-01", "2026-01-01", True),
        ("datelessthanequals", "2026-01-01", "2026-01-02", False),
        ("bool", "true", "True", True),
        ("bool", "true", "1", False),
        ("bool", "${a:flag, 'TRUE'}", "true", True),
        ("bool", "${a:flag, 'x'}", "x", False),
        ("binaryequals", "aGk=", "hi", True),
        ("ipaddress", "10.0.0.0/8", "10.1.1.1", True),
        ("ipaddress", "10.0.0.0/8", "elsewhere", False),
        ("arnlike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", True),
        ("arnequals", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", True),
    ],
)
def test_match(name: str, wanted: str, value: str, expected: bool) -> None:
    assert OPERATORS[name].compile([wanted], GRAMMAR)(value, query()) is expected


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("numericequals", "ten"),
        ("dateequals", "tomorrow"),
        ("bool", "yes"),
        ("binaryequals", "%"),
        ("ipaddress", "10.0.0.0/40"),
        ("ipaddress", "${aws:SourceIp}"),
        ("arnlike", "arn:aws:sns"),
        ("stringlike", "${"),
    ],
)
def test_refused(name: str, wanted: str) -> None:
    with pytest.raises(PolicyError):
        OPERATORS[name].compile([wanted], GRAMMAR)


def test_every_negated_operator_has_its_positive() -> None:
    negated = {name for name, each in OPERATORS.items() if each.negated}
    assert {name.replace("not", "", 1) for name in negated} <= set(OPERATORS) - negated
