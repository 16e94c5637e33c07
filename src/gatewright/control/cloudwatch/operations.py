"""GetMetricStatistics, GetMetricData and ListMetrics for the namespace AWS/ApiGateway.

AWS: "Amazon CloudWatch API Reference". A minute is the finest that is kept. unverified: that GetMetricStatistics begins
its periods at StartTime and GetMetricData at whole periods; texts of errors that AWS does not document.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from gatewright.aws.base import AwsError, Caller, Params
from gatewright.aws.rpc import Handler
from gatewright.clock import Clock
from gatewright.control.cloudwatch import expressions
from gatewright.control.cloudwatch.names import METRICS, NAMESPACE, Dimensions, Metric, dimensions, find
from gatewright.control.cloudwatch.statistics import PERCENTILE, PLAIN, Datapoint
from gatewright.telemetry.counters import Series
from gatewright.telemetry.sums import Sums

MINUTE = 60
MOST_POINTS = 1440  # of GetMetricStatistics
MOST_DATA = 100_800  # of a page of GetMetricData
MOST_QUERIES = 500
PAGE = 500  # of ListMetrics
TWO_WEEKS = 14 * 24 * 60  # minutes; what ListMetrics looks back
RECENTLY = 3 * 60  # minutes of RecentlyActive


class Minutes(Protocol):
    """What was counted, minute by minute (of the epoch), both ends included (`control.measures.Measures`)."""

    def minutes(
        self, first: int, last: int, where: Mapping[str, str] | None = None
    ) -> Iterator[tuple[int, Series, Sums]]: ...


class CloudWatch:
    """The operations. Safe to share among threads."""

    def __init__(self, minutes: Minutes, clock: Clock) -> None:
        self._minutes = minutes
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """By operation."""
        return {
            "GetMetricStatistics": self.get_metric_statistics,
            "GetMetricData": self.get_metric_data,
            "ListMetrics": self.list_metrics,
        }

    def get_metric_statistics(self, caller: Caller, params: Params) -> Params:
        """Raises AwsError."""
        plain, extended = params.get("Statistics") or [], params.get("ExtendedStatistics") or []
        if not plain and not extended:
            raise AwsError("MissingParameter", "Must specify either Statistics or ExtendedStatistics")
        for statistic in plain:
            if statistic not in PLAIN:
                raise AwsError("InvalidParameterValue", f"The value {statistic} is no statistic.")
        for statistic in extended:
            _statistic(statistic)
        start, end, period = _span(params["StartTime"], params["EndTime"], params["Period"])
        asked = -(-(end - start) // period)
        if asked > MOST_POINTS:
            raise AwsError(
                "InvalidParameterCombination",
                f"You have requested up to {asked:,} datapoints, which exceeds the limit of {MOST_POINTS:,}. You may "
                "reduce the datapoints requested by increasing Period, or decreasing the time range.",
            )
        name, wanted = params["MetricName"], _dimensions(params)
        points = []
        if params["Namespace"] == NAMESPACE:
            rows = self._rows(caller, start, end)
            for at, metric, sums in sorted(_periods(rows, name, wanted, start, period), key=lambda each: each[0]):
                if not _unit(params.get("Unit"), metric):
                    continue
                point = Datapoint(metric, sums)
                shown: Params = {"Timestamp": float(at), "Unit": metric.unit}
                shown |= {statistic: point.value(statistic) for statistic in plain}
                if extended:
                    shown["ExtendedStatistics"] = {each: point.value(each) for each in extended}
                points.append(shown)
        return {"Label": name, "Datapoints": points}

    def get_metric_data(self, caller: Caller, params: Params) -> Params:
        """Raises AwsError."""
        queries = params["MetricDataQueries"]
        if not 0 < len(queries) <= MOST_QUERIES:
            raise AwsError("ValidationError", f"There must be 1 to {MOST_QUERIES} MetricDataQueries")
        if len({query["Id"] for query in queries}) < len(queries):
            raise AwsError("ValidationError", "The values for parameter id in MetricDataQueries are not unique.")
        results = self._results(caller, params, queries)
        ascending = params.get("ScanBy") == "TimestampAscending"
        shown: list[Params] = []
        offset, room = _offset(params.get("NextToken")), params.get("MaxDatapoints") or MOST_DATA
        passed = 0
        token = None
        for query, label, values in results:
            times = sorted(values, reverse=not ascending)
            begin = max(0, offset - passed)
            part = times[begin : begin + room]
            passed += len(times)
            room -= len(part)
            whole = begin + len(part) >= len(times)
            if begin < len(times) or not times:
                shown.append(
                    {
                        "Id": query["Id"],
                        "Label": label,
                        "Timestamps": part,
                        "Values": [values[at] for at in part],
                        "StatusCode": "Complete" if whole else "PartialData",
                    }
                )
            if not whole:
                token = _token(passed - len(times) + begin + len(part))
                break
        return {"MetricDataResults": shown, "Messages": [], "NextToken": token}

    def _results(
        self, caller: Caller, params: Params, queries: list[Params]
    ) -> list[tuple[Params, str, expressions.Values]]:
        """Query, label and values of those that are to be returned."""
        known: dict[str, expressions.Values] = {}
        metrics: list[str] = []
        period = MINUTE
        for query in queries:
            stat = query.get("MetricStat")
            if (stat is None) == (query.get("Expression") is None):
                raise AwsError("ValidationError", f"{query['Id']}: exactly one of MetricStat and Expression is needed")
            if stat is not None:
                period = stat["Period"]
                known[query["Id"]] = self._values(caller, params, stat)
                metrics.append(query["Id"])
        for query in _ordered(queries):
            known[query["Id"]] = expressions.evaluate(
                query["Expression"], known, metrics, query.get("Period") or period
            )
        return [
            (query, query.get("Label") or _label(query), known[query["Id"]])
            for query in queries
            if query.get("ReturnData", True)
        ]

    def _values(self, caller: Caller, params: Params, stat: Params) -> expressions.Values:
        statistic = stat["Stat"]
        if statistic not in PLAIN:
            _statistic(statistic)
        metric = stat["Metric"]
        start, end, period = _span(params["StartTime"], params["EndTime"], stat["Period"])
        if metric.get("Namespace") != NAMESPACE:
            return {}
        start -= start % period
        rows = self._rows(caller, start, end)
        found = _periods(rows, metric.get("MetricName", ""), _dimensions(metric), start, period)
        return {
            float(at): Datapoint(each, sums).value(statistic)
            for at, each, sums in found
            if _unit(stat.get("Unit"), each)
        }

    def list_metrics(self, caller: Caller, params: Params) -> Params:
        """Raises AwsError."""
        if params.get("Namespace", NAMESPACE) != NAMESPACE:
            return {"Metrics": []}
        now = int(self._clock.now()) // MINUTE
        first = now - (RECENTLY if params.get("RecentlyActive") else TWO_WEEKS)
        wanted = [(each["Name"], each.get("Value")) for each in params.get("Dimensions") or ()]
        found: set[tuple[str, Dimensions]] = set()
        for _, series, sums in self._minutes.minutes(first, now, _owned(caller)):
            for metric in METRICS[series.product]:
                if metric.shown(sums) and params.get("MetricName", metric.name) == metric.name:
                    found.update((metric.name, each) for each in dimensions(series) if _matches(each, wanted))
        listed = sorted(found)
        offset = _offset(params.get("NextToken"))
        page = listed[offset : offset + PAGE]
        more = offset + len(page) < len(listed)
        return {
            "Metrics": [
                {
                    "Namespace": NAMESPACE,
                    "MetricName": name,
                    "Dimensions": [{"Name": key, "Value": value} for key, value in each],
                }
                for name, each in page
            ],
            "NextToken": _token(offset + len(page)) if more else None,
        }

    def _rows(self, caller: Caller, start: int, end: int) -> Iterable[tuple[int, Series, Sums]]:
        return self._minutes.minutes(start // MINUTE, (end - 1) // MINUTE, _owned(caller))


def _owned(caller: Caller) -> Mapping[str, str]:
    return {"account": caller.account, "region": caller.region}


def _periods(
    rows: Iterable[tuple[int, Series, Sums]], name: str, wanted: Dimensions, start: int, period: int
) -> Iterator[tuple[int, Metric, Sums]]:
    """Beginning (epoch seconds), metric, and what was counted in each period that has any of it."""
    totals: dict[tuple[int, Metric], Sums] = {}
    for minute, series, sums in rows:
        metric = find(series.product, name)
        if metric is not None and wanted in dimensions(series):
            at = start + (minute * MINUTE - start) // period * period
            totals.setdefault((at, metric), Sums()).add(sums.sparse())
    return ((at, metric, sums) for (at, metric), sums in totals.items() if metric.shown(sums))


def _span(start: float, end: float, period: int) -> tuple[int, int, int]:
    """Whole minutes; periods of less than one are one."""
    if period < 1 or (period > MINUTE and period % MINUTE):
        raise AwsError("InvalidParameterValue", "Period must be 1, 5, 10, 20, 30, or any multiple of 60.")
    if start >= end:
        raise AwsError(
            "InvalidParameterCombination", "The parameter StartTime must be less than the parameter EndTime."
        )
    first, last = int(start) // MINUTE * MINUTE, -(-int(end) // MINUTE) * MINUTE
    return first, last, max(MINUTE, period)


def _statistic(name: str) -> None:
    if PERCENTILE.fullmatch(name) is None:
        raise AwsError(
            "InvalidParameterValue",
            f"The value {name} is no statistic that is kept here. There are {', '.join(PLAIN)} and percentiles (p99).",
        )


def _dimensions(params: Params) -> Dimensions:
    return tuple(sorted((each["Name"], each["Value"]) for each in params.get("Dimensions") or ()))


def _matches(found: Dimensions, wanted: Iterable[tuple[str, str | None]]) -> bool:
    values = dict(found)
    return all(name in values and value in (None, values[name]) for name, value in wanted)


def _unit(wanted: str | None, metric: Metric) -> bool:
    return wanted is None or wanted == metric.unit


def _ordered(queries: list[Params]) -> Iterator[Params]:
    """Expressions, each after those that it names. Raises AwsError for circles."""
    waiting = [query for query in queries if query.get("Expression") is not None]
    while waiting:
        ids = [query["Id"] for query in waiting]
        ready = [query for query in waiting if not any(_names(query["Expression"], each) for each in ids)]
        if not ready:
            raise AwsError("ValidationError", f"Error in expression: circular references among {', '.join(ids)}")
        yield from ready
        waiting = [query for query in waiting if query not in ready]


def _names(expression: str, wanted: str) -> bool:
    words = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in expression).split()
    return wanted in words


def _label(query: Params) -> str:
    stat = query.get("MetricStat")
    return str(query["Id"] if stat is None else stat["Metric"].get("MetricName", query["Id"]))


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return max(0, int(base64.urlsafe_b64decode(token.encode())))
    except (ValueError, binascii.Error):
        raise AwsError("InvalidNextToken", "The next token specified is invalid.") from None
