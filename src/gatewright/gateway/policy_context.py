"""Condition keys of a request, for every policy that is asked about it: of the API, the caller, or an authorizer.

What the request itself says stands in `edge.condition_keys`; what says who calls, the policy engine reads from the
principal. Here is what the API adds. A key that is not there is None: AWS's rules for absent keys then hold.
AWS: "AWS condition keys that can be used in API Gateway resource policies", "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.edge import condition_keys
from gatewright.gateway.exchange import Exchange
from gatewright.language.policy.base import ANONYMOUS, Context, Principal


def request_context(exchange: Exchange, principal: Principal = ANONYMOUS) -> Context:
    """The keys of a routed request of either product; `principal` is who calls."""
    keys = condition_keys.KEYS

    def values(key: str) -> Sequence[str] | None:
        reader = keys.get(key)
        if reader is not None:
            value = reader(exchange.request, exchange.target, exchange.clock.now())
        elif key == "aws:requestedregion":
            value = exchange.owner[1]
        elif key == "aws:resourceaccount":
            value = exchange.owner[0]
        elif key == "aws:viaawsservice" and principal is not ANONYMOUS:
            value = "false"  # who signs here calls by himself; absent where nobody has signed
        else:
            value = None
        return None if value is None else (value,)

    return values
