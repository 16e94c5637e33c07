"""How often something may be called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket's figures: tokens a second, and how many it holds. 0 of either refuses everything."""

    rate: float
    burst: int
