"""A control plane for each recording that is replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.control.support import Control, control


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Control]:
    with control(tmp_path) as made:
        yield made
