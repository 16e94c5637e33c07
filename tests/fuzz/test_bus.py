"""Whatever comes on a worker's channel, nothing breaks, and only questions are answered."""

from __future__ import annotations

import asyncio
import contextlib

from hypothesis import given
from hypothesis import strategies as st

from gatewright.clock import SystemClock
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.nodes import NodeApp
from gatewright.state.valkey.bus import ValkeyBus
from tests.fuzz.effort import FUZZ

_QUESTIONS = st.sampled_from([b'["POST","a","v1",["x"]]\n', b'["GET","a","v1",[', b"[1,2,3,[4]]\n", b"{}", b""])
_KINDS = st.sampled_from([b"?", b"!"])
_MESSAGES = st.binary(max_size=40) | st.tuples(_KINDS, st.binary(max_size=20), _QUESTIONS).map(b"".join)


@FUZZ
@given(st.lists(_MESSAGES, max_size=5))
def test_any_message(messages: list[bytes]) -> None:
    async def run() -> None:
        bus = ValkeyBus("redis://127.0.0.1:1/0", SystemClock(), "node", b"\0\1\2")
        asked: list[bytes] = []

        def answer(question: bytes) -> bytes:
            asked.append(question)
            return question

        for each in messages:
            bus._take(each, answer)
        assert len(asked) <= sum(each[:1] == b"?" for each in messages)

    asyncio.run(run())


@FUZZ
@given(st.binary(max_size=60) | st.tuples(_QUESTIONS, st.binary(max_size=10)).map(b"".join))
def test_any_question(question: bytes) -> None:
    with contextlib.suppress(ValueError, TypeError):
        assert NodeApp(LocalConnections()).answer(question).startswith(b"[")
