"""The registry of connections: by id, and by the API and stage that they belong to."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.websocket.connections import MOST_ENDING, LocalConnections, home_of, is_id


def _nothing() -> None:
    """Tell nobody."""


_INFO = ConnectionInfo(1.0, 2.0, "203.0.113.7", "agent")


class FakeMember:
    def __init__(self, id: str, place: tuple[str, str] = ("api", "v1")) -> None:
        self._id, self._place = id, place
        self.heard: list[bytes] = []
        self.ended: list[tuple[int, str]] = []
        self.minutes = 0

    @property
    def id(self) -> str:
        return self._id

    @property
    def place(self) -> tuple[str, str]:
        return self._place

    def send(self, data: bytes) -> bool:
        self.heard.append(data)
        return not self.ended

    def close(self, code: int, reason: str) -> bool:
        self.ended.append((code, reason))
        return True

    def info(self) -> ConnectionInfo:
        return _INFO

    @property
    def connected(self) -> float:
        return 1000.5

    def minute(self) -> None:
        self.minutes += 1


def test_an_open_connection_is_reached_by_its_id() -> None:
    registry = LocalConnections()
    member = FakeMember(registry.new_id())
    assert not registry.send("api", "v1", member.id, b"too early")
    registry.add(member)
    assert registry.send("api", "v1", member.id, b"hello")
    assert member.heard == [b"hello"]
    assert registry.info("api", "v1", member.id) == _INFO
    assert registry.of("api", "v1") == [member]
    assert registry.close("api", "v1", member.id)
    assert member.ended == [(1000, "Connection Closed Normally")]
    assert not registry.send("api", "v1", member.id, b"too late")
    registry.remove(member.id)
    assert registry.info("api", "v1", member.id) is None
    assert not registry.close("api", "v1", member.id)
    assert len(registry) == 0


@pytest.mark.parametrize("place", [("other", "v1"), ("api", "v2")])
def test_an_id_belongs_to_one_stage(place: tuple[str, str]) -> None:
    registry = LocalConnections()
    member = FakeMember(registry.new_id())
    registry.add(member)
    assert not registry.send(*place, member.id, b"hello")
    assert registry.info(*place, member.id) is None
    assert not registry.close(*place, member.id)
    assert (member.heard, member.ended) == ([], [])


def test_ids_have_the_form_of_aws_and_say_where_they_are() -> None:
    registry = LocalConnections(b"\x01\x02")
    ids = {registry.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    for each in ids:
        assert len(each) == 16
        assert each.endswith("=")
        assert home_of(each, 2) == b"\x01\x02"


@pytest.mark.parametrize(
    "text", ["", "x", "BFaT_fALIAMCKug", "BFaT+fALIAMCKug=", "BFaT_fALIAMCKuh=", "BFaT_fALIAMCKu==", "é" * 16]
)
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)
    assert is_id("BFaT_fALIAMCKug=")


async def test_ends_that_are_under_way_can_be_waited_for() -> None:
    registry = LocalConnections()
    await registry.settled(1.0)
    registry.begin_end(_nothing)
    await registry.settled(0.0)
    asyncio.get_running_loop().call_soon(registry.end)
    await registry.settled(30.0)


async def test_of_many_ends_some_are_told_at_once_and_all_at_last() -> None:
    registry = LocalConnections()
    told: list[int] = []
    for number in range(5 * MOST_ENDING):
        registry.begin_end(partial(told.append, number))
    assert told == [*range(MOST_ENDING)]
    registry.end()
    await asyncio.sleep(0)
    assert len(told) == MOST_ENDING + 1
    settled = asyncio.create_task(registry.settled(30.0))
    for _ in range(5 * MOST_ENDING - 1):
        registry.end()
        assert not settled.done()
        await asyncio.sleep(0)
    await settled
    assert told == [*range(5 * MOST_ENDING)]


async def test_ends_that_are_told_at_once_do_not_pile_up() -> None:
    registry = LocalConnections()
    for _ in range(MOST_ENDING):
        registry.begin_end(_nothing)
    for _ in range(5000):
        registry.begin_end(registry.end)
    for _ in range(MOST_ENDING):
        registry.end()
    await registry.settled(30.0)
    assert registry._ending == 0


def test_a_home_is_short() -> None:
    with pytest.raises(ValueError, match="3 bytes"):
        LocalConnections(b"1234")


class FakeWills:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def enter(self, connection_id: str, will: bytes) -> None:
        self.kept[connection_id] = will

    def strike(self, connection_id: str) -> None:
        self.kept.pop(connection_id, None)


def test_a_will_is_kept_until_the_end_has_been_told() -> None:
    wills = FakeWills()
    registry = LocalConnections(b"\x00", wills)
    member = FakeMember(registry.new_id())
    registry.add(member, b"will")
    registry.add(FakeMember(registry.new_id()))
    assert wills.kept == {member.id: b"will"}
    registry.remove(member.id)
    assert member.id in wills.kept
    registry.told(member.id)
    assert not wills.kept


def test_every_minute_of_a_connection_is_told() -> None:
    registry = LocalConnections()
    member = FakeMember(registry.new_id())
    registry.tick(1000.2)
    registry.add(member)
    for now, minutes in ((1000.9, 0), (1059.9, 0), (1060.1, 1), (1060.9, 1), (1125.0, 2), (1119.0, 2), (1185.0, 3)):
        registry.tick(now)
        assert member.minutes == minutes, now
    registry.remove(member.id)
    registry.tick(1240.0)
    assert member.minutes == 3
