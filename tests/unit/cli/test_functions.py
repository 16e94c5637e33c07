"""`gatewright functions add`: what it can know before it asks the server."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gatewright.cli.functions import functions, runtime_of


@pytest.mark.parametrize(
    ("file", "handler", "runtime"),
    [
        ("app.py", "app.handler", "python3.11"),
        ("index.mjs", "index.handler", "nodejs20.x"),
        ("index.js", "index.handler", "nodejs20.x"),
        ("src/app.py", "src/app.handler", "python3.11"),
    ],
)
def test_the_handlers_file_tells_the_runtime(tmp_path: Path, file: str, handler: str, runtime: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("")
    assert runtime_of(tmp_path, handler) == runtime


def test_no_handler_file(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="no handler file"):
        runtime_of(tmp_path, "app.handler")


def test_no_server_is_said_with_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    words = ["add", "f", str(tmp_path), "--handler", "app.handler", "--port", "9"]
    result = CliRunner().invoke(functions, words)
    assert result.exit_code == 1
    assert "gatewright serve" in result.output
