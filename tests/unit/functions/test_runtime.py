"""Which runtimes can be run, and how."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gatewright.functions import runtime


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("python3.8", "python"),
        ("python3.14", "python"),
        ("nodejs20.x", "nodejs"),
        ("nodejs18.x", "nodejs"),
        ("python2.7", None),
        ("nodejs", None),
        ("nodejs4.3-edge", None),
        ("java21", None),
        ("provided.al2023", None),
    ],
)
def test_families(name: str, expected: str | None) -> None:
    assert runtime.family(name) == expected


def test_commands() -> None:
    python = runtime.command("python3.11", "app.handler", "node")
    assert (python[0], python[-1], Path(python[-2]).is_file()) == (sys.executable, "app.handler", True)
    node = runtime.command("nodejs20.x", "app.handler", "/opt/node")
    assert (node[0], node[-1], Path(node[-2]).is_file()) == ("/opt/node", "app.handler", True)


def test_another_python_is_told() -> None:
    own = "python{}.{}".format(*sys.version_info[:2])
    assert runtime.differs(own) is None
    assert runtime.differs("python3.1") == own
    assert runtime.differs("nodejs20.x") is None


def test_the_runtime_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "app.mjs").touch()
    assert runtime.own_runtime(tmp_path, "app.handler").startswith("nodejs")
    assert runtime.own_runtime(tmp_path, "other.handler").startswith("python3.")
