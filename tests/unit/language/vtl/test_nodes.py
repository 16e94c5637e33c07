from __future__ import annotations

from gatewright.language.vtl.nodes import BLOCKS, DIRECTIVES, LINES, Text


def test_a_directive_has_a_block_or_has_none() -> None:
    assert not BLOCKS & LINES
    assert BLOCKS | LINES == DIRECTIVES


def test_nodes_know_their_place() -> None:
    node = Text(3, 7, "$$", "$")
    assert (node.line, node.column, node.literal, node.text) == (3, 7, "$$", "$")
