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
        if reader is None:
            value = of_the_api(key, exchange.owner, principal)
        else:
            value = reader(exchange.request, exchange.target, exchange.clock.now())
        return None if value is None else (value,)

    return values


def of_the_api(key: str, owner: tuple[str, str], principal: Principal) -> str | None:
    """What an API adds to the keys of a request. `owner`: its account and Region."""
    if key == "aws:requestedregion":
        return owner[1]
    if key == "aws:resourceaccount":
        return owner[0]
    if key == "aws:viaawsservice" and principal is not ANONYMOUS:
        return "false"  # who signs here calls by himself; absent where nobody has signed
    return None
