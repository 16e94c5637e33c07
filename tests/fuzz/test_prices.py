"""Price files: whatever is in one, prices or an error that names the file; and prices that cost what they should."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from gatewright.metering.prices import PriceError, Prices, parse
from tests.fuzz.effort import FUZZ

_REAL = files("gatewright.metering").joinpath("prices.toml").read_text("utf-8")[:4000].rpartition("\n\n")[0]
_WORDS = [
    *_REAL.split(),
    "[",
    "]",
    "=",
    "\n",
    "{",
    "}",
    ",",
    "nan",
    "inf",
    "1e999",
    "-1",
    "0x" + "f" * 5000,
    "9" * 5000,
]


def _prices(text: str) -> Prices | None:
    try:
        found = parse(text, "own.toml")
    except PriceError as error:
        assert str(error).startswith("own.toml:")  # noqa: PT017  the message is what is tried
        return None
    for region in found.regions.values():
        for table in region.tables.values():
            costs = [table.cost(Fraction(amount)) for amount in (0, 1, 10**6, 10**9, 10**12)]
            assert costs == sorted(costs)
            assert costs[0] == 0
    return found


@FUZZ
@given(text=st.text(max_size=200))
def test_anything(text: str) -> None:
    _prices(text)


@FUZZ
@given(words=st.lists(st.sampled_from(_WORDS), max_size=40))
def test_words_of_a_real_one(words: list[str]) -> None:
    _prices(" ".join(words))


@FUZZ
@given(at=st.integers(0, len(_REAL) - 1), length=st.integers(0, 30), put=st.sampled_from(_WORDS) | st.text(max_size=5))
def test_a_real_one_with_something_changed(at: int, length: int, put: str) -> None:
    assert _prices(_REAL) is not None
    _prices(_REAL[:at] + put + _REAL[at + length :])
