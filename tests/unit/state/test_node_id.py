from __future__ import annotations

from pathlib import Path

from gatewright.state.node_id import node_id


def test_a_node_keeps_its_name(tmp_path: Path) -> None:
    assert node_id(tmp_path / "a") == node_id(tmp_path / "a") != node_id(tmp_path / "b")
