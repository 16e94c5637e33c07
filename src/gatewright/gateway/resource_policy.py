"""The resource policy of a REST API, asked about a request.

What a policy says without conditions of anonymous callers depends on verb and path alone and is remembered, bounded.
AWS: "Control access to a REST API with API Gateway resource policies".
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.deciding import decide
from gatewright.gateway.exchange import Exchange
from gatewright.language.policy.base import ANONYMOUS, Decision, Principal
from gatewright.language.policy.document import Policy

_REMEMBERED: Final = 4096
_LONGEST: Final = 256  # bytes; longer paths are not remembered


class ResourcePolicy:
    """One policy; what it remembers dies with the program."""

    __slots__ = ("_known", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[tuple[str, bytes], Decision] = {}

    def decide(self, exchange: Exchange, principal: Principal = ANONYMOUS) -> Decision:
        """What it says of a request by this caller."""
        if principal is not ANONYMOUS or not self.policy.plain:
            return self._decide(exchange, principal)
        key = (exchange.verb, exchange.path)
        known = self._known.get(key)
        if known is None:
            known = self._decide(exchange, principal)
            if len(exchange.path) <= _LONGEST:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return known

    def _decide(self, exchange: Exchange, principal: Principal) -> Decision:
        return decide(self.policy.decide, exchange, principal)
