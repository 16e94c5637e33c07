"""The lines of an authorizer in the execution log, as observed of AWS. What gives access is masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange

_SHOWN: Final = 6  # characters of a secret at most, and never more than half of it
# Why a function was not even called: AWS adds a line of its own.
_NOT_CALLED: Final = ("Invalid permissions on Lambda function", "does not have permission to assume the provided role")


def masked(text: str) -> str:
    shown = min(_SHOWN, len(text) // 2)
    return "*" * (len(text) - shown) + text[len(text) - shown :]


def begins(exchange: Exchange, authorizer: str) -> None:
    if exchange.log is not None:
        exchange.log.write(f"Starting authorizer: {authorizer} for request: {exchange.request_id.decode()}")


def token(exchange: Exchange, value: str) -> None:
    """Who calls, of a TOKEN authorizer."""
    if exchange.log is not None:
        exchange.log.hide_value(value)
        exchange.log.write(f"Incoming identity: {masked(value)}")


def sources(exchange: Exchange, values: Mapping[str, str]) -> None:
    """Who calls, of a REQUEST authorizer: values by identity source."""
    if exchange.log is not None:
        for value in values.values():
            exchange.log.hide_value(value)
        shown = ", ".join(f"{source}={masked(value)}" for source, value in values.items())
        exchange.log.write(f"Incoming identity: {{{shown}}}")


def answered(exchange: Exchange, body: bytes) -> None:
    if exchange.log is not None:
        exchange.log.write(f"Authorizer result body before parsing: {body.decode('utf-8', 'replace')}")


def believed(exchange: Exchange, principal: str) -> None:
    if exchange.log is not None:
        exchange.log.write(f"Using valid authorizer policy for principal: {masked(principal)}")
        completed(exchange)


def completed(exchange: Exchange) -> None:
    if exchange.log is not None:
        exchange.log.write("Successfully completed authorizer execution")


def failed(exchange: Exchange, error: GatewayError) -> None:
    """The last lines of an authorizer that gave no verdict."""
    if exchange.log is None:
        return
    if error.kind.name == "UNAUTHORIZED":
        exchange.log.write(f"Unauthorized request: {exchange.request_id.decode()}")
        exchange.log.write("Unauthorized")
        return
    exchange.log.fail(error.log)
    if any(reason in (error.log or "") for reason in _NOT_CALLED):
        exchange.log.write("Execution failed due to configuration error: Authorizer error")
    exchange.log.write(error.error_type)
