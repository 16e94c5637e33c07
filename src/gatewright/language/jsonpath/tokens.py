"""What a path and a filter consist of, once read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Property:
    """`.a`, `['a']`, `['a','b']`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`.*`, `[*]`."""


@dataclass(frozen=True, slots=True)
class Index:
    """`[0]`, `[-1,2]`."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`[1:]`, `[:2]`, `[1:2]`: at least one end is given."""

    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Scan:
    """`..`"""


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(…)]`"""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Function:
    """`.sum(…)`: parameters are paths into the whole document or JSON texts.

    `scanning`: stands for a path `$..a.sum()`, which the engine turns into `$.sum($..a)`.
    """

    name: str
    parameters: tuple[PathText | str, ...] = ()
    scanning: bool = False


Token = Property | Wildcard | Index | Slice | Scan | Filter | Function


@dataclass(frozen=True, slots=True)
class PathText:
    """The tokens of a path. `rooted`: begins with `$`, not with `@`."""

    rooted: bool
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value of a filter: str, bool, None, Decimal, Json, Pattern."""

    value: Any


@dataclass(frozen=True, slots=True)
class Compare:
    left: PathText | Literal
    operator: str
    right: PathText | Literal


@dataclass(frozen=True, slots=True)
class Exists:
    path: PathText
    wanted: bool


@dataclass(frozen=True, slots=True)
class Not:
    operand: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    operands: tuple[Condition, ...]


Condition = Compare | Exists | Not | AllOf | AnyOf


def token_definite(token: Token, last: bool) -> bool:
    """Whether the token leads to at most one value. Several names at the end merge into one object."""
    if isinstance(token, Property):
        return last or len(token.names) == 1
    if isinstance(token, Index):
        return len(token.indexes) == 1
    return isinstance(token, Function)
