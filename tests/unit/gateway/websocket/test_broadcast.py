"""Messages to many connections: what is asked for, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import pytest

from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket import broadcast
from gatewright.gateway.websocket.errors import LARGEST

# The same at every run: they are in the names of tests.
IDS = [urlsafe_b64encode(number.to_bytes(11)).decode() for number in range(broadcast.MOST + 1)]


def _body(ids: Any, data: Any = "text") -> bytes:
    return json.dumps({"connectionIds": ids, "data": data}).encode()


def test_what_is_asked_for() -> None:
    assert broadcast.read(_body([IDS[0], IDS[1], IDS[0]], "wörld")) == broadcast.Broadcast(
        (IDS[0], IDS[1]), "wörld".encode()
    )
    assert len(broadcast.read(_body(IDS[:-1])).connection_ids) == broadcast.MOST
    assert broadcast.read(_body(IDS[:1], "\ud800")).data == b"?"
    assert len(broadcast.read(_body(IDS[:1], "x" * LARGEST)).data) == LARGEST


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"data": "x"}', 400),
        (_body([]), 400),
        (_body("AAAAAAAAAAAAAAA="), 400),
        (_body([1]), 400),
        (_body([None]), 400),
        (_body(["nonsense"]), 400),
        (_body(IDS), 400),
        (_body(IDS[:1], None), 400),
        (_body(IDS[:1], {"a": 1}), 400),
        (_body(IDS[:1], "x" * (LARGEST + 1)), 413),
        (_body(IDS[:200], "x" * LARGEST), 413),
    ],
)
def test_what_makes_no_sense(body: bytes, status: int) -> None:
    with pytest.raises(GatewayError) as caught:
        broadcast.read(body)
    assert caught.value.status == status


class Mixed:
    """Connections that are open, gone and not reached, in turn."""

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> list[bool | None]:
        return [(True, False, None, True)[IDS.index(each) % 4] for each in ids]

    def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool:
        raise AssertionError

    def info(self, api_id: str, stage: str, connection_id: str) -> ConnectionInfo | None:
        raise AssertionError

    def close(self, api_id: str, stage: str, connection_id: str) -> bool:
        raise AssertionError


def test_what_becomes_of_it() -> None:
    asked = broadcast.Broadcast(tuple(IDS[:400]), b"x")
    answer = json.loads(asyncio.run(broadcast.send(Mixed(), "api", "v1", asked)))
    assert answer == {"sent": 200, "gone": IDS[1:400:4], "unreachable": IDS[2:400:4]}
