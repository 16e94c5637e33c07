"""A policy asked about a request, whosever it is: the API's, the caller's, an authorizer's answer.

A Deny holds for every way in which a path can be read (see `paths`), and so does what an Allow excludes (NotResource);
an Allow only for the path as it was routed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gatewright.gateway.exchange import Exchange
from gatewright.gateway.method_arn import meant_arn, method_arn
from gatewright.gateway.policy_context import request_context
from gatewright.language.policy.base import ANONYMOUS, Decision, Effect, Principal, Query

ACTION: Final = "execute-api:Invoke"


def decide(
    ask: Callable[[Query], Decision], exchange: Exchange, principal: Principal = ANONYMOUS, action: str = ACTION
) -> Decision:
    """What a policy says of a routed request by this caller."""
    context = request_context(exchange, principal)
    other = meant_arn(exchange)
    decision = ask(Query(action, method_arn(exchange), principal, context, other))
    if other is not None and decision.effect is not Effect.DENY:
        denied = ask(Query(action, other, principal, context))
        if denied.effect is Effect.DENY:
            return denied
    return decision
