from __future__ import annotations

import math
from typing import Any

import pytest

from gatewright.language.vtl.arithmetic import ARITHMETIC, calculate, fits_int, int_value, is_number, long_value
from gatewright.language.vtl.errors import Failure


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (7, "DIVIDE", 2, 3),
        (-7, "DIVIDE", 2, -3),
        (-7, "MODULO", 2, -1),
        (7, "MODULO", -2, 1),
        (7.5, "MODULO", 2, 1.5),
        (7, "DIVIDE", 2.0, 3.5),
        (1, "DIVIDE", 0, None),
        (1, "MODULO", 0.0, None),
        (1, "PLUS", 0.5, 1.5),
        (9223372036854775807, "PLUS", 1, 9223372036854775808),
        (1e308, "MULTIPLY", 10, math.inf),
        (2**2000, "MULTIPLY", 1.5, math.inf),
        ("1", "PLUS", 1, None),
        (None, "MINUS", 1, None),
        (True, "PLUS", 1, None),
    ],
)
def test_calculate(left: Any, operator: str, right: Any, result: Any) -> None:
    found = calculate(ARITHMETIC[operator], left, right)
    assert found == result
    assert type(found) is type(result)


def test_odd_calculations() -> None:
    assert math.isnan(calculate(ARITHMETIC["MODULO"], math.inf, 2))
    with pytest.raises(Failure, match="too large"):
        calculate(ARITHMETIC["MULTIPLY"], 2**8000, 2**8000)


@pytest.mark.parametrize(
    ("number", "as_int", "as_long"),
    [
        (7, 7, 7),
        (2**31, -(2**31), 2**31),
        (2**63, 0, -(2**63)),
        (2.9, 2, 2),
        (-2.9, -2, -2),
        (1e300, 2**31 - 1, 2**63 - 1),
        (-math.inf, -(2**31), -(2**63)),
        (math.inf, 2**31 - 1, 2**63 - 1),
        (math.nan, 0, 0),
    ],
)
def test_whole_numbers(number: float, as_int: int, as_long: int) -> None:
    assert (int_value(number), long_value(number)) == (as_int, as_long)


def test_kinds_of_numbers() -> None:
    assert is_number(1)
    assert is_number(1.0)
    assert not is_number(True)
    assert fits_int(2**31 - 1)
    assert not fits_int(2**31)
