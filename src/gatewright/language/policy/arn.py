"""ARNs as ArnLike compares them: each of the six parts for itself, so that `*` cannot reach from one into the next.

Of the last part, the resource, the colons belong to it. AWS: "Amazon Resource Name (ARN) condition operators".
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.language.policy.wildcard import Piece, Test, Wild, compile_pieces

_PARTS = 6


def compile_arn(pieces: Sequence[Piece]) -> Test:
    """The test of an ARN; what is no ARN pattern matches nothing. `*` alone matches every ARN."""
    if list(pieces) == [Wild.ANY]:
        return lambda value: value.count(":") >= _PARTS - 1
    parts = _parts(pieces)
    if len(parts) < _PARTS:
        return lambda value: False
    tests = [compile_pieces(part) for part in parts]

    def matches(value: str) -> bool:
        found = value.split(":", _PARTS - 1)
        return len(found) == _PARTS and all(test(each) for test, each in zip(tests, found, strict=True))

    return matches


def is_arn(pieces: Sequence[Piece]) -> bool:
    return list(pieces) == [Wild.ANY] or len(_parts(pieces)) == _PARTS


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, str):
            first, *others = piece.split(":", _PARTS - len(parts))
            parts[-1].append(first)
            parts += [[each] for each in others]
        else:
            parts[-1].append(piece)
    return parts
