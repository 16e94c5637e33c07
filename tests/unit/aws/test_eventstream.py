from __future__ import annotations

import pytest

from gatewright.aws import eventstream
from gatewright.aws.encode import Encoders
from gatewright.aws.models import load


def test_an_unknown_event_is_a_fault_of_the_handler() -> None:
    output = load("lambda").operations["InvokeWithResponseStream"].output
    assert output is not None
    (stream,) = [member.shape for member in output.members if member.shape.events]
    with pytest.raises(KeyError):
        eventstream.encode(stream, [{"Nothing": {}}], Encoders())
