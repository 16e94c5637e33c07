"""Who may call a method: its authorizer and the API's resource policy, joined as AWS's tables say.

A method's authorizationType names a guard (GUARDS); one that has no guard is refused: a protected method must never be
open. What the guard found out of the caller stands in `Exchange.grant` before anything is decided, so that gateway
responses of refusals can show it. An explicit Deny of the resource policy that applies to everybody ends a request
before a Lambda authorizer is asked, and before what it answered last is looked up.

AWS: "How API Gateway resource policies affect authorization workflow".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gatewright.gateway.authorizers import function, iam, pools
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Outcome, Step
from gatewright.gateway.grants import Guard, Verdict
from gatewright.gateway.live import Parts
from gatewright.gateway.method_arn import masked, method_arn
from gatewright.gateway.outcomes import BOTH, EITHER
from gatewright.gateway.paths import has_dot_segments
from gatewright.gateway.resource_policy import ResourcePolicy
from gatewright.language.policy.base import ANONYMOUS, Effect, Principal
from gatewright.program.records import MethodProgram

GuardBuilder = Callable[[MethodProgram, Parts], Guard]
Settle = Callable[[Exchange, Verdict], None]

# authorizationType → what finds out who calls and what their own policies say
GUARDS: Mapping[str, GuardBuilder] = {
    "AWS_IAM": iam.build,
    "COGNITO_USER_POOLS": pools.build,
    "CUSTOM": function.build,
}


def build(method: MethodProgram, parts: Parts) -> Step | None:
    kind = method.authorization
    policy = _policy(parts)
    if kind == "NONE":
        return None if policy is None else _checked(_by_policy(policy), kind)
    if kind not in GUARDS:
        return _refusal(kind)
    guard = GUARDS[kind](method, parts)
    if kind == "CUSTOM":
        return _checked(_guarded(guard, _by_itself(kind)) if policy is None else _in_two_phases(guard, policy), kind)
    settle = _by_itself(kind) if policy is None else _together(kind, policy)
    by_path = kind == "AWS_IAM" or policy is not None
    return _guarded(guard, _settled(settle) if by_path else settle)


def _policy(parts: Parts) -> ResourcePolicy | None:
    """The API's policy, one for all methods of the program."""
    policy = parts.program.policy
    if policy is None:
        return None
    shared: ResourcePolicy = parts.shared.setdefault("resource policy", ResourcePolicy(policy))
    return shared


def _refusal(kind: str) -> Step:
    def refuse(exchange: Exchange) -> None:
        raise GatewayError("ACCESS_DENIED", log=f"authorizationType {kind} is not supported yet: the call was refused")

    return refuse


def _checked(step: Step, kind: str) -> Step:
    """Where a policy decides by paths, a path that a backend may read as another one is refused.

    unverified: what AWS does with such paths.
    """

    def check(exchange: Exchange) -> Outcome:
        if has_dot_segments(exchange.path):
            raise _unclear(exchange, kind if kind == "CUSTOM" else "NONE", ANONYMOUS)
        return step(exchange)

    return check


def _settled(settle: Settle) -> Settle:
    """The same where somebody has to say first who calls: a wrong signature is told as such."""

    def check(exchange: Exchange, verdict: Verdict) -> None:
        if has_dot_segments(exchange.path):
            exchange.grant = verdict.grant
            raise _unclear(exchange, "NONE", verdict.grant.principal)
        settle(exchange, verdict)

    return check


def _unclear(exchange: Exchange, kind: str, principal: Principal) -> GatewayError:
    error = denied(exchange, kind, principal, Effect.NEITHER)
    error.log = "The path has dot segments, and a policy decides by paths: the call was refused"
    return error


def _guarded(guard: Guard, settle: Settle) -> Step:
    """Ask the guard; what it knows at once is settled at once."""

    def authorize(exchange: Exchange) -> Awaitable[None] | None:
        found = guard(exchange)
        if isinstance(found, Verdict):
            settle(exchange, found)
            return None
        return _later(exchange, found, settle)

    return authorize


async def _later(exchange: Exchange, found: Awaitable[Verdict], settle: Settle) -> None:
    settle(exchange, await found)


def _by_itself(kind: str) -> Settle:
    """Without a resource policy the guard's verdict counts, but for callers of another account.

    Those need a resource policy that allows them (Table B); AWS: "this is because cross-account access requires that
    both the resource policy and the IAM policies explicitly grant access".
    """

    def settle(exchange: Exchange, verdict: Verdict) -> None:
        grant = exchange.grant = verdict.grant
        if verdict.effect is not Effect.ALLOW:
            raise denied(
                exchange, kind, grant.principal, verdict.effect, why={"policies": {"authorizer": verdict.policies}}
            )
        if kind == "AWS_IAM" and is_foreign(exchange, grant.principal):
            foreign = {"foreign": True}
            raise denied(exchange, kind, grant.principal, Effect.NEITHER, lacking="resource", why=foreign)

    return settle


def _by_policy(policy: ResourcePolicy) -> Step:
    """Only the resource policy decides: it has to allow."""

    def authorize(exchange: Exchange) -> None:
        effect = policy.decide(exchange).effect
        if effect is not Effect.ALLOW:
            raise denied(exchange, "NONE", ANONYMOUS, effect, why=_why(policy))

    return authorize


def _in_two_phases(guard: Guard, policy: ResourcePolicy) -> Step:
    """A Lambda authorizer: what the policy denies does not reach it; then Table A."""

    def authorize(exchange: Exchange) -> Awaitable[None] | None:
        said = policy.decide(exchange).effect
        if said is Effect.DENY:
            raise denied(exchange, "NONE", ANONYMOUS, said, why=_why(policy))

        def settle(exchange: Exchange, verdict: Verdict) -> None:
            exchange.grant = verdict.grant
            effect = EITHER[verdict.effect, said]
            if effect is not Effect.ALLOW:
                raise denied(exchange, "CUSTOM", ANONYMOUS, effect, why=_why(policy, verdict))

        found = guard(exchange)
        if isinstance(found, Verdict):
            settle(exchange, found)
            return None
        return _later(exchange, found, settle)

    return authorize


def _together(kind: str, policy: ResourcePolicy) -> Settle:
    """IAM and Cognito: the policy knows who calls. Table A for callers of the API's own account, else Table B.

    A policy that names only the account of the API leaves the decision to the caller's own policies; what it gives to a
    role is limited by what limits the session (AWS: "Policy evaluation logic", "Resource-based policies").
    """

    def settle(exchange: Exchange, verdict: Verdict) -> None:
        grant = exchange.grant = verdict.grant
        decision = policy.decide(exchange, grant.principal)
        said = decision.effect
        if kind == "AWS_IAM" and not is_foreign(exchange, grant.principal):
            counts = not decision.delegated and not (decision.through_role and verdict.limited)
            effect = EITHER[verdict.effect, said if counts else Effect.NEITHER]
        else:
            effect = BOTH[verdict.effect, said]
        if effect is not Effect.ALLOW:
            lacking = "resource" if verdict.effect is Effect.ALLOW else "identity"
            raise denied(exchange, kind, grant.principal, effect, lacking=lacking, why=_why(policy))

    return settle


def is_foreign(exchange: Exchange, principal: Principal) -> bool:
    """Whether a caller who has signed belongs to another account than the API, or to none that is known."""
    return principal.account != exchange.program.account


def _why(policy: ResourcePolicy, verdict: Verdict | None = None) -> dict[str, Any]:
    """Whom to ask again when somebody wants to know why (evidence.py)."""
    own = () if verdict is None else verdict.policies
    return {"policies": {"resource": (policy.policy,), "authorizer": own}}


def denied(
    exchange: Exchange,
    kind: str,
    principal: Principal,
    effect: Effect,
    *,
    lacking: str = "identity",
    why: Mapping[str, Any] | None = None,
) -> GatewayError:
    """403 in AWS's words. Lambda authorizers know no user that could be named. `lacking`: the policy that is silent."""
    explicit = " with an explicit deny" if effect is Effect.DENY else ""
    if kind == "CUSTOM":
        return GatewayError("ACCESS_DENIED", f"User is not authorized to access this resource{explicit}", why=why)
    if kind == "AWS_IAM" and not explicit:
        explicit = f" because no {lacking}-based policy allows the execute-api:Invoke action"
    who = principal.arn or "anonymous"
    arn = masked(method_arn(exchange))
    message = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {arn}{explicit}"
    return GatewayError("ACCESS_DENIED", message, why=why)
