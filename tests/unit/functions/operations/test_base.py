"""Pages of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.base import AwsError
from gatewright.functions.operations.base import page


@given(st.sets(st.tuples(st.text(alphabet="ab-_9", min_size=1, max_size=4), st.integers(0, 2000))), st.integers(1, 60))
def test_pages_hold_everything_once_and_in_order(items: set[tuple[str, int]], most: int) -> None:
    found: list[tuple[str, int]] = []
    marker: str | None = None
    while True:
        chosen, marker = page(list(items), {"MaxItems": most, "Marker": marker}, lambda i: i)
        assert len(chosen) <= min(most, 50)
        found += chosen
        if marker is None:
            break
    assert found == sorted(items)


def test_a_marker_that_is_none() -> None:
    with pytest.raises(AwsError, match="Invalid pagination marker"):
        page(["a"], {"Marker": "é"}, lambda i: i)
