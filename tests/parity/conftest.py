"""A control plane for each recording that is replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity.recorded import AGREED, coverage
from tests.unit.control.support import Control, control


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Control]:
    with control(tmp_path) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much of what was recorded from AWS this run has compared."""
    if AGREED:
        terminalreporter.section("recorded answers of AWS")
        for line in coverage():
            terminalreporter.line(line)
