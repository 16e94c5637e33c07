"""Flags are derived from the settings model."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from gatewright.cli.options import load, settings_options
from gatewright.cli.serve import serve
from gatewright.settings import TABLES, describe


@click.command()
@settings_options()
def shown(config: str | None, **flags: object) -> None:
    """Prints what it was given."""
    settings = load(config, flags)
    click.echo(f"{settings.workers} {settings.companions} {settings.profile} {settings.drain_timeout}")


def test_flags_reach_the_settings() -> None:
    result = CliRunner().invoke(shown, ["--workers", "3", "--no-companions", "--drain-timeout", "1.5"])
    assert result.output == "3 False local 1.5\n"


def test_every_setting_but_secrets_is_a_flag_of_serve() -> None:
    text = CliRunner().invoke(serve, ["--help"], terminal_width=200).output
    for name, _, _, _ in describe():
        secret = name in ("access_key_id", "secret_access_key", "database_url", *TABLES)
        assert (f"--{name.replace('_', '-')}" in text) is not secret, name


@pytest.mark.parametrize("words", [["--workers", "0"], ["--profile", "staging"], ["--config", "/nowhere.toml"]])
def test_what_is_wrong_is_said(words: list[str]) -> None:
    result = CliRunner().invoke(shown, words)
    assert result.exit_code != 0
    assert "Error:" in result.output
