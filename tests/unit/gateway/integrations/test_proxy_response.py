"""What the recorded answers do not show; they are compared in tests/plays/test_aws_proxy.py."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.proxy_response import parse_answer

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"])


def _status(payload: bytes) -> int:
    """What the client gets: the function's status, or the gateway's."""
    try:
        answer = parse_answer(payload, wanted_binary=True, trace=b"Root=1")
    except GatewayError as error:
        return error.status
    assert answer.head.endswith(b"\r\n")
    return answer.status


@given(_JSON | st.dictionaries(_MEMBERS, _JSON))
def test_whatever_a_function_returns_is_an_answer_or_a_gateway_error(result: object) -> None:
    assert 200 <= _status(json.dumps(result).encode()) <= 599


@given(st.binary())
def test_any_bytes_at_all(payload: bytes) -> None:
    assert 200 <= _status(payload) <= 599


@pytest.mark.parametrize(
    ("header", "sent"),
    [({"A": " 1 "}, b"A: 1\r\n"), ({"A": "é"}, "A: é\r\n".encode()), ({"A": 1.5}, b"A: 1.5\r\n"), ({"A": None}, b"")],
)
def test_header_values(header: dict[str, object], sent: bytes) -> None:
    head = parse_answer(json.dumps({"headers": header}).encode(), wanted_binary=False, trace=b"Root=1").head
    assert head == sent + b"Content-Type: application/json\r\nX-Amzn-Trace-Id: Root=1\r\n"
