"""The models' regular expressions, which are Java's, as Python's.

They must match the whole value. `\\d` and its kind mean ASCII, as in Java. The one thing Python's `re` lacks here are
general categories (`\\p{L}`): they become ranges, computed once, when the first pattern needs them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

_CATEGORY = re.compile(r"\\p\{([A-Z])\}")
_LAST_ASSIGNED = 0x323AF  # beyond it are no letters, numbers or separators


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """Does the whole value match this pattern?"""
    compiled = re.compile(_CATEGORY.sub(lambda match: _ranges()[match[1]], pattern), re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


@cache
def _ranges() -> dict[str, str]:
    """Per major category, the inside of a character class."""
    found: dict[str, list[list[int]]] = {}
    for point in range(_LAST_ASSIGNED + 1):
        ranges = found.setdefault(unicodedata.category(chr(point))[0], [])
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return {key: "".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in ranges) for key, ranges in found.items()}
