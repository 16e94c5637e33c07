from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from gatewright.aws.base import AwsError, Caller
from gatewright.clock import FakeClock
from gatewright.control.cloudwatch.operations import CloudWatch, Minutes
from gatewright.telemetry.counters import Series, StageCounters
from gatewright.telemetry.sums import Sums

ACCOUNT = "123456789012"
CALLER = Caller(ACCOUNT, "us-east-1", None, "")
V1 = Series("REST", ACCOUNT, "us-east-1", "abc", "pets", "v1")
V2 = Series("REST", ACCOUNT, "us-east-1", "abc", "pets", "v2")
NOON = 29_000_000  # minutes


class Kept(Minutes):
    """Two requests in the first minute, one that failed in the third; on v2 one."""

    def __init__(self) -> None:
        self.rows = [
            (NOON, V1, _counted(200, 200)),
            (NOON + 2, V1, _counted(502)),
            (NOON + 2, V2, _counted(200)),
            (NOON + 2, V1.part("/pets", "GET"), _counted(502)),
        ]

    def minutes(
        self, first: int, last: int, where: Mapping[str, str] | None = None
    ) -> Iterator[tuple[int, Series, Sums]]:
        assert where == {"account": ACCOUNT, "region": "us-east-1"}
        return (row for row in self.rows if first <= row[0] <= last)


def _counted(*statuses: int) -> Sums:
    counters = StageCounters()
    for status in statuses:
        counters.record(status, 0.010)
    return Sums().add(counters.take())


@pytest.fixture
def watch() -> CloudWatch:
    clock = FakeClock(now=(NOON + 5) * 60.0)
    return CloudWatch(Kept(), clock)


API = [{"Name": "ApiName", "Value": "pets"}]
STAGE = [*API, {"Name": "Stage", "Value": "v1"}]


def asked(**members: Any) -> dict[str, Any]:
    return {
        "Namespace": "AWS/ApiGateway",
        "MetricName": "Count",
        "Dimensions": API,
        "StartTime": NOON * 60.0,
        "EndTime": (NOON + 5) * 60.0,
        "Period": 60,
        "Statistics": ["SampleCount"],
    } | members


def points(answer: dict[str, Any], statistic: str = "SampleCount") -> list[tuple[float, float]]:
    return [(each["Timestamp"] / 60 - NOON, each[statistic]) for each in answer["Datapoints"]]


def test_statistics_by_minute_and_over_all(watch: CloudWatch) -> None:
    assert points(watch.get_metric_statistics(CALLER, asked())) == [(0, 2.0), (2, 2.0)]
    assert points(watch.get_metric_statistics(CALLER, asked(Dimensions=STAGE))) == [(0, 2.0), (2, 1.0)]
    assert points(watch.get_metric_statistics(CALLER, asked(Period=300))) == [(0, 4.0)]
    errors = asked(MetricName="5XXError", Statistics=["Sum"], Period=300)
    assert points(watch.get_metric_statistics(CALLER, errors), "Sum") == [(0, 1.0)]


def test_of_a_method_with_metrics_of_its_own(watch: CloudWatch) -> None:
    method = [*STAGE, {"Name": "Resource", "Value": "/pets"}, {"Name": "Method", "Value": "GET"}]
    assert points(watch.get_metric_statistics(CALLER, asked(Dimensions=method))) == [(2, 1.0)]


def test_percentiles(watch: CloudWatch) -> None:
    members: dict[str, Any] = {"MetricName": "Latency", "Statistics": [], "ExtendedStatistics": ["p99"], "Period": 300}
    (point,) = watch.get_metric_statistics(CALLER, asked(**members))["Datapoints"]
    assert point["ExtendedStatistics"] == {"p99": pytest.approx(10.0)}
    assert point["Unit"] == "Milliseconds"


@pytest.mark.parametrize(
    "members",
    [
        {"MetricName": "Nothing"},
        {"Namespace": "AWS/Lambda"},
        {"Dimensions": []},
        {"Dimensions": [{"Name": "ApiName", "Value": "others"}]},
        {"Unit": "Seconds"},
        {"MetricName": "CacheHitCount"},  # there is no cache
    ],
)
def test_what_there_is_not_has_no_points(watch: CloudWatch, members: dict[str, Any]) -> None:
    assert watch.get_metric_statistics(CALLER, asked(**members))["Datapoints"] == []


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"Statistics": []}, "MissingParameter"),
        ({"Statistics": ["Median"]}, "InvalidParameterValue"),
        ({"ExtendedStatistics": ["tm99"]}, "InvalidParameterValue"),
        ({"Period": 90}, "InvalidParameterValue"),
        ({"EndTime": 0.0}, "InvalidParameterCombination"),
        ({"StartTime": 0.0}, "InvalidParameterCombination"),
    ],
)
def test_what_makes_no_sense(watch: CloudWatch, members: dict[str, Any], code: str) -> None:
    with pytest.raises(AwsError) as raised:
        watch.get_metric_statistics(CALLER, asked(**members))
    assert raised.value.code == code


def test_too_many_points_are_refused_in_awss_words(watch: CloudWatch) -> None:
    with pytest.raises(AwsError, match=r"up to 2,880 datapoints, which exceeds the limit of 1,440\."):
        watch.get_metric_statistics(CALLER, asked(EndTime=(NOON + 2880) * 60.0))


def query(name: str, metric: str = "Count", stat: str = "Sum", **members: Any) -> dict[str, Any]:
    measured = {"Namespace": "AWS/ApiGateway", "MetricName": metric, "Dimensions": API}
    return {"Id": name, "MetricStat": {"Metric": measured, "Period": 60, "Stat": stat}, **members}


def data(watch: CloudWatch, *queries: dict[str, Any], **members: Any) -> dict[str, Any]:
    span = {"StartTime": NOON * 60.0, "EndTime": (NOON + 5) * 60.0}
    return watch.get_metric_data(CALLER, {"MetricDataQueries": list(queries), **span, **members})


def test_data_and_expressions(watch: CloudWatch) -> None:
    rate = {"Id": "rate", "Expression": "100 * errors / total", "Label": "failed, per cent"}
    answer = data(watch, query("total"), query("errors", "5XXError", ReturnData=False), rate)
    total, failed = answer["MetricDataResults"]
    assert (total["Label"], total["Values"]) == ("Count", [2.0, 2.0])
    assert total["Timestamps"] == [(NOON + 2) * 60.0, NOON * 60.0]  # newest first, unless asked otherwise
    assert (failed["Label"], failed["Values"]) == ("failed, per cent", [50.0, 0.0])
    ascending = data(watch, query("total"), ScanBy="TimestampAscending")
    assert ascending["MetricDataResults"][0]["Timestamps"] == [NOON * 60.0, (NOON + 2) * 60.0]


def test_data_come_in_pages(watch: CloudWatch) -> None:
    seen: list[tuple[str, float]] = []
    token = None
    for _ in range(10):
        answer = data(watch, query("a"), query("b", "5XXError"), MaxDatapoints=1, NextToken=token)
        for result in answer["MetricDataResults"]:
            seen += [(result["Id"], value) for value in result["Values"]]
        token = answer["NextToken"]
        if token is None:
            break
    assert seen == [("a", 2.0), ("a", 2.0), ("b", 1.0), ("b", 0.0)]


@pytest.mark.parametrize(
    "queries",
    [
        [],
        [query("a"), query("a")],
        [{"Id": "a"}],
        [{"Id": "a", "Expression": "b"}, {"Id": "b", "Expression": "a"}],
        [query("a", stat="Median")],
    ],
)
def test_queries_that_make_no_sense(watch: CloudWatch, queries: list[dict[str, Any]]) -> None:
    with pytest.raises(AwsError):
        data(watch, *queries)


def test_metrics_are_listed_by_name_and_dimensions(watch: CloudWatch) -> None:
    listed = watch.list_metrics(CALLER, {"MetricName": "Count"})["Metrics"]
    assert [[each["Value"] for each in metric["Dimensions"]] for metric in listed] == [
        ["pets"],
        ["pets", "GET", "/pets", "v1"],
        ["pets", "v1"],
        ["pets", "v2"],
    ]
    of_stages = watch.list_metrics(CALLER, {"MetricName": "Count", "Dimensions": [{"Name": "Stage"}]})["Metrics"]
    assert len(of_stages) == 3
    assert {each["MetricName"] for each in watch.list_metrics(CALLER, {})["Metrics"]} == {
        "Count",
        "4XXError",
        "5XXError",
        "Latency",
    }
    assert watch.list_metrics(CALLER, {"Namespace": "AWS/Lambda"}) == {"Metrics": []}
