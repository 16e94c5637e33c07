"""What authorizers give back; the records lie one room up, where those who read them can find them, too."""

from __future__ import annotations

from gatewright.gateway.grants import Grant, Guard, Verdict

__all__ = ["Grant", "Guard", "Verdict"]
