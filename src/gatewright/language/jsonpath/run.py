"""The state of one evaluation, and its bound.

A path may multiply what it finds (`$..a..b..c`, `$[0,0,0][0,0,0]`): every element that a step looks at is counted, and
the reading of a document ends with TooComplex when the count is spent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatewright.language.jsonpath.errors import TooComplex

MOST_WORK = 1_000_000  # of one reading; a unit is an element looked at, or about a microsecond


class Budget:
    """What is left of the work, and what filters know already of the document: by computation, (root, result)."""

    __slots__ = ("known", "left")

    def __init__(self, work: int = MOST_WORK) -> None:
        self.left = work
        self.known: dict[int, tuple[Any, Any]] = {}

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooComplex("the path has too much to look at in this document")


class Run:
    """One path over one value. `scanned`: the last index that a deep scan of lists handed on; -1 before that."""

    __slots__ = ("budget", "results", "root", "scanned")

    def __init__(self, root: Any, budget: Budget) -> None:
        self.root = root
        self.budget = budget
        self.results: list[Any] = []
        self.scanned = -1


Step = Callable[[Run, Any], None]
"""Looks at a value, and hands what it finds to the next step, or to the results."""

Read = Callable[[Any, Any, Budget], Any]
"""Reads a value: (value, root of the document, budget) → what the path leads to."""

Test = Callable[[Run, Any], bool]
"""Whether a value passes a filter."""
