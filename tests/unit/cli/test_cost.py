"""`gatewright cost` without a running node; with one: tests/wire/test_cost.py."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.main import cli
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore

MONTH = f"{datetime.now(UTC):%Y-%m}"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["cost", *words], env={"GATEWRIGHT_CONFIG": None})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a node that had a cache for three hours."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = SqliteStore(folder / "gatewright.db")
    with store.transaction() as transaction:
        transaction.insert(Key("123456789012", "us-east-1", "rest_api", "", "abc"), {"name": "orders"})
        transaction.insert(
            Key("123456789012", "us-east-1", "cache_hours", "", f"{MONTH}-01/abc/prod"), {"1.6": [1, 2, 3]}
        )
    store.close()
    return folder


def test_what_is_in_the_store(data: Path) -> None:
    result = run("--data-dir", str(data), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["month"], told["total"]) == (MONTH, 0.114)
    (stage,) = told["stages"]
    assert (stage["apiId"], stage["apiName"], stage["stage"]) == ("abc", "orders", "prod")
    assert stage["items"] == [{"item": "cache_hours/1.6", "amount": 3, "cost": 0.114}]


def test_as_text(data: Path) -> None:
    result = run("--data-dir", str(data), "--month", MONTH)
    assert result.exit_code == 0, result.output
    assert "abc orders (REST)  prod   hours of a cache of 1.6 GB       3  0.114000" in result.stdout
    assert result.stdout.endswith("2025-06-18\n")
    assert "Nothing was served." in run("--data-dir", str(data), "--month", "2020-01").stdout
    assert "Nothing was served." in run("--data-dir", str(data), "--api", "other").stdout
    for api in ("abc", "orders"):
        assert "hours of a cache" in run("--data-dir", str(data), "--api", api).stdout


def test_own_prices(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('[regions.us-east-1]\ncache = { "1.6" = 1 }\n')
    assert json.loads(run("--data-dir", str(data), "--prices", str(file), "--json").stdout)["total"] == 3.0
    file.write_text("\n[regions.us-east-1]\nrest = 1\n")
    result = run("--data-dir", str(data), "--prices", str(file))
    assert result.exit_code == 1
    assert f"{file}:3: regions.us-east-1.rest: is no list of tiers" in result.output


def test_a_node_does_not_start_with_prices_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text("rest = 1\n")
    words = ["serve", "--data-dir", str(tmp_path / "data"), "--prices", str(file), "--port", "0"]
    # In a process of its own: a node sets up the log of its process.
    done = subprocess.run([sys.executable, "-m", "gatewright", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{file}:1: rest: is not known here" in done.stderr


def test_what_cannot_be_told(data: Path, tmp_path: Path) -> None:
    assert "holds no documents" in run("--data-dir", str(tmp_path / "none")).output
    assert "give a month as YYYY-MM" in run("--data-dir", str(data), "--month", "May").output
