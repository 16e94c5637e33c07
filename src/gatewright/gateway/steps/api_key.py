"""API keys and usage plans: whose request it is, and whether their plan lets it through.

A key stands in the header x-api-key or, where the API's apiKeySource is AUTHORIZER, in what the Lambda authorizer says
(usageIdentifierKey). Missing, unknown, disabled, or in no plan that has this stage: 403 Forbidden, always the same. A
method that requires no key has no such step: whatever key is sent does not count there. Without a table of keys (a
misconfigured worker) every call is refused. AWS: "Usage plans and API keys for REST APIs in API Gateway", "Choose an
API key source"; the lines of the log as seen in accounts of it.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable
from datetime import UTC, date, datetime, time
from typing import Any

from gatewright.catalog import periods
from gatewright.clock import Clock
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.execution_log import masked
from gatewright.gateway.grants import Grant
from gatewright.gateway.live import Parts
from gatewright.gateway.throttling import retry_after, wait_for
from gatewright.gateway.usage import Gate, KeyTable, Pass, StageKeys
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    if not method.api_key_required:
        return None
    traffic = parts.traffic
    if traffic is None or traffic.keys is None:
        return refuse
    program = parts.program
    checker = Checker(
        (program.account, program.region),
        program.api_id,
        program.stage,
        f"{method.resource_path}/{method.verb}",
        f"method '{method.verb} {method.resource_path}'",
        f"RestApi {program.api_id}, Stage {program.stage}, Resource {method.resource_id}, HttpMethod",
        traffic.keys,
        traffic.clock if traffic.headers else None,
    )
    return checker.check_named if parts.program.keys_from_authorizer else checker.check_sent


def refuse(exchange: Exchange) -> None:
    raise GatewayError("INVALID_API_KEY", log="No table of API keys: the call was refused")


class Checker:
    """The step of one method, as plans name it ("/orders/GET"), or of $connect ("").

    `shown`, `where`: its names in the log, the latter in front of a verb. `clock`: for the headers that tell clients of
    limits; None: there are none.
    """

    __slots__ = ("_clock", "_keys", "_method", "_owner", "_place", "_shown", "_table", "_where")

    def __init__(
        self,
        owner: tuple[str, str],
        api_id: str,
        stage: str,
        method: str,
        shown: str,
        where: str,
        table: KeyTable,
        clock: Clock | None,
    ) -> None:
        self._owner = owner
        self._method = method
        self._shown = shown
        self._where = where
        self._place = f"{api_id}/{stage}"
        self._table = table
        self._keys: StageKeys = table.stage(owner, f"{api_id}:{stage}")
        self._clock = clock

    def check_sent(self, exchange: Exchange) -> Awaitable[None] | None:
        return self._check(exchange, exchange.header(b"x-api-key"))

    def check_named(self, exchange: Exchange) -> Awaitable[None] | None:
        grant: Grant | None = exchange.grant
        named = None if grant is None else grant.usage_key
        return self._check(exchange, None if named is None else named.encode("utf-8", "replace"))

    def _check(self, exchange: Exchange, value: bytes | None) -> Awaitable[None] | None:
        found = None if value is None else self._keys.find(value)
        if exchange.log is not None:
            self._tell(exchange, value, found)
        if found is None:
            raise GatewayError("INVALID_API_KEY", why=self._why(value))
        exchange.api_key = found.key
        gates = found.gates_of(self._method)
        for index, gate in enumerate(gates):
            taken = gate.take()
            if taken is True:
                continue
            if taken is False:
                raise self._refusal(exchange, found, gates, index)
            return self._wait(exchange, found, gates, index, taken)
        self._passed(exchange, found)
        return None

    async def _wait(
        self, exchange: Exchange, found: Pass, gates: tuple[Gate, ...], index: int, taken: Awaitable[bool]
    ) -> None:
        """Go on when the shared store has said whether there are tokens at one gate."""
        if not await taken:
            raise self._refusal(exchange, found, gates, index)
        for later in range(index + 1, len(gates)):
            more = gates[later].take()
            if more is False or (more is not True and not await more):
                raise self._refusal(exchange, found, gates, later)
        self._passed(exchange, found)

    def _passed(self, exchange: Exchange, found: Pass) -> None:
        if exchange.log is not None:
            exchange.log.write(f"Usage Plan check succeeded for API Key {found.key.name} and API Stage {self._place}")
        if self._clock is not None:
            exchange.more = quota_headers(found, self._clock.now())

    def _refusal(self, exchange: Exchange, found: Pass, gates: tuple[Gate, ...], index: int) -> GatewayError:
        for passed in gates[:index]:
            if passed.bucket is not None:
                passed.bucket.back()
        gate = gates[index]
        throttle = gate.throttle
        if self._clock is not None:
            now = self._clock.now()
            exchange.more = quota_headers(found, now, spent=throttle is None)
            exchange.more += retry_after(until_next(found, now) if throttle is None else wait_for(throttle.rate))
        if exchange.log is not None:
            exchange.log.write(self._line(exchange, gate))
        return GatewayError(
            "QUOTA_EXCEEDED" if throttle is None else "THROTTLED", why=self._spent(found, gate, exchange.clock.now())
        )

    def _why(self, value: bytes | None) -> dict[str, Any]:
        """What is wrong with a key that opens nothing here."""
        known = None if value is None else self._table.known(self._owner, value)
        return {
            "stage": self._place,
            "sent": None if value is None else masked(value.decode("utf-8", "replace")),
            "key": None if known is None else {"id": known.id, "name": known.name},
            "plans": [] if known is None else [each.plan.id for each in known.memberships],
        }

    def _spent(self, found: Pass, gate: Gate, now: float) -> dict[str, Any]:
        """The limit of the plan that refused, with its figures."""
        plan, throttle = found.membership.plan, gate.throttle
        why: dict[str, Any] = {"plan": plan.id, "key": {"id": found.key.id, "name": found.key.name}}
        if throttle is not None:
            whole = throttle is plan.throttle
            return why | {
                "limit": "plan" if whole else f"plan/{self._method}",
                "rate": throttle.rate,
                "burst": throttle.burst,
            }
        quota, day = plan.quota, periods.day_of(now)
        why["limit"], why["most"] = "quota", found.period(day)[1]
        if quota is not None:
            why["period"], why["quota"] = quota.period, quota.limit
            why["next"] = periods.following(quota.period, day).isoformat()
        return why

    def _line(self, exchange: Exchange, gate: Gate) -> str:
        """unverified: the words about quotas."""
        where = f"{self._where} {exchange.verb}"
        if gate.throttle is None:
            return f"Key quota limit exceeded for {where}."
        rate, burst = gate.throttle.rate, gate.throttle.burst
        return f"Key throttle limit exceeded for {where}. Limit: {rate:.2f} Burst: {burst}"

    def _tell(self, exchange: Exchange, value: bytes | None, found: Pass | None) -> None:
        assert exchange.log is not None
        shown = "" if value is None else masked(value.decode("utf-8", "replace"))
        exchange.log.write(
            f"Verifying Usage Plan for request: {exchange.request_id.decode()}. API Key: {shown} "
            f"API Stage: {self._place}"
        )
        if found is None:
            why = self._table.why_none(self._owner, self._keys.stage, value or b"")
            exchange.log.write(
                f"API Key {shown} not authorized because {self._shown} "
                f"requires API Key and API Key is not associated with a Usage Plan for API Stage {self._place}: {why}"
            )


def quota_headers(found: Pass, now: float, *, spent: bool = False) -> bytes:
    """X-RateLimit-*: the limit of the quota's period, what is left of it, seconds until the next. b"" without one."""
    if found.membership.plan.quota is None:
        return b""
    _, limit = found.period(periods.day_of(now))
    left = 0 if spent else found.quota.left()
    head = b"X-RateLimit-Limit: %d\r\n" % limit
    if left is not None:
        head += b"X-RateLimit-Remaining: %d\r\n" % left
    return b"%bX-RateLimit-Reset: %d\r\n" % (head, until_next(found, now))


def until_next(found: Pass, now: float) -> int:
    """Whole seconds until the next period of a quota begins; of what has none, until tomorrow."""
    day = periods.day_of(now)
    quota = found.membership.plan.quota
    begins = periods.following("DAY" if quota is None else quota.period, day)
    return max(1, math.ceil(_midnight(begins) - now))


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
