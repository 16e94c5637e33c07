"""The table is what botocore's models say."""

from __future__ import annotations

from gatewright.catalog.service_table import ROWS
from tools import service_table


def test_the_table_is_made_from_the_models() -> None:
    made = list(service_table.rows())
    assert made == ROWS.splitlines(), "run tools/service_table.py"
    assert service_table.TARGET.read_text() == service_table.text()
