from __future__ import annotations

import pytest

from gatewright.language.jsonpath.errors import TooComplex
from gatewright.language.jsonpath.run import Budget, Run


def test_work_is_bounded() -> None:
    budget = Budget(3)
    budget.spend(3)
    with pytest.raises(TooComplex):
        budget.spend(1)


def test_a_run_starts_empty() -> None:
    run = Run({}, Budget())
    assert (run.results, run.scanned) == ([], -1)
