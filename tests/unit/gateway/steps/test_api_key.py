"""The step of a method that requires a key: who passes, who is refused with what, what the log and the headers say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.grants import Grant
from gatewright.gateway.steps.api_key import build
from gatewright.gateway.usage import KeyTable
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Membership, Plan, PlanQuota
from gatewright.state.base import Bucket
from gatewright.state.node import NodeState
from tests.plays.stage import ACCOUNT, API, mock
from tests.unit.gateway.support import compiled, exchange, parts

VALUE = "k" * 24
STAGE = f"{API}:v1"
KEYED = mock() | {"apiKeyRequired": True}


@dataclass
class House:
    """A worker's state and keys."""

    clock: FakeClock
    state: NodeState
    table: KeyTable = field(init=False)

    def __post_init__(self) -> None:
        self.table = KeyTable(self.state.buckets, self.state.quotas)

    def know(self, **plan: Any) -> None:
        made = Plan(**({"id": "p1", "throttle": None, "quota": None, "stages": {STAGE: {}}} | plan))
        member = Membership(made, date(2020, 1, 1))
        self.table.load([ApiKey((ACCOUNT, "us-east-1"), "keyid", VALUE, "name", None, (member,))])

    def step(self, *, headers: bool = False, named: bool = False) -> Step:
        program, method = compiled(KEYED)
        program = replace(program, keys_from_authorizer=named)
        traffic = Traffic(self.clock, self.state, keys=self.table, headers=headers)
        made = build(method, replace(parts(program), traffic=traffic))
        assert made is not None
        return made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FakeClock(1_700_000_000.0)  # 2023-11-14 22:13:20 UTC
    made = House(clock, NodeState(tmp_path, clock, 0, shared=False))
    yield made
    asyncio.run(made.state.close())


def asked(value: str | None = VALUE, *, log: bool = False) -> Exchange:
    made = exchange({} if value is None else {"X-Api-Key": value})
    if log:
        made.log = ExecutionLog(FakeClock())
    return made


def lines(made: Exchange) -> list[str]:
    assert made.log is not None
    return [line for _, line in made.log.lines]


def refused(step: Step, made: Exchange) -> tuple[str, int, str | None]:
    with pytest.raises(GatewayError) as refusal:
        step(made)
    return refusal.value.error_type, refusal.value.status, refusal.value.message


FORBIDDEN = ("ForbiddenException", 403, "Forbidden")
THROTTLED = ("TooManyRequestsException", 429, "Too Many Requests")
EXCEEDED = ("LimitExceededException", 429, "Limit Exceeded")


def test_only_a_method_that_requires_a_key_has_the_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


def test_without_a_table_every_call_is_refused(house: House) -> None:
    program, method = compiled(KEYED)
    for traffic in (None, Traffic(house.clock, house.state)):
        step = build(method, replace(parts(program), traffic=traffic))
        assert step is not None
        assert refused(step, asked()) == FORBIDDEN


@pytest.mark.parametrize("value", [None, "", VALUE[1:], VALUE + "k", VALUE.upper(), f" {VALUE}"])
def test_what_is_no_key_is_refused(house: House, value: str | None) -> None:
    house.know()
    made = asked(value)
    assert refused(house.step(), made) == FORBIDDEN
    assert made.api_key is None


def test_a_key_of_another_stage_is_refused(house: House) -> None:
    house.know(stages={f"{API}:v2": {}})
    assert refused(house.step(), asked()) == FORBIDDEN


def test_a_key_passes_and_is_known(house: House) -> None:
    step = house.step()  # keys may come later
    house.know()
    made = asked()
    assert step(made) is None
    assert made.api_key is not None
    assert (made.api_key.id, made.api_key.value, made.more) == ("keyid", VALUE, b"")


def test_an_authorizer_names_the_key(house: House) -> None:
    house.know()
    step = house.step(named=True)
    assert refused(step, asked()) == FORBIDDEN  # the header does not count
    for named in (None, "someone else's", "\ud800"):
        made = asked()
        made.grant = Grant(usage_key=named)
        assert refused(step, made) == FORBIDDEN
    made = asked(None)
    made.grant = Grant(usage_key=VALUE)
    assert step(made) is None


def test_throttles_and_quota_in_their_order(house: House) -> None:
    house.know(
        throttle=Throttle(1.0, 3),
        quota=PlanQuota(3, "DAY"),
        stages={STAGE: {"/things/{id}/GET": Throttle(1.0, 2)}},
    )
    step = house.step()
    assert [step(asked()), step(asked())] == [None, None]
    assert refused(step, asked()) == THROTTLED  # the method's; the plan's bucket and the quota keep what they have
    house.clock.advance(1)
    assert step(asked()) is None
    house.clock.advance(1)
    assert [refused(step, asked()) for _ in range(5)] == [EXCEEDED] * 5  # buckets get their token back
    house.clock.advance(86400)
    assert step(asked()) is None


def test_the_log_in_aws_s_words(house: House) -> None:
    house.know(throttle=Throttle(1.0, 1), quota=PlanQuota(1, "DAY"))
    step = house.step()
    made = asked(log=True)
    assert step(made) is None
    shown = f"{'*' * 18}kkkkkk"
    verifying = f"Verifying Usage Plan for request: {made.request_id.decode()}. API Key: {shown} API Stage: {API}/v1"
    assert lines(made) == [verifying, f"Usage Plan check succeeded for API Key name and API Stage {API}/v1"]
    where = f"RestApi {API}, Stage v1, Resource {made.method.resource_id}, HttpMethod GET"
    made = asked(log=True)
    assert refused(step, made) == THROTTLED
    assert lines(made)[1:] == [f"Key throttle limit exceeded for {where}. Limit: 1.00 Burst: 1"]
    house.clock.advance(1)
    made = asked(log=True)
    assert refused(step, made) == EXCEEDED
    assert lines(made)[1:] == [f"Key quota limit exceeded for {where}."]
    made = asked("unknown key", log=True)
    assert refused(step, made) == FORBIDDEN
    assert lines(made)[1] == (
        "API Key ********key not authorized because method 'GET /things/{id}' requires API Key and API Key is not "
        f"associated with a Usage Plan for API Stage {API}/v1: API Key was not found"
    )


def test_headers_where_they_are_wanted(house: House) -> None:
    house.know(throttle=Throttle(0.25, 2), quota=PlanQuota(2, "DAY"))
    step = house.step(headers=True)
    made = asked()
    assert step(made) is None
    assert made.more == b"X-RateLimit-Limit: 2\r\nX-RateLimit-Remaining: 1\r\nX-RateLimit-Reset: 6400\r\n"
    step(asked())
    made = asked()
    refused(step, made)
    assert made.more.endswith(b"Retry-After: 4\r\n")
    house.clock.advance(4)
    made = asked()
    assert refused(step, made) == EXCEEDED
    assert made.more == (
        b"X-RateLimit-Limit: 2\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 6396\r\nRetry-After: 6396\r\n"
    )


def test_a_plan_without_quota_has_no_headers_of_one(house: House) -> None:
    house.know(throttle=Throttle(0.0, 0))
    made = asked()
    assert refused(house.step(headers=True), made) == THROTTLED
    assert made.more == b""  # nor will there ever be a token


class Slow:
    """Buckets and quotas of a store that must be asked: the answers in turn."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.given_back = 0

    def bucket(self, name: str, rate: float, burst: int) -> Bucket:
        return self

    def back(self) -> None:
        self.given_back += 1

    def take(self) -> Awaitable[bool]:
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        answered.set_result(self.answers.pop(0))
        return answered


@pytest.mark.parametrize(
    ("answers", "error_type"),
    [
        ((True, True), None),
        ((False,), "TooManyRequestsException"),
        ((True, False), "TooManyRequestsException"),
    ],
)
def test_a_store_that_must_be_asked(house: House, answers: tuple[bool, ...], error_type: str | None) -> None:
    slow = Slow(*answers)
    house.table = KeyTable(slow, house.state.quotas)
    house.know(
        throttle=Throttle(1.0, 1),
        quota=PlanQuota(1, "DAY"),
        stages={STAGE: {"/things/{id}/GET": Throttle(1.0, 1)}},
    )

    async def go() -> None:
        outcome = house.step()(asked())
        assert isinstance(outcome, Awaitable)
        await outcome

    if error_type is None:
        asyncio.run(go())
        return
    with pytest.raises(GatewayError) as refusal:
        asyncio.run(go())
    assert refusal.value.error_type == error_type
    assert slow.given_back == len(answers) - 1
