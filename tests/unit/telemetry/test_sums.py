from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.telemetry.counters import StageCounters
from gatewright.telemetry.sums import Sums, merge, quantile

Times = st.lists(st.floats(0, 1000), max_size=30)


def taken(times: list[float], integration: list[float] | None = None) -> dict[str, object]:
    counters = StageCounters()
    for each in times:
        counters.record(200, each, received=1, sent=2)
    for each in integration or []:
        counters.record_integration(each)
    return counters.take()


@given(Times, Times, Times, Times)
def test_the_sum_of_parts_is_the_whole(a: list[float], b: list[float], c: list[float], d: list[float]) -> None:
    assert merge(merge(taken(a, b), taken(c, d)), {}) == taken(a + c, b + d)


@given(Times, Times)
def test_what_is_sparse_says_all(a: list[float], b: list[float]) -> None:
    sums = Sums().add(taken(a, b))
    assert Sums().add(sums.sparse()) == sums


def test_what_another_version_counts_is_left_out() -> None:
    assert Sums().add({"count": 1, "colour": 7, "latency_min": 3}).sparse() == {"count": 1, "latency_min": 3}


@given(st.lists(st.floats(0.000_1, 100), min_size=1, max_size=50), st.floats(0, 1))
def test_quantiles_are_near(times: list[float], share: float) -> None:
    sums = Sums().add(taken(times, times))
    exact = sorted(times)[max(0, -(-int(share * len(times) * 1e9) // 1_000_000_000) - 1)] * 1e6
    assert sums.quantile(share) == pytest.approx(exact, rel=0.13, abs=2)
    assert sums.integration_quantile(share) == sums.quantile(share)


def test_quantiles_of_nothing() -> None:
    assert quantile({}, 0.5, 0, 0) == 0.0
    assert Sums().quantile(1.0) == 0.0
