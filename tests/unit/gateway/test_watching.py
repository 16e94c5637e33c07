from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway import watching
from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Exchange
from tests.unit.gateway.test_series import rest


def test_who_tells_nobody_has_no_watch() -> None:
    assert watching.build(rest(), None) is None


def test_each_that_wants_to_know_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        watching,
        "WATCHERS",
        (
            lambda program, telemetry: lambda exchange: seen.append("first"),
            lambda program, telemetry: None,
            lambda program, telemetry: lambda exchange: seen.append("second"),
        ),
    )
    watch = watching.build(rest(), Telemetry(FakeClock()))
    assert watch is not None
    watch(Exchange.__new__(Exchange))
    assert seen == ["first", "second"]
