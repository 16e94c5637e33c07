from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws.messages import event
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.lambda_stream import LambdaPassage, parse_metadata
from gatewright.net.base import UpstreamResponse
from gatewright.telemetry.counters import StageCounters
from tests.unit.gateway.support import answer_of, exchange


def test_metadata() -> None:
    data = json.dumps({"statusCode": "404", "headers": {"A": "b", "Content-Length": "7"}, "cookies": ["c=d"]}).encode()
    status, head, length = parse_metadata(data, b"Root=1")
    assert (status, length) == (404, 7)
    assert head.split(b"\r\n") == [
        b"A: b",
        b"x-amzn-Remapped-Content-Length: 7",
        b"Set-Cookie: c=d",
        b"Content-Type: application/json",
        b"X-Amzn-Trace-Id: Root=1",
        b"",
    ]


@given(st.binary() | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(
    st.sampled_from(["statusCode", "headers", "multiValueHeaders", "cookies", "x"]), inner | st.lists(inner)
)).map(lambda document: json.dumps(document).encode()))  # fmt: skip
def test_any_bytes_are_metadata_or_500(data: bytes) -> None:
    problems: list[GatewayError] = []
    try:
        status, head, _ = parse_metadata(data, b"Root=1")
    except GatewayError as error:
        problems.append(error)
    else:
        assert 200 <= status <= 599
        assert head.endswith(b"\r\n")
    assert all(problem.status == 500 for problem in problems)


def test_what_came_before_the_metadata_is_not_searched_twice_nor_missed() -> None:
    made = exchange()

    def refused(response: UpstreamResponse) -> GatewayError:
        raise AssertionError(response)

    passage = LambdaPassage(made, StageCounters(), refused)
    passage.head(200, [], None)
    for byte in b"{}" + bytes(8) + b"rest":
        passage.data(event("PayloadChunk", "application/octet-stream", bytes([byte])))
    passage.data(event("InvokeComplete", "application/json", b"{}"))
    passage.end(None)
    assert answer_of(made)[2] == b"rest"
