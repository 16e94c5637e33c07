"""CloudWatch's metrics of the gateway, through the AWS CLI and boto3."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.wire.rest_support import Api
from tests.wire.support import Server

MOCK = {
    "type": "MOCK",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
}


def _api(live: Server) -> tuple[Api, str]:
    """An API under a name of its own: what is counted is counted by name."""
    name = f"measured-{uuid.uuid4().hex[:8]}"
    api = Api(live).method("/pets", "GET", MOCK)
    place = {"restApiId": api.id, "resourceId": api.resource("/pets"), "httpMethod": "GET"}
    api.client.put_method_response(**place, statusCode="200")
    api.client.put_integration_response(**place, statusCode="200")
    api.client.update_rest_api(restApiId=api.id, patchOperations=[{"op": "replace", "path": "/name", "value": name}])
    api.deploy()
    api.client.update_stage(
        restApiId=api.id,
        stageName="v1",
        patchOperations=[{"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}],
    )
    return api, name


def _url(live: Server, api: Api) -> str:
    return f"http://127.0.0.1:{live.port}/_aws/execute-api/{api.id}/v1"


def _get(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def _until_counted(client: Any, name: str, wanted: int) -> list[dict[str, Any]]:
    """The datapoints of Count, once there are so many requests in them."""
    end = time.monotonic() + 20
    while True:
        now = datetime.now(UTC)
        points: list[dict[str, Any]] = client.get_metric_statistics(
            Namespace="AWS/ApiGateway",
            MetricName="Count",
            Dimensions=[{"Name": "ApiName", "Value": name}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["SampleCount", "Sum"],
        )["Datapoints"]
        if sum(point["SampleCount"] for point in points) >= wanted or time.monotonic() > end:
            return points
        time.sleep(0.2)


def test_what_was_served_is_what_cloudwatch_says(live: Server) -> None:
    api, name = _api(live)
    answers = [_get(f"{_url(live, api)}/{path}") for path in ("pets", "pets", "pets", "none")]
    assert answers == [200, 200, 200, 403]
    client = live.client("cloudwatch")
    assert sum(point["Sum"] for point in _until_counted(client, name, 4)) == 4.0

    now = datetime.now(UTC)
    span = {"StartTime": now - timedelta(minutes=10), "EndTime": now + timedelta(minutes=1)}

    def query(number: int, metric: str, stat: str, **dimensions: str) -> dict[str, Any]:
        named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        measured = {"Namespace": "AWS/ApiGateway", "MetricName": metric, "Dimensions": named}
        return {"Id": f"m{number}", "MetricStat": {"Metric": measured, "Period": 3600, "Stat": stat}}

    method = {"ApiName": name, "Stage": "v1", "Resource": "/pets", "Method": "GET"}
    results = client.get_metric_data(
        MetricDataQueries=[
            query(1, "4XXError", "Sum", ApiName=name, Stage="v1"),
            query(2, "Count", "SampleCount", **method),
            query(3, "Latency", "p99", ApiName=name),
            {"Id": "share", "Expression": "100 * m1 / m4"},
            query(4, "Count", "SampleCount", ApiName=name),
        ],
        **span,
    )["MetricDataResults"]
    found = {result["Id"]: sum(result["Values"]) for result in results}
    assert (found["m1"], found["m2"], found["m4"]) == (1.0, 3.0, 4.0)
    assert found["m3"] > 0
    assert found["share"] == 25.0


def test_the_aws_cli(live: Server) -> None:
    api, name = _api(live)
    assert _get(f"{_url(live, api)}/pets") == 200
    _until_counted(live.client("cloudwatch"), name, 1)
    dimension = f"Name=ApiName,Value={name}"
    listed = live.aws("cloudwatch", "list-metrics", "--namespace", "AWS/ApiGateway", "--dimensions", dimension)
    assert {metric["MetricName"] for metric in listed["Metrics"]} == {"Count", "4XXError", "5XXError", "Latency"}
    now = datetime.now(UTC)
    words = ["--namespace", "AWS/ApiGateway", "--metric-name", "Latency", "--dimensions", dimension, "--period", "300"]
    words += ["--start-time", (now - timedelta(minutes=10)).isoformat(), "--end-time", now.isoformat()]
    found = live.aws("cloudwatch", "get-metric-statistics", *words, "--statistics", "Maximum", "SampleCount")
    (point,) = found["Datapoints"]
    assert (point["SampleCount"], point["Unit"]) == (1.0, "Milliseconds")
    assert point["Maximum"] > 0


def test_other_services_metrics_are_the_companions(live: Server) -> None:
    client = live.client("cloudwatch")
    client.put_metric_data(Namespace="Mine", MetricData=[{"MetricName": "Bells", "Value": 1.0}])
    listed = client.list_metrics(Namespace="Mine")["Metrics"]
    assert [metric["MetricName"] for metric in listed] == ["Bells"]
