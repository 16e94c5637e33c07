from __future__ import annotations

from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from gatewright.aws import eventstream
from gatewright.aws.encode import Encoders
from gatewright.aws.models import load


@given(st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=30), max_size=4), st.binary(max_size=100))
def test_botocore_reads_the_messages(headers: dict[str, str], payload: bytes) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(eventstream.message(headers, payload) * 2)
    found: list[Any] = list(buffer)
    assert [(each.headers, each.payload) for each in found] == [(headers, payload)] * 2


def test_an_unknown_event_is_a_fault_of_the_handler() -> None:
    output = load("lambda").operations["InvokeWithResponseStream"].output
    assert output is not None
    (stream,) = [member.shape for member in output.members if member.shape.events]
    with pytest.raises(KeyError):
        eventstream.encode(stream, [{"Nothing": {}}], Encoders())
