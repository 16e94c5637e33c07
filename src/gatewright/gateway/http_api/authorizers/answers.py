"""What the function of an HTTP API's Lambda authorizer answered, read once and asked for each request.

    simple responses    {"isAuthorized": bool, "context": {…}}
    else                {"principalId": "…", "policyDocument": {…}, "context": {…}}

AWS: "Control access to HTTP APIs with AWS Lambda authorizers". Anything else is a misconfigured authorizer: 500. A kept
policy is asked anew for each route, and may know only some of them; what it has said of a route is remembered where
nothing else of a request can change that. unverified: `principalId` is required, as for REST APIs; the context of
format 1.0 may hold text, numbers and booleans only, as for REST APIs; an answer without a context is
`"lambda": null` in events of format 2.0.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.authorizers.answers import policy_of, principal_of, read_document, texts
from gatewright.gateway.authorizers.invoking import misconfigured
from gatewright.gateway.deciding import decide
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.language.policy.base import Effect
from gatewright.language.policy.document import Policy
from gatewright.program.authorizers import FunctionAuthorizer

MOST_DECISIONS: Final = 10_000  # remembered by one authorizer
_LONGEST: Final = 256  # bytes; longer paths are not remembered

# What policies have said, by the number of the result, verb and path. One authorizer's results share it.
Decisions = dict[tuple[int, str, bytes], bool]


class FunctionResult:
    """One answer. `policy` None: it says `allowed` of everything. Many requests share it."""

    __slots__ = ("_allowed", "_number", "_policy", "grant")

    def __init__(self, grant: Grant, allowed: bool, policy: Policy | None, number: int) -> None:
        self.grant = grant
        self._allowed = allowed
        self._policy = policy
        self._number = number

    @property
    def policies(self) -> tuple[Policy, ...]:
        """What the function answered with; none where it said yes or no."""
        return () if self._policy is None else (self._policy,)

    def allows(self, exchange: HttpExchange, decisions: Decisions) -> bool:
        """Whether this request may go on. Only an explicit Allow lets it, and no Deny beside it."""
        policy = self._policy
        if policy is None:
            return self._allowed
        if not policy.plain or len(exchange.path) > _LONGEST:
            return _allows(policy, exchange)
        key = (self._number, exchange.verb, exchange.path)
        decided = decisions.get(key)
        if decided is None:
            decided = _allows(policy, exchange)
            if len(decisions) >= MOST_DECISIONS:
                decisions.clear()
            decisions[key] = decided
        return decided


def read_answer(body: bytes, authorizer: FunctionAuthorizer, number: int) -> FunctionResult:
    """The answer of a function that did not fail; `number` tells it from others. Raises GatewayError (500)."""
    document = read_document(body)
    context = document.get("context")
    if context is not None and not isinstance(context, dict):
        raise misconfigured("The context of an authorizer's response must be an object")
    if authorizer.payload == "1.0":
        texts(context)  # raises for a list or a map
    if authorizer.simple:
        allowed = document.get("isAuthorized")
        if not isinstance(allowed, bool):
            raise misconfigured("isAuthorized must be a boolean where simple responses are enabled")
        return FunctionResult(Grant(context=context or {}, payload2={"lambda": context}), allowed, None, number)
    principal = principal_of(document)
    grant = Grant(context=(context or {}) | {"principalId": principal}, payload2={"lambda": context})
    return FunctionResult(grant, False, policy_of(document), number)


def _allows(policy: Policy, exchange: HttpExchange) -> bool:
    return decide(policy.decide, exchange).effect is Effect.ALLOW
