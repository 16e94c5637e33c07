from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.view import RequestView, ResponseView
from gatewright.net.base import UpstreamResponse
from tests.unit.gateway.support import exchange


def test_the_request() -> None:
    made = exchange([("H", "1"), ("h", "2"), ("H", "3"), ("Connection", "x")], b'{"a": 1}', "q=1&q=%32")
    view = RequestView(made)
    assert view.path_parameter("id") == "7 7"
    assert view.path_parameter("no") is None
    assert view.query_values("q") == ["1", "2"]
    assert view.header_values("H") == ["1", "3"]
    assert view.header_values("Connection") == []
    assert view.body_text() == '{"a": 1}'
    assert view.body_json() == {"a": 1}
    assert view.context_value("stage") == "v1"


def test_a_body_that_does_not_begin_like_json_is_none() -> None:
    assert RequestView(exchange(body=b"plain")).body_json() is None
    assert RequestView(exchange()).body_json() is None


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'["\xff"]', b"[NaN]"])
def test_bad_json_is_the_callers_fault_or_the_backends(body: bytes) -> None:
    with pytest.raises(GatewayError) as fault:
        RequestView(exchange(body=body)).body_json()
    assert (fault.value.status, fault.value.message) == (400, "Invalid JSON in request body")
    with pytest.raises(GatewayError) as fault:
        ResponseView(exchange(), UpstreamResponse(200, [], body)).body_json()
    assert fault.value.status == 500


def test_a_body_is_parsed_once() -> None:
    view = RequestView(exchange(body=b'{"a": [1]}'))
    assert view.body_json() is view.body_json()


def test_the_response() -> None:
    view = ResponseView(exchange(), UpstreamResponse(200, [(b"X-a", b"1"), (b"x-A", b"2")], b"[1]"))
    assert view.header_values("X-A") == ["1", "2"]
    assert view.body_json() == [1]
    assert view.body_text() == "[1]"
    assert view.path_parameter("id") is None
    assert view.query_values("q") == []
    assert view.context_value("stage") == "v1"
