"""Who gets through to a private domain name: what comes by an associated VPC endpoint, if the name's policy allows it.

The policy is decided before any method is known. It sees nobody sign, so that it can let in everybody or nobody of an
endpoint, and a name without one lets nobody in. What stands behind it (the API's policy, authorizers) decides for
itself. unverified: whether resources of such policies end at the name's id or go on behind it; both count.
AWS: "Custom domain names for private APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gatewright.edge.condition_keys import context_of
from gatewright.edge.target import Target
from gatewright.language.policy.base import ANONYMOUS, Effect, Query
from gatewright.language.policy.document import Policy
from gatewright.net.base import Request

_ACTION: Final = "execute-api:Invoke"


class Gate:
    """Of one name. `endpoints`: ids of those associated; `arn` as policies name it: arn:aws:execute-api:…"""

    __slots__ = ("_policy", "arn", "endpoints")

    def __init__(self, endpoints: frozenset[str], policy: Policy | None, arn: str) -> None:
        self.endpoints = endpoints
        self.arn = arn
        self._policy = policy

    def lets(self, request: Request, target: Target, now: Callable[[], float]) -> bool:
        """Whether the policy allows a request that came through one of the endpoints."""
        policy = self._policy
        if policy is None:
            return False
        context = context_of(request, target, now)
        effects = [
            policy.decide(Query(_ACTION, resource, ANONYMOUS, context)).effect
            for resource in (self.arn, f"{self.arn}/")
        ]
        return Effect.ALLOW in effects and Effect.DENY not in effects
