"""Usage plans and API keys as the data plane knows them: who may call which stages, how often.

AWS: "Usage plans and API keys for REST APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gatewright.program.throttle import Throttle


@dataclass(frozen=True, slots=True)
class PlanQuota:
    """Requests of a key per period. `offset` is taken off in the period in which a key joined."""

    limit: int
    period: str  # DAY, WEEK, MONTH
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A usage plan. `stages`: "api:stage" → throttles of single methods by "{resource path}/{verb}"."""

    id: str
    throttle: Throttle | None
    quota: PlanQuota | None
    stages: Mapping[str, Mapping[str, Throttle]]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What UpdateUsage has made of a key's limit, for the period that `since` lies in."""

    since: date
    limit: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A key in a plan."""

    plan: Plan
    joined: date
    ceiling: Ceiling | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An enabled key. `owner`: account and Region; values are unique in them."""

    owner: tuple[str, str]
    id: str
    value: str = field(repr=False)
    name: str
    customer: str | None
    memberships: tuple[Membership, ...]

    def membership(self, stage: str) -> Membership | None:
        """Of the plan that has this stage ("api:stage"). A key is in at most one such plan."""
        for membership in self.memberships:
            if stage in membership.plan.stages:
                return membership
        return None
