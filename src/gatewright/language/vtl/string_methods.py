"""Methods of String. Indexes count UTF-16 code units, as in Java."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.arithmetic import int_value
from gatewright.language.vtl.code_units import compare_texts, utf16, utf16_length
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.java_format import java_format
from gatewright.language.vtl.java_regex import matches, replace_all, replace_first, split
from gatewright.language.vtl.values import MAX_TEXT, Char, JavaList

_BLANKS: Final = "".join(map(chr, range(33)))  # what trim takes off
_WHITE: Final = (
    " \t\n\x0b\f\r\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a"
    "\u2028\u2029\u205f\u3000"
)


def _out_of_range(text: str, *indexes: int) -> Failure:
    return Failure(f"String index out of range: {', '.join(map(str, indexes))}, length {utf16_length(text)}")


def _char_at(text: str, index: int) -> Char:
    units = utf16(text)
    if not 0 <= index < len(units):
        raise _out_of_range(text, index)
    return Char(units[index])


def _substring(text: str, begin: int, end: int | None = None) -> str:
    if text.isascii():
        stop = len(text) if end is None else end
        if not 0 <= begin <= stop <= len(text):
            raise _out_of_range(text, begin, stop)
        return text[begin:stop]
    units = text.encode("utf-16-le", "surrogatepass")  # two bytes a unit: quick also for long texts of emoji
    stop = len(units) // 2 if end is None else end
    if not 0 <= begin <= stop <= len(units) // 2:
        raise _out_of_range(text, begin, stop)
    return units[2 * begin : 2 * stop].decode("utf-16-le", "surrogatepass")


def _index_of(text: str, wanted: str, begin: int = 0) -> int:
    return utf16(text).find(utf16(wanted), min(max(begin, 0), utf16_length(text)))


def _last_index_of(text: str, wanted: str, begin: int | None = None) -> int:
    units, sought = utf16(text), utf16(wanted)
    if begin is None:
        return units.rfind(sought)
    return units.rfind(sought, 0, begin + len(sought)) if begin >= 0 else -1


def _starts_at(text: str, prefix: str, offset: int) -> bool:
    return 0 <= offset <= utf16_length(text) and utf16(text).startswith(utf16(prefix), offset)


def _concat(text: str, other: str) -> str:
    _check_size(len(text) + len(other))
    return text + other


def _repeat(text: str, count: int) -> str:
    if count < 0:
        raise Failure(f"count is negative: {count}")
    _check_size(len(text) * count)
    return text * count


def _replace(text: str, old: str, new: str) -> str:
    found = text.count(old)
    _check_size(len(text) + found * (len(new) - len(old)))
    return text.replace(old, new)


def _check_size(size: int) -> None:
    if size > MAX_TEXT:
        raise Failure("A text too long")


def hash_code(text: str) -> int:
    result = 0
    for unit in utf16(text):
        result = (31 * result + ord(unit)) & 0xFFFFFFFF
    return int_value(result)


def _compare_ignore_case(text: str, other: str) -> int:
    return compare_texts(text.upper().lower(), other.upper().lower())


def _same_ignoring_case(text: str, other: Any) -> bool:
    return isinstance(other, str) and utf16_length(text) == utf16_length(other) and text.casefold() == other.casefold()


def _format(text: Callable[[Any], str | None], pattern: Any, *args: Any) -> str | None:
    return java_format(text, pattern, list(args)) if isinstance(pattern, str) else None


def _join(text: Callable[[Any], str | None], separator: Any, *args: Any) -> str | None:
    """String.join: of the elements of a list, or of the arguments."""
    if not isinstance(separator, str):
        return None
    parts = args[0] if len(args) == 1 and isinstance(args[0], list) else args
    if not all(part is None or isinstance(part, str) for part in parts):
        raise Failure("ClassCastException: String.join takes texts only")
    words = ["null" if part is None else part for part in parts]
    _check_size(sum(map(len, words)) + len(separator) * len(words))
    return separator.join(words)


def _value_of(text: Callable[[Any], str | None], value: Any, *args: Any) -> str | None:
    return None if args else "null" if value is None else text(value)


STRING: Final[dict[str, tuple[tuple[str, Callable[..., Any]], ...]]] = {
    "length": (("", utf16_length),),
    "isEmpty": (("", lambda text: not text),),
    "isBlank": (("", lambda text: not text.strip(_WHITE)),),
    "charAt": (("i", _char_at),),
    "codePointAt": (("i", lambda text, index: ord(_char_at(text, index).text)),),
    "substring": (("i", _substring), ("ii", _substring)),
    "subSequence": (("ii", _substring),),
    "indexOf": (
        ("s", _index_of),
        ("si", _index_of),
        ("i", lambda text, code: _index_of(text, _character(code))),
        ("ii", lambda text, code, begin: _index_of(text, _character(code), begin)),
    ),
    "lastIndexOf": (
        ("s", _last_index_of),
        ("si", _last_index_of),
        ("i", lambda text, code: _last_index_of(text, _character(code))),
    ),
    "contains": (("s", lambda text, part: part in text),),
    "startsWith": (("s", str.startswith), ("si", _starts_at)),
    "endsWith": (("s", str.endswith),),
    "equalsIgnoreCase": (("o", _same_ignoring_case),),
    "contentEquals": (("s", lambda text, other: text == other),),
    "compareTo": (("s", compare_texts),),
    "compareToIgnoreCase": (("s", _compare_ignore_case),),
    "concat": (("s", _concat),),
    "repeat": (("i", _repeat),),
    "replace": (("ss", _replace), ("cc", lambda text, old, new: text.replace(old.text, new.text))),
    "toUpperCase": (("", str.upper),),
    "toLowerCase": (("", str.lower),),
    "trim": (("", lambda text: text.strip(_BLANKS)),),
    "strip": (("", lambda text: text.strip(_WHITE)),),
    "stripLeading": (("", lambda text: text.lstrip(_WHITE)),),
    "stripTrailing": (("", lambda text: text.rstrip(_WHITE)),),
    "intern": (("", lambda text: text),),
    "hashCode": (("", hash_code),),
    "toCharArray": (("", lambda text: JavaList(map(Char, utf16(text)))),),
    "getBytes": (("", lambda text: JavaList((byte + 128) % 256 - 128 for byte in text.encode("utf-8", "replace"))),),
}

# Those that go through a text one character at a time.
SLOW: Final = frozenset(["compareTo", "compareToIgnoreCase", "hashCode", "toCharArray", "getBytes", "format"])

# Kinds of arguments, and a function of how many patterns ran before, the text and the arguments.
PATTERNS: Final[dict[str, tuple[tuple[str, ...], Callable[..., Any]]]] = {
    "matches": (("s",), matches),
    "replaceAll": (("ss",), replace_all),
    "replaceFirst": (("ss",), replace_first),
    "split": (("s", "si"), split),
}

# Static methods that take any number of arguments, and a function of what prints, and the arguments.
VARIABLE: Final[dict[str, Callable[..., Any]]] = {
    "format": _format,
    "join": _join,
    "valueOf": _value_of,
}


def _character(code: int) -> str:
    return chr(code) if 0 <= code <= 0x10FFFF else "\0unknown"


def parse_number(text: str, *, whole: bool) -> float:
    """Integer.parseInt and Double.parseDouble. Raises Failure."""
    pattern = _WHOLE if whole else _DECIMAL
    stripped = text if whole else text.strip(_BLANKS)
    if pattern.fullmatch(stripped) is None or len(stripped) > 400:
        raise Failure(f"For input string: {text[:100]!r}")
    return int(stripped) if whole else float(stripped.rstrip("dDfF"))


_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?)")
