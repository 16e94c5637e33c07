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

from typing import Any

import orjson

from gatewright.gateway.authorizers.invoking import misconfigured
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.authorizers.events import route_arn
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.policy_context import request_context
from gatewright.language.policy.base import ANONYMOUS, Effect, PolicyError, PolicyKind, Query
from gatewright.language.policy.document import Policy, compile_policy
from gatewright.program.authorizers import FunctionAuthorizer

_ACTION = "execute-api:Invoke"
_REMEMBERED = 256  # decisions of one policy


class FunctionResult:
    """One answer. `policy` None: it says `allowed` of everything. Many requests share it."""

    __slots__ = ("_allowed", "_decisions", "_policy", "grant")

    def __init__(self, grant: Grant, allowed: bool, policy: Policy | None) -> None:
        self.grant = grant
        self._allowed = allowed
        self._policy = policy
        self._decisions: dict[str, bool] = {}

    def allows(self, exchange: HttpExchange) -> bool:
        """Whether this request may go on. Only an explicit Allow lets it, and no Deny beside it."""
        policy = self._policy
        if policy is None:
            return self._allowed
        arn = route_arn(exchange)
        if not policy.plain:
            return _decide(policy, arn, exchange)
        decided = self._decisions.get(arn)
        if decided is None:
            decided = _decide(policy, arn, exchange)
            if len(self._decisions) >= _REMEMBERED:
                self._decisions.clear()
            self._decisions[arn] = decided
        return decided


def read_answer(body: bytes, authorizer: FunctionAuthorizer) -> FunctionResult:
    """The answer of a function that did not fail. Raises GatewayError (500)."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise misconfigured("Authorizer response is no JSON") from None
    if not isinstance(document, dict):
        raise misconfigured("Authorizer response is no object")
    context = _context(document, flat=authorizer.payload == "1.0")
    if authorizer.simple:
        allowed = document.get("isAuthorized")
        if not isinstance(allowed, bool):
            raise misconfigured("isAuthorized must be a boolean where simple responses are enabled")
        return FunctionResult(Grant(context=context or {}, payload2={"lambda": context}), allowed, None)
    principal = document.get("principalId")
    if not isinstance(principal, str) or not principal:
        raise misconfigured("Authorizer response has no principalId")
    grant = Grant(context=(context or {}) | {"principalId": principal}, payload2={"lambda": context})
    return FunctionResult(grant, False, _policy(document))


def _context(document: dict[str, Any], *, flat: bool) -> dict[str, Any] | None:
    context = document.get("context")
    if context is None:
        return None
    if not isinstance(context, dict):
        raise misconfigured("The context of an authorizer response must be an object")
    if flat:
        for name, value in context.items():
            if isinstance(value, dict | list):
                raise misconfigured(f"The value of {name} in the context is neither text, number nor boolean")
    return context


def _policy(document: dict[str, Any]) -> Policy:
    policy = document.get("policyDocument")
    if not isinstance(policy, dict):
        raise misconfigured("Authorizer response has no policyDocument")
    try:
        return compile_policy(policy, PolicyKind.AUTHORIZER)
    except PolicyError as error:
        raise misconfigured(f"Invalid policy document: {error}") from None


def _decide(policy: Policy, arn: str, exchange: HttpExchange) -> bool:
    return policy.decide(Query(_ACTION, arn, ANONYMOUS, request_context(exchange))).effect is Effect.ALLOW
