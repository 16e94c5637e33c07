"""`gatewright functions add`: what it can know before it asks the server."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gatewright.cli.functions import check_handler, functions, variable


@pytest.mark.parametrize(
    ("file", "handler"),
    [
        ("app.py", "app.handler"),
        ("index.mjs", "index.handler"),
        ("index.js", "index.handler"),
        ("src/app.py", "src/app.handler"),
        ("src/app.py", "src.app.handler"),
        ("app/__init__.py", "app.handler"),
    ],
)
def test_a_handler_in_a_file_of_the_folder(tmp_path: Path, file: str, handler: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("")
    check_handler(tmp_path, handler)


@pytest.mark.parametrize(
    ("handler", "message"),
    [("app.handler", "no handler file"), ("other", "FILE.FUNCTION"), (".handler", "FILE.FUNCTION"), ("x.", "FILE.FUN")],
)
def test_a_handler_that_is_none(tmp_path: Path, handler: str, message: str) -> None:
    (tmp_path / "other.py").write_text("")
    with pytest.raises(click.ClickException, match=message):
        check_handler(tmp_path, handler)


def test_variables() -> None:
    assert [variable(item) for item in ("A_1=b=c", "AB=")] == [("A_1", "b=c"), ("AB", "")]
    for item in ("AB", "=b", "1AB=c", "A=c", "A-B=c"):
        with pytest.raises(click.ClickException, match="NAME=VALUE"):
            variable(item)


def test_no_server_is_said_with_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    words = ["add", "f", str(tmp_path), "--handler", "app.handler", "--port", "9"]
    result = CliRunner().invoke(functions, words)
    assert result.exit_code == 1
    assert "gatewright serve" in result.output
