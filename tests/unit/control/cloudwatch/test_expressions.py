from __future__ import annotations

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.cloudwatch.expressions import evaluate

M1 = {60.0: 10.0, 120.0: 20.0}
M2 = {60.0: 1.0, 120.0: 0.0, 180.0: 3.0}
KNOWN = {"m1": M1, "m2": M2}


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("m1", M1),
        ("100 * m2 / m1", {60.0: 10.0, 120.0: 0.0}),
        ("m1 / m2", {60.0: 10.0}),
        ("-m1 + 2^3", {60.0: -2.0, 120.0: -12.0}),
        ("FILL(m1, 0)", {60.0: 10.0, 120.0: 20.0, 180.0: 0.0}),
        ("SUM([m1, m2])", {60.0: 11.0, 120.0: 20.0, 180.0: 3.0}),
        ("AVG(METRICS())", {60.0: 5.5, 120.0: 10.0, 180.0: 3.0}),
        ("m1 / PERIOD(m1)", {60.0: 10 / 60, 120.0: 20 / 60}),
        ("m1 * MAX(m1)", {60.0: 200.0, 120.0: 400.0}),
        ("1 + 1", {60.0: 2.0, 120.0: 2.0, 180.0: 2.0}),
    ],
)
def test_arithmetic(expression: str, values: dict[float, float]) -> None:
    assert evaluate(expression, KNOWN, ["m1", "m2"], 60) == pytest.approx(values)


@pytest.mark.parametrize(
    "expression",
    [
        "m3",
        "m1 +",
        "__import__('os')",
        "m1.keys()",
        "[m1, m2]",
        "[m1] + m2",
        "lambda: 1",
        "SEARCH('{AWS/ApiGateway}', 'Sum')",
        "'text'",
        "(" * 3000,
        "9**9**9**9" * 1000,
    ],
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(AwsError, match="Error in expression"):
        evaluate(expression, KNOWN, ["m1", "m2"], 60)


def test_numbers_that_are_too_large_are_none() -> None:
    assert evaluate("m1 ^ 9999", KNOWN, [], 60) == {}
    assert evaluate("(-1 * m1) ^ 0.5", KNOWN, [], 60) == {}
