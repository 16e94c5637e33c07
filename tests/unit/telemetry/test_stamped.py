from __future__ import annotations

from gatewright.telemetry.stamped import safe_lines, stamped_lines


def test_lines_have_their_time_before_them() -> None:
    at = 1_700_000_000.0
    written = safe_lines(["a", "b", "c"], [at + 0.25, at + 0.9999, at + 1])
    assert written == b"2023-11-14T22:13:20.250Z a\n2023-11-14T22:13:20.999Z b\n2023-11-14T22:13:21.000Z c\n"


def test_nobody_else_begins_a_line() -> None:
    written = stamped_lines(["{\n\u2028\x1b[1m\udc80\u00e9", "plain"], [1.0, 1.0]).decode()
    assert written == ("1970-01-01T00:00:01.000Z {\\n\\u2028\\x1b[1m\\udc80\u00e9\n1970-01-01T00:00:01.000Z plain\n")
