"""The ARN of the method that a request calls: what policies allow or deny.

    arn:aws:execute-api:{region}:{account}:{api}/{stage}/{VERB}/{path}

The path is the concrete one, as it was routed; the root gives …/GET/. AWS: "API Gateway Amazon Resource Names".
"""

from __future__ import annotations

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.paths import meant


def method_arn(exchange: Exchange) -> str:
    """The ARN of a routed request."""
    return f"{exchange.stage_arn}/{exchange.verb}{exchange.path.decode('utf-8', 'replace')}"


def meant_arn(exchange: Exchange) -> str | None:
    """The ARN of the method that a backend may take a request for, too; None when there is no other way to read it.

    Whoever denies this one means the request.
    """
    path = meant(exchange.path)
    return None if path is None else f"{exchange.stage_arn}/{exchange.verb}{path.decode('utf-8', 'replace')}"


def masked(arn: str) -> str:
    """An ARN as error messages show it: of the account only the last four digits."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[4]:
        parts[4] = f"********{parts[4][-4:]}"
    return ":".join(parts)
