"""Who holds an access key: what signatures are proved with, and what the key's owner may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from gatewright.language.policy.base import Decision, Effect, Principal, Query


class Decider(Protocol):
    """A compiled policy: what of `language.policy.document.Policy` is needed to ask it."""

    @property
    def plain(self) -> bool:
        """Whether its decisions depend on action, resource and principal only."""
        ...

    def decide(self, query: Query) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Holder:
    """What is known of an access key. AWS: "Policy evaluation for requests within a single account".

    `policies`: all identity policies that count (inline, attached, of groups; of the role for a session); None: the
    account's root, who may do everything. `boundary` (permissions boundary) and `session` (session policies) grant
    nothing: where there is one, it must allow the request too; an empty one thus allows nothing.
    """

    secret_key: str = field(repr=False)
    principal: Principal
    token: str | None = field(default=None, repr=False)  # of the session that the key belongs to
    token_optional: bool = False  # whether the key is good without its token, too
    expires: float | None = None  # epoch seconds; when the session ends
    policies: tuple[Decider, ...] | None = ()
    boundary: tuple[Decider, ...] | None = None
    session: tuple[Decider, ...] | None = None

    def decide(self, query: Query) -> Decision:
        """What the owner's own policies say. An explicit deny anywhere wins; where nothing allows, NEITHER.

        `limited`: the boundary or the session policies are silent, which also limits what a resource policy gives to a
        role. AWS: "Policy evaluation logic", "Resource-based policies".
        """
        found = Decision(Effect.ALLOW) if self.policies is None else _any(self.policies, query)
        for limit in (self.boundary, self.session):
            if limit is None:
                continue
            said = _any(limit, query)
            if said.effect is Effect.DENY:
                return said
            if said.effect is Effect.NEITHER and found.effect is not Effect.DENY:
                found = Decision(Effect.NEITHER, limited=True)
        return found


def _any(policies: tuple[Decider, ...], query: Query) -> Decision:
    found = Decision(Effect.NEITHER)
    for policy in policies:
        said = policy.decide(query)
        if said.effect is Effect.DENY:
            return said
        if said.effect is Effect.ALLOW:
            found = said
    return found
