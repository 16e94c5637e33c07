"""Events: what they are of, and their message as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.websocket.exchange import CONNECTING, NO_JSON, own
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


@pytest.mark.parametrize(
    ("refusal", "answered", "status", "counted"),
    [
        (None, -1, 200, (0, 0, 0, 1)),
        (None, 200, 200, (0, 0, 0, 1)),
        (None, 200, 404, (0, 0, 1, 1)),  # what a function says
        (None, 503, 200, (0, 0, 1, 1)),  # one-way
        (GatewayError("THROTTLED"), -1, 429, (1, 0, 0, 0)),
        (GatewayError("API_CONFIGURATION_ERROR"), -1, 500, (0, 1, 0, 1)),
        (GatewayError("INTEGRATION_TIMEOUT"), 0, 504, (0, 1, 0, 1)),
        (GatewayError("INTEGRATION_FAILURE"), 500, 502, (0, 0, 1, 1)),
    ],
)
def test_events_are_counted_by_what_went_wrong(
    refusal: GatewayError | None, answered: int, status: int, counted: tuple[int, int, int, int]
) -> None:
    exchange = event()
    exchange.event = CONNECTING
    exchange.error = refusal
    if answered >= 0:
        exchange.called(exchange.serving.counters, answered, 0.25)
    exchange.over(status)
    counters = exchange.serving.counters
    assert counted == (
        counters.client_errors,
        counters.execution_errors,
        counters.integration_errors,
        counters.connects,
    )
    assert counters.count == 1


def test_no_other_exchange_passes() -> None:
    with pytest.raises(AssertionError):
        own(Exchange.__new__(Exchange))
