"""JSON as json-smart reads it in its permissive mode: the lists and objects written in filters and function calls.

Quotes may be single, texts without blanks may go without quotes, commas may hang: `['dev', admin,]`.
unverified: the finer points of that mode (comments, leading zeros); here they are texts or errors.
"""

from __future__ import annotations

import re
from typing import Any

from gatewright.language.jsonpath.java import unescape

_DEEPEST = 64
_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r"[^,:\[\]{}'\"]+")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})")
_FLOAT = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


def loads(text: str) -> Any:
    """The value that `text` writes down. Raises ValueError."""
    value, at = _value(text, _skip(text, 0), 0)
    if _skip(text, at) != len(text):
        raise ValueError(f"unexpected text after the value: {text[at:]!r}")
    return value


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    assert match is not None
    return match.end()


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    sign = text[at : at + 1]
    if sign == "[":
        return _list(text, at, depth)
    if sign == "{":
        return _object(text, at, depth)
    return _scalar(text, at)


def _list(text: str, at: int, depth: int) -> tuple[Any, int]:
    items: list[Any] = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            continue
        item, at = _value(text, at, depth + 1)
        items.append(item)
        at = _skip(text, at)
        if text[at : at + 1] not in (",", "]"):
            raise ValueError("a list that is not closed")
    return items, at + 1


def _object(text: str, at: int, depth: int) -> tuple[Any, int]:
    members: dict[str, Any] = {}
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            continue
        name, at = _scalar(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise ValueError("a member without a value")
        members[str(name)], at = _value(text, _skip(text, at + 1), depth + 1)
        at = _skip(text, at)
        if text[at : at + 1] not in (",", "}"):
            raise ValueError("an object that is not closed")
    return members, at + 1


def _scalar(text: str, at: int) -> tuple[Any, int]:
    sign = text[at : at + 1]
    if sign in ("'", '"') and sign:
        end = at + 1
        while text[end : end + 1] != sign:
            if end >= len(text):
                raise ValueError("a text that is not closed")
            end += 2 if text[end] == "\\" else 1
        return unescape(text[at + 1 : end]), end + 1
    match = _WORD.match(text, at)
    if match is None:
        raise ValueError("no value")
    return _word(match[0].strip()), match.end()


def _word(word: str) -> Any:
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word
