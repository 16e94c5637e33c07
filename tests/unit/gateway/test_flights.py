"""One call for many: who waits, and what becomes of them. How requests see it: tests/plays/test_caching.py."""

from __future__ import annotations

import asyncio

import pytest

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Answer
from gatewright.gateway.flights import Flights
from tests.unit.gateway.support import exchange

ANSWER = Answer(200, b"", b"1")


def test_the_others_get_what_the_first_one_has() -> None:
    async def scene() -> None:
        flights, first = Flights(), exchange()
        assert flights.join(first, b"key") is None
        assert flights.join(exchange(), b"another key") is None
        others = [flights.join(exchange(), b"key") for _ in range(2)]
        flights.landed(first, ANSWER)
        for other in others:
            assert other is not None
            assert await other is ANSWER
        assert flights.join(exchange(), b"key") is None, "the call is over"

    asyncio.run(scene())


@pytest.mark.parametrize("kind", ["INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"])
def test_failures_of_the_backend_are_everybodys(kind: str) -> None:
    async def scene() -> None:
        flights, first = Flights(), exchange()
        flights.join(first, b"key")
        other = flights.join(exchange(), b"key")
        flights.failed(first, GatewayError(kind))
        assert other is not None
        with pytest.raises(GatewayError):
            await other

    asyncio.run(scene())


@pytest.mark.parametrize("error", [configuration_error("x"), GatewayError("BAD_REQUEST_BODY"), RuntimeError()])
def test_other_failures_are_the_first_ones_own(error: BaseException) -> None:
    async def scene() -> None:
        flights, first = Flights(), exchange()
        flights.join(first, b"key")
        other = flights.join(exchange(), b"key")
        flights.failed(first, error)
        assert other is not None
        assert await other is None

    asyncio.run(scene())


def test_who_does_not_wait_any_more_and_who_is_no_first() -> None:
    async def scene() -> None:
        for end in ("landed", "failed"):
            flights, first = Flights(), exchange()
            flights.join(first, b"key")
            other = flights.join(exchange(), b"key")
            assert isinstance(other, asyncio.Future)
            other.cancel()
            flights.failed(exchange(), RuntimeError())
            flights.landed(exchange(), ANSWER)
            if end == "landed":
                flights.landed(first, ANSWER)
            else:
                flights.failed(first, RuntimeError())
            assert other.cancelled()

    asyncio.run(scene())
