"""Exit codes of commands that judge."""

from __future__ import annotations

import click
import pytest

from gatewright.cli.exits import TroubleError, clean, trouble


@pytest.mark.parametrize("error", [click.ClickException("why"), TroubleError("why"), KeyError("why")])
def test_trouble_has_a_code_of_its_own(error: Exception) -> None:
    with pytest.raises(TroubleError, match="why") as raised, trouble(KeyError):
        raise error
    assert raised.value.exit_code == 2


def test_other_errors_are_errors() -> None:
    with pytest.raises(ValueError, match="why"), trouble(KeyError):
        raise ValueError("why")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x9bb", "a\\x9bb"),
        ("a\nb\r", "a\\nb\\r"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("é\t→", "é\t→"),
    ],
)
def test_a_terminal_neither_obeys_a_text_nor_shows_it_backwards(text: str, shown: str) -> None:
    assert clean(text) == shown
