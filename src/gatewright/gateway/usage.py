"""The API keys of a worker: which key opens which stage, and what limits its requests there.

`KeyTable` takes the published keys as a whole. Steps hold the `StageKeys` of their stage: a dictionary from the values
of keys to what they may do there, filled when a key is first used at that stage, so that thousands of keys cost
nothing until they call. A new publication keeps what is unchanged: the tokens of buckets, and what of quotas was
granted to this worker, hang on the objects that a pass holds.

Gates are passed in AWS's order: the plan's throttle of the method, the plan's throttle, the quota. What one refuses
does not count at the others (unverified): those before it get their token back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from gatewright.catalog import periods
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Membership
from gatewright.state.base import Bucket, Buckets, Period, Quota, Quotas


class Gate:
    """One limit of a key: a bucket of `throttle`, or (both None) its quota."""

    __slots__ = ("bucket", "take", "throttle")

    def __init__(self, limit: Bucket | Quota, bucket: Bucket | None = None, throttle: Throttle | None = None) -> None:
        self.take = limit.take
        self.bucket = bucket
        self.throttle = throttle


class Pass:
    """What one key may do at one stage. `methods`: gates of methods that are throttled by themselves."""

    __slots__ = ("gates", "key", "membership", "methods", "period", "quota")

    def __init__(
        self,
        key: ApiKey,
        membership: Membership,
        gates: tuple[Gate, ...],
        methods: Mapping[str, tuple[Gate, ...]],
        quota: Quota,
        period: Period,
    ) -> None:
        self.key = key
        self.membership = membership
        self.gates = gates
        self.methods = methods
        self.quota = quota
        self.period = period

    def gates_of(self, method: str) -> tuple[Gate, ...]:
        """`method`: "{resource path}/{verb}"."""
        return self.methods.get(method, self.gates) if self.methods else self.gates


class StageKeys:
    """The keys of one stage ("api:stage")."""

    __slots__ = ("_admit", "passes", "stage")

    def __init__(self, stage: str, admit: Callable[[StageKeys, bytes], Pass | None]) -> None:
        self.stage = stage
        self.passes: dict[bytes, Pass] = {}  # of keys that have called
        self._admit = admit

    def find(self, value: bytes) -> Pass | None:
        """What the key of this value may do; None: it opens nothing here."""
        found = self.passes.get(value)
        return self._admit(self, value) if found is None else found

    def put_back(self, key: ApiKey, method: str) -> None:
        """What the throttles of a key have let through, another limit has refused. Its quota counts it all the same."""
        found = self.passes.get(key.value.encode())
        for gate in found.gates_of(method) if found is not None else ():
            if gate.bucket is not None:
                gate.bucket.back()


class KeyTable:
    """All keys of a node. Belongs to the worker's event loop."""

    def __init__(self, buckets: Buckets, quotas: Quotas) -> None:
        self._buckets = buckets
        self._quotas = quotas
        self._keys: dict[tuple[str, str], dict[bytes, ApiKey]] = {}  # by account and Region, by value
        self._stages: dict[tuple[tuple[str, str], str], StageKeys] = {}

    def load(self, keys: Sequence[ApiKey]) -> None:
        """From now on these are the keys, and no others."""
        known: dict[tuple[str, str], dict[bytes, ApiKey]] = {}
        for key in keys:
            known.setdefault(key.owner, {})[key.value.encode()] = key
        self._keys = known
        for (owner, _), stage in self._stages.items():
            self._renew(stage, known.get(owner, {}))

    def stage(self, owner: tuple[str, str], stage: str) -> StageKeys:
        """The keys of a stage of this account and Region; the same object for as long as the worker lives."""
        found = self._stages.get((owner, stage))
        if found is None:
            found = self._stages[owner, stage] = StageKeys(
                stage, lambda keys, value: self._admit(keys, self._keys.get(owner, {}), value)
            )
        return found

    def known(self, owner: tuple[str, str], value: bytes) -> ApiKey | None:
        """The enabled key of this value, whatever it opens."""
        return self._keys.get(owner, {}).get(value)

    def why_none(self, owner: tuple[str, str], stage: str, value: bytes) -> str:
        """Why a key opens nothing, in AWS's words (unverified for keys that nobody has)."""
        if value not in self._keys.get(owner, {}):
            return "API Key was not found"
        others = (each for keys in self._keys.get(owner, {}).values() for each in keys.memberships)
        if not any(stage in each.plan.stages for each in others):
            return "API Stage is not in a Usage Plan"
        return "No Usage Plan found for key and API Stage"

    def _renew(self, stage: StageKeys, keys: Mapping[bytes, ApiKey]) -> None:
        """Who has called goes on where they were. The old passes live until all new ones are made."""
        before, stage.passes = stage.passes, {}
        for value, old in before.items():
            if keys.get(value) == old.key:
                stage.passes[value] = old
            else:
                self._admit(stage, keys, value, old)

    def _admit(
        self, stage: StageKeys, keys: Mapping[bytes, ApiKey], value: bytes, old: Pass | None = None
    ) -> Pass | None:
        key = keys.get(value)
        membership = None if key is None else key.membership(stage.stage)
        if key is None or membership is None:
            return None
        made = stage.passes[value] = self._pass(key, membership, stage.stage, old)
        return made

    def _pass(self, key: ApiKey, membership: Membership, stage: str, old: Pass | None) -> Pass:
        plan = membership.plan
        name = f"{plan.id}/{key.id}"
        if old is not None and _counted_alike(old, key, membership):
            quota, period = old.quota, old.period  # a quota that is asked for anew gives back what it was granted
        else:
            period = period_of(membership)
            quota = self._quotas.quota(periods.quota_name(*key.owner, plan.id, key.id), period)
        gates = [Gate(quota)]
        if plan.throttle is not None:
            gates.insert(0, self._throttled(f"plan/{name}", plan.throttle))
        place = stage.replace(":", "/", 1)
        methods = {
            method: (self._throttled(f"plan/{name}/{place}{method}", throttle), *gates)
            for method, throttle in plan.stages[stage].items()
        }
        return Pass(key, membership, tuple(gates), methods, quota, period)

    def _throttled(self, name: str, throttle: Throttle) -> Gate:
        bucket = self._buckets.bucket(name, throttle.rate, throttle.burst)
        return Gate(bucket, bucket, throttle)


def _counted_alike(old: Pass, key: ApiKey, membership: Membership) -> bool:
    """Whether the quota of a pass is what a key's membership says."""
    before = old.membership
    return (old.key.id, before.plan.id, before.plan.quota, before.joined, before.ceiling) == (
        key.id,
        membership.plan.id,
        membership.plan.quota,
        membership.joined,
        membership.ceiling,
    )


def period_of(membership: Membership) -> Period:
    """The periods of a key's quota; without one days that nothing limits: requests are counted all the same."""
    quota, joined, ceiling = membership.plan.quota, membership.joined, membership.ceiling
    if quota is None:
        return _uncounted
    kind, limit, offset = quota.period, quota.limit, quota.offset
    since = None if ceiling is None else periods.start(kind, ceiling.since)
    most = 0 if ceiling is None else ceiling.limit

    def period(day: date) -> tuple[str, int]:
        first = periods.start(kind, day)
        return first.isoformat(), most if first == since else periods.limit(kind, limit, offset, joined, day)

    return period


def _uncounted(day: date) -> tuple[str, int]:
    return day.isoformat(), periods.BOUNDLESS
