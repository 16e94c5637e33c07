from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws import timestamps

MOMENT = 1_700_000_000


@pytest.mark.parametrize(
    "given_value",
    [MOMENT, float(MOMENT), str(MOMENT), "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000+00:00",
     "2023-11-14T23:13:20+01:00", "Tue, 14 Nov 2023 22:13:20 GMT"],
)  # fmt: skip
def test_reads_every_form(given_value: object) -> None:
    assert timestamps.parse(given_value) == MOMENT


@pytest.mark.parametrize("given_value", ["", "soon", True, None, [], "nan", "inf", float("inf")])
def test_refuses_what_is_no_time(given_value: object) -> None:
    with pytest.raises(ValueError):
        timestamps.parse(given_value)


def test_writes_each_form() -> None:
    assert timestamps.render(MOMENT + 0.25, "iso8601", fraction=True) == "2023-11-14T22:13:20Z"
    assert timestamps.render(MOMENT + 0.25, "rfc822", fraction=True) == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert timestamps.render(MOMENT + 0.25, "unixTimestamp", fraction=False) == MOMENT
    assert timestamps.render(MOMENT + 0.25, "unixTimestamp", fraction=True) == MOMENT + 0.25


def test_a_datetime_without_zone_is_utc() -> None:
    naive = datetime(2023, 11, 14, 22, 13, 20)  # noqa: DTZ001 -- the case under test
    east = datetime(2023, 11, 15, 0, 13, 20, tzinfo=timezone(timedelta(hours=2)))
    assert timestamps.seconds(naive) == timestamps.seconds(east) == MOMENT


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_what_is_written_is_read_again(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    for form in ("iso8601", "rfc822", "unixTimestamp"):
        assert timestamps.parse(timestamps.render(whole, form, fraction=False)) == whole.timestamp()
