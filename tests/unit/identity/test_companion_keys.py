"""Keys of the companions: asked for once, remembered for a moment, refused when the answer makes no sense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.companions.inside import Inside
from gatewright.identity.companion_keys import KEPT, CompanionKeys
from gatewright.language.policy.base import Effect, Query
from gatewright.net.base import Origin
from gatewright.net.http1.server import Http1Server
from gatewright.net.upstream import UpstreamClient
from tests.unit.identity.support import RESOURCE, policy

KEY = "AKIA0000000000000000"
PRINCIPAL = {"type": "User", "account": "123456789012", "arn": "arn:aws:iam::123456789012:user/a", "tags": {}}
SAID: dict[str, Any] = {"secret_key": "s", "principal": PRINCIPAL, "policies": [], "boundary": None}


class House:
    """Companions that say of keys what `said` holds."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "inside.sock"
        self.said: dict[str, Any] = {}
        self.asked: list[str] = []
        self.clock = FakeClock()
        self.upstream = UpstreamClient()
        self.server = Http1Server(Inside({"keys": self.answer}))
        self.keys = CompanionKeys(self.upstream, Origin("http", "companions", 80, unix=str(self.path)), self.clock)

    def answer(self, key: str) -> Any:
        self.asked.append(key)
        return self.said.get(key)

    async def find(self, key: str = KEY) -> Holder | None:
        found = self.keys.find(key)
        return found if found is None or isinstance(found, Holder) else await found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await made.server.listen(made.path)
    yield made
    await made.upstream.close()
    await made.server.drain(0)


async def test_a_key_is_asked_for_once_and_then_known_at_once(house: House) -> None:
    house.said[KEY] = SAID | {"token": "t", "expires": 5.0, "session": [], "policies": [policy()]}
    holder = await house.find()
    assert holder is not None
    assert (holder.secret_key, holder.token, holder.expires) == ("s", "t", 5.0)
    assert (holder.boundary, holder.session) == (None, ())
    assert holder.principal.arn == PRINCIPAL["arn"]
    assert house.keys.find(KEY) is holder
    assert house.asked == [KEY]


async def test_what_is_remembered_is_asked_for_anew_after_a_moment(house: House) -> None:
    assert await house.find() is None
    house.said[KEY] = SAID
    assert house.keys.find(KEY) is None  # that nobody has it is remembered too
    house.clock.advance(KEPT)
    assert await house.find() is not None
    del house.said[KEY]
    assert await house.find() is not None
    house.clock.advance(KEPT)
    assert await house.find() is None
    assert house.asked == [KEY] * 3


async def test_many_at_once_ask_once_and_one_that_leaves_takes_nothing_away(house: House) -> None:
    house.said[KEY] = SAID
    waits = [asyncio.ensure_future(house.find()) for _ in range(20)]
    await asyncio.sleep(0)
    waits[0].cancel()
    found = await asyncio.gather(*waits[1:])
    assert len({id(each) for each in found}) == 1
    assert found[0] is not None
    assert house.asked == [KEY]


@pytest.mark.parametrize(
    ("said", "effect"),
    [
        ({"policies": None}, Effect.ALLOW),
        ({"policies": []}, Effect.NEITHER),
        ({"policies": [policy()]}, Effect.ALLOW),
        ({"policies": [policy(), policy("Deny")]}, Effect.DENY),
        ({"policies": [policy()], "boundary": []}, Effect.NEITHER),
        ({"policies": [policy()], "boundary": [policy(action="s3:*")]}, Effect.NEITHER),
        ({"policies": [policy()], "boundary": [policy()], "session": []}, Effect.NEITHER),
        ({"policies": [policy()], "boundary": [policy()], "session": [policy("Deny")]}, Effect.DENY),
        ({"policies": [policy()], "boundary": [policy()], "session": [policy()]}, Effect.ALLOW),
        ({"policies": [], "boundary": [policy()], "session": [policy()]}, Effect.NEITHER),
        ({"policies": None, "session": []}, Effect.NEITHER),
    ],
)
async def test_what_a_key_may_do(house: House, said: dict[str, Any], effect: Effect) -> None:
    house.said[KEY] = SAID | said
    holder = await house.find()
    assert holder is not None
    query = Query("execute-api:Invoke", RESOURCE, holder.principal, lambda name: None)
    assert holder.decide(query).effect is effect


@pytest.mark.parametrize(
    "said",
    [
        {"policies": [policy(), ""]},
        {"policies": [policy(), "{"]},
        {"boundary": ["x"]},
        {"session": ["{}"]},
        {"principal": {"type": "User", "other": 1}},
        {"principal": None},
        {"secret_key": "s", "policies": 5},
    ],
)
async def test_what_makes_no_sense_is_nobody_s_key(
    house: House, said: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    house.said[KEY] = SAID | said
    for _ in range(3):
        assert await house.find() is None
    assert len([each for each in caplog.records if KEY in each.getMessage()]) == 1
    house.said[KEY] = []
    house.clock.advance(KEPT)
    assert await house.find() is None


@pytest.mark.parametrize(
    "key", ["", "test", "AKIA", "a" * 20, KEY.lower(), KEY + "/..", KEY + "\n", "A" * 129, "Ü" * 20]
)
async def test_what_cannot_be_a_key_is_not_asked_for(house: House, key: str) -> None:
    assert house.keys.find(key) is None
    assert house.asked == []


async def test_while_the_companions_do_not_run_nobody_has_a_key(house: House, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("nothing.sock", "left.sock"):
        place = house.path.with_name(path)
        keys = CompanionKeys(house.upstream, Origin("http", "companions", 80, unix=str(place)), house.clock)
        found = keys.find(KEY)
        assert found is not None
        assert not isinstance(found, Holder)
        assert await found is None
        assert not caplog.records
        assert keys._kept == {}  # they may have been started the next time
        house.path.with_name("left.sock").touch()


async def test_an_answer_that_is_none_is_refused_and_said(house: House, caplog: pytest.LogCaptureFixture) -> None:
    def broken(key: str) -> Any:
        raise OSError

    other = Http1Server(Inside({"keys": broken}))
    path = house.path.with_name("other.sock")
    await other.listen(path)
    keys = CompanionKeys(house.upstream, Origin("http", "companions", 80, unix=str(path)), house.clock)
    found = keys.find(KEY)
    assert found is not None
    assert not isinstance(found, Holder)
    assert await found is None
    assert "the companions answered 500" in caplog.text
    await other.drain(0)


async def test_a_flood_of_keys_is_bounded(house: House) -> None:
    asked = [house.keys.find(f"AKIA{number:016d}") for number in range(900)]
    assert sum(each is not None for each in asked) == 512
    await asyncio.gather(*(each for each in asked if each is not None and not isinstance(each, Holder)))
    assert len(house.asked) == 512
    for number in range(3000):
        house.keys._keep(f"AKIA{number:016d}", None)
    assert len(house.keys._kept) <= 1024
