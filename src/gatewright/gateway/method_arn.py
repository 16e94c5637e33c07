"""The ARN of the method that a request calls: what policies allow or deny.

    arn:aws:execute-api:{region}:{account}:{api}/{stage}/{VERB}/{path}

The path is the concrete one, as it was routed; the root gives …/GET/. AWS: "API Gateway Amazon Resource Names".
"""

from __future__ import annotations

from gatewright.gateway.exchange import Exchange


def method_arn(exchange: Exchange) -> str:
    """The ARN of a routed request."""
    return f"{exchange.program.arn}/{exchange.verb}{exchange.path.decode('utf-8', 'replace')}"


def masked(arn: str) -> str:
    """An ARN as error messages show it: of the account only the last four digits."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[4]:
        parts[4] = f"********{parts[4][-4:]}"
    return ":".join(parts)
