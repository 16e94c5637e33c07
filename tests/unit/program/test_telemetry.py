from __future__ import annotations

from gatewright.program.telemetry import SILENT, UNNAMED


def test_nothing_is_seen_unless_asked_for() -> None:
    assert SILENT.logging is None
    assert not SILENT.detailed
    assert UNNAMED.access_log is None
    assert not UNNAMED.tracing
