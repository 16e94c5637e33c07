"""Events: what they are of, and their message as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.websocket.exchange import NO_JSON, own
from tests.unit.gateway.websocket.support import event


@pytest.mark.parametrize(
    ("body", "document"), [('{"a": 1}', {"a": 1}), ("7", 7), ("null", None), ("", NO_JSON), ("{a", NO_JSON)]
)
def test_documents(body: str, document: Any) -> None:
    exchange = event(body)
    assert exchange.document == document
    assert exchange.document is exchange.document


def test_an_event_knows_its_api() -> None:
    exchange = event()
    assert own(exchange) is exchange
    assert exchange.owner == ("123456789012", "us-east-1")
    assert exchange.stage_arn.endswith(":abcdefghij/v1")
    assert exchange.request_id == exchange.extended_id
    assert exchange.header(b"host") is None
    assert (exchange.names, exchange.query) == ((), [])
    exchange.over(500)
    assert exchange.serving.counters.server_errors == 1


def test_no_other_exchange_passes() -> None:
    with pytest.raises(AssertionError):
        own(Exchange.__new__(Exchange))
