"""Texts as Java counts and compares them: by UTF-16 code units."""

from __future__ import annotations

import re
from typing import Final

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_ASTRAL.findall(text))


def _surrogates(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def utf16(text: str) -> str:
    """One character per code unit: astral characters become two surrogates."""
    return text if text.isascii() else _ASTRAL.sub(_surrogates, text)


_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def join_surrogates(text: str) -> str:
    """The reverse of utf16."""
    if text.isascii():
        return text
    return _PAIR.sub(lambda pair: chr(0x10000 + ((ord(pair[0][0]) - 0xD800) << 10) + ord(pair[0][1]) - 0xDC00), text)


def compare_texts(left: str, right: str) -> int:
    """String.compareTo: the difference of the first UTF-16 units that differ, else of the lengths."""
    for one, other in zip(utf16(left), utf16(right), strict=False):
        if one != other:
            return ord(one) - ord(other)
    return utf16_length(left) - utf16_length(right)
