"""Exit codes of commands that judge."""

from __future__ import annotations

import click
import pytest

from gatewright.cli.exits import TroubleError, trouble


@pytest.mark.parametrize("error", [click.ClickException("why"), TroubleError("why"), KeyError("why")])
def test_trouble_has_a_code_of_its_own(error: Exception) -> None:
    with pytest.raises(TroubleError, match="why") as raised, trouble(KeyError):
        raise error
    assert raised.value.exit_code == 2


def test_other_errors_are_errors() -> None:
    with pytest.raises(ValueError, match="why"), trouble(KeyError):
        raise ValueError("why")
