"""The three protocols, with botocore's own client on the other side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.authenticate import LocalAuthenticator
from gatewright.aws.base import AwsError, Caller, HttpRequest, Params
from gatewright.aws.rpc import RpcService

ACCOUNT = "123456789012"


class Seen:
    """What the service was asked, and what it is to answer."""

    def __init__(self) -> None:
        self.params: Params = {}
        self.caller: Caller | None = None
        self.media: set[str] = set()  # of answers

    def statistics(self, caller: Caller, params: Params) -> Params:
        self.params, self.caller = params, caller
        if params["MetricName"] == "refused":
            raise AwsError("InvalidParameterValue", "no <such> metric")
        if params["MetricName"] == "broken":
            raise KeyError("a fault of ours")
        return {"Label": "a & b", "Datapoints": [{"Timestamp": 1_700_000_040.0, "Sum": 2.5, "Unit": "Count"}]}

    def listed(self, caller: Caller, params: Params) -> Params:
        self.params = params
        return {"Metrics": [], "NextToken": None}


class Raw:
    """A body as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._body]


def client(protocol: str, seen: Seen) -> Any:
    """botocore's client, that speaks to the service without a network."""
    service = RpcService(
        "cloudwatch",
        {"GetMetricStatistics": seen.statistics, "ListMetrics": seen.listed},
        LocalAuthenticator(ACCOUNT, "us-east-1"),
    )
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    loader = session.get_component("data_loader")
    model = loader.load_service_model("cloudwatch", "service-2")
    model["metadata"] = model["metadata"] | {"protocol": protocol, "protocols": [protocol]}
    found = session.create_client("cloudwatch", "eu-west-1", config=Config(retries={"max_attempts": 0}))

    def send(request: Any, **_: object) -> Any:
        path, _, query = request.url.partition("//")[2].partition("/")[2].partition("?")
        headers = [(name.encode(), _bytes(value)) for name, value in request.headers.items()]
        answer = service.handle(
            HttpRequest(request.method, b"/" + path.encode(), query.encode(), headers, _bytes(request.body or b""))
        )
        names = HTTPHeaders()
        for name, value in answer.headers:
            names[name.decode()] = value.decode()
        seen.media.add(names["Content-Type"])
        return AWSResponse(request.url, answer.status, names, Raw(answer.body))

    found.meta.events.register("before-send.cloudwatch", send)  # whose answer is taken for the service's
    return found


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(params=["json", "query", "smithy-rpc-v2-cbor"])
def speaks(request: pytest.FixtureRequest) -> Callable[[Seen], Any]:
    return lambda seen: client(request.param, seen)


def asked(name: str = "Count") -> dict[str, Any]:
    return {
        "Namespace": "AWS/ApiGateway",
        "MetricName": name,
        "Dimensions": [{"Name": "ApiName", "Value": "a b"}, {"Name": "Stage", "Value": "v1"}],
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": "2026-01-01T01:00:00Z",
        "Period": 60,
        "Statistics": ["Sum", "Average"],
    }


def test_a_call_arrives_typed_and_is_answered(speaks: Callable[[Seen], Any]) -> None:
    seen = Seen()
    answer = speaks(seen).get_metric_statistics(**asked())
    assert seen.params == asked() | {"StartTime": 1767225600.0, "EndTime": 1767229200.0}
    assert seen.caller is not None
    assert (seen.caller.account, seen.caller.region) == (ACCOUNT, "eu-west-1")
    assert answer["Label"] == "a & b"
    (point,) = answer["Datapoints"]
    assert (point["Timestamp"].timestamp(), point["Sum"], point["Unit"]) == (1_700_000_040.0, 2.5, "Count")


@pytest.mark.parametrize(
    ("protocol", "media"),
    [("json", "application/x-amz-json-1.0"), ("query", "text/xml"), ("smithy-rpc-v2-cbor", "application/cbor")],
)
def test_each_protocol_is_answered_in_kind(protocol: str, media: str) -> None:
    seen = Seen()
    client(protocol, seen).list_metrics()
    assert seen.media == {media}


def test_an_empty_answer(speaks: Callable[[Seen], Any]) -> None:
    answer = speaks(Seen()).list_metrics(Namespace="AWS/ApiGateway")
    assert answer["Metrics"] == []
    assert "NextToken" not in answer


@pytest.mark.parametrize(
    ("name", "code", "status", "message"),
    [
        ("refused", "InvalidParameterValue", 400, "no <such> metric"),
        ("broken", "InternalServiceFault", 500, "Internal failure"),
    ],
)
def test_errors_are_the_ones_that_clients_know(
    speaks: Callable[[Seen], Any], name: str, code: str, status: int, message: str
) -> None:
    with pytest.raises(ClientError) as raised:
        speaks(Seen()).get_metric_statistics(**asked(name))
    error = raised.value.response
    assert (error["Error"]["Code"], error["Error"]["Message"]) == (code, message)
    assert error["ResponseMetadata"]["HTTPStatusCode"] == status


def test_operations_that_are_not_served_say_so(speaks: Callable[[Seen], Any]) -> None:
    with pytest.raises(ClientError, match="NotImplemented"):
        speaks(Seen()).describe_alarms()


def handle(
    headers: list[tuple[bytes, bytes]], body: bytes, path: bytes = b"/", query: bytes = b""
) -> tuple[int, bytes]:
    service = RpcService("cloudwatch", {"ListMetrics": Seen().listed}, LocalAuthenticator(ACCOUNT, "us-east-1"))
    answer = service.handle(HttpRequest("POST", path, b"", headers, body))
    return answer.status, answer.body


TARGET = (b"X-Amz-Target", b"GraniteServiceVersion20100801.ListMetrics")
CBOR = b"/service/GraniteServiceVersion20100801/operation/ListMetrics"


@pytest.mark.parametrize(
    ("headers", "body", "path", "word"),
    [
        ([], b"", b"/", b"InvalidAction"),
        ([TARGET], b"{", b"/", b"SerializationException"),
        ([TARGET], b"[]", b"/", b"InvalidParameterValue"),
        ([TARGET], b'{"Dimensions": {}}', b"/", b"InvalidParameterValue"),
        ([TARGET], b'{"Dimensions": [{}]}', b"/", b"MissingParameter"),
        ([TARGET], b'{"MetricName": 1}', b"/", b"InvalidParameterValue"),
        ([], b"\xff", CBOR, b"SerializationException"),
        ([], b"\x80", CBOR, b"InvalidParameterValue"),
    ],
)
def test_what_makes_no_sense_is_refused(
    headers: list[tuple[bytes, bytes]], body: bytes, path: bytes, word: bytes
) -> None:
    status, answer = handle(headers, body, path)
    assert status == 400
    assert word in answer


@given(st.binary(max_size=200), st.sampled_from([[TARGET], [(b"Content-Type", b"application/x-www-form-urlencoded")]]))
def test_whatever_comes_is_answered(body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    assert handle(headers, body)[0] in (200, 400)
    assert handle(headers, body, CBOR)[0] in (200, 400)
