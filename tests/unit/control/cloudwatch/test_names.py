from __future__ import annotations

import dataclasses

from gatewright.control.cloudwatch.names import dimensions, find
from gatewright.telemetry.counters import Series

REST = Series("REST", "123456789012", "us-east-1", "abc", "Pet störe", "v1")


def test_rest_apis_go_by_their_name() -> None:
    assert list(dimensions(REST)) == [
        (("ApiName", "Pet stre"),),
        (("ApiName", "Pet stre"), ("Stage", "v1")),
    ]
    assert list(dimensions(REST.part("/pets", "GET"))) == [
        (("ApiName", "Pet stre"), ("Method", "GET"), ("Resource", "/pets"), ("Stage", "v1")),
    ]
    assert next(dimensions(dataclasses.replace(REST, api_name="ö"))) == (("ApiName", "abc"),)


def test_others_go_by_their_id() -> None:
    http = dataclasses.replace(REST, product="HTTP")
    assert list(dimensions(http)) == [(("ApiId", "abc"),), (("ApiId", "abc"), ("Stage", "v1"))]
    socket = dataclasses.replace(REST, product="WEBSOCKET")
    assert list(dimensions(socket.part("talk", ""))) == [(("ApiId", "abc"), ("Route", "talk"), ("Stage", "v1"))]


def test_names_differ_by_product() -> None:
    assert find("REST", "4XXError") is not None
    assert find("HTTP", "4XXError") is None
    assert find("HTTP", "4xx") is not None
    assert find("WEBSOCKET", "Latency") is None
