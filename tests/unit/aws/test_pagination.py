from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws import pagination
from gatewright.aws.base import AwsError

IDS = st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=40).map(sorted)


@given(IDS, st.integers(1, 10))
def test_the_pages_together_are_the_list(ids: list[str], limit: int) -> None:
    shown: list[str] = []
    token: str | None = None
    while True:
        page, token = pagination.page(ids, lambda item: item, token, limit)
        assert len(page) <= limit
        shown += page
        if token is None:
            break
    assert shown == ids


@given(IDS, st.integers(1, 10))
def test_a_window_reads_one_more_than_it_shows(ids: list[str], limit: int) -> None:
    asked = pagination.window(None, limit)
    page, token = asked.cut(ids[: asked.limit + 1], lambda item: item)
    assert page == ids[:limit]
    assert (token is None) == (len(ids) <= limit)


def test_what_is_removed_meanwhile_hides_nothing() -> None:
    page, token = pagination.page(["a", "b", "c", "d"], lambda item: item, None, 2)
    assert page == ["a", "b"]
    assert pagination.page(["a", "c", "d"], lambda item: item, token, 2)[0] == ["c", "d"]


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, 25), ("", 25), (3, 3), ("3", 3), (500, 500), (501, 500), ("9999", 500)]
)
def test_limits(limit: int | str | None, expected: int) -> None:
    assert pagination.window(None, limit).limit == expected


def test_another_service_has_other_bounds() -> None:
    assert pagination.window(None, None, default=10, most=20).limit == 10
    assert pagination.window(None, 30, default=10, most=20).limit == 20


@pytest.mark.parametrize("limit", [0, -1, "x", "1.5"])
def test_bad_limits_are_refused(limit: int | str) -> None:
    with pytest.raises(AwsError) as caught:
        pagination.window(None, limit)
    assert caught.value.code == "BadRequestException"


@pytest.mark.parametrize(
    "token", ["", "x", "!!!", "é", "YQ", pagination.encode("a") + "=", pagination.encode("a")[:-1]]
)
def test_foreign_tokens_are_refused(token: str) -> None:
    with pytest.raises(AwsError) as caught:
        pagination.window(token, None, name="nextToken")
    assert (caught.value.code, caught.value.message) == ("BadRequestException", "Invalid nextToken parameter specified")
