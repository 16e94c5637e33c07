"""`gatewright env` prints what a shell can evaluate."""

from __future__ import annotations

import subprocess

import pytest
from click.testing import CliRunner

from gatewright.cli.env import endpoint_of, env
from gatewright.settings import Settings


def test_a_shell_can_evaluate_it() -> None:
    result = CliRunner().invoke(env, ["--port", "4599", "--region", "eu-west-1"], env={"GATEWRIGHT_PORT": "1"})
    assert result.exit_code == 0, result.output
    script = result.output + 'printf "%s %s %s" "$AWS_ENDPOINT_URL" "$AWS_DEFAULT_REGION" "$AWS_ACCESS_KEY_ID"'
    assert subprocess.check_output(["sh", "-c", script], text=True) == "http://127.0.0.1:4599 eu-west-1 test"


def test_a_bad_setting_ends_it_with_a_line() -> None:
    result = CliRunner().invoke(env, ["--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "--profile production" in result.output


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (Settings(), "http://127.0.0.1:4566"),
        (Settings(host="::1"), "http://[::1]:4566"),
        (Settings(profile="production"), "http://127.0.0.1:4567"),
        (Settings(tls_certificate="c", tls_key="k"), "https://127.0.0.1:4566"),
    ],
)
def test_the_endpoint(settings: Settings, url: str) -> None:
    assert endpoint_of(settings) == url
