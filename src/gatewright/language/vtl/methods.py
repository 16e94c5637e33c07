"""Calling methods: a table per type of value. What is in no table does not exist, and prints as null.

A table maps a name to overloads: the kinds of the arguments, and a function of the value and the arguments (of lists
and maps: of what counts the work, the value and the arguments). The kinds:
`i` int, `d` a number as double, `f` Double, `s` String, `c` Character, `l` list, `m` map, `b` boolean, `o` anything.
As in Java, null fits every kind but the primitive `i`, `d`, `b`; a method that cannot take null fails. Long texts and
lists cost work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.arithmetic import is_number
from gatewright.language.vtl.collection_methods import LIST, MAP, SET
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.number_methods import BOOLEAN, CHARACTER, DOUBLE, INTEGER
from gatewright.language.vtl.running import TEXT_PART, TEXT_UNIT, Run
from gatewright.language.vtl.string_methods import PATTERNS, SLOW, STRING, VARIABLE
from gatewright.language.vtl.values import Char, JavaList, JavaSet, TemplateObject, java_equals

Method = Callable[..., Any]
Table = dict[str, tuple[tuple[str, Method], ...]]

_TABLES: Final[dict[type, Table]] = {
    str: STRING,
    list: LIST,
    JavaList: LIST,
    JavaSet: SET,
    dict: MAP,
    int: INTEGER,
    float: DOUBLE,
    bool: BOOLEAN,
    Char: CHARACTER,
}
_PRIMITIVE: Final = frozenset("idb")
_FITS: Final[dict[str, Callable[[Any], bool]]] = {
    "i": lambda value: value.__class__ is int,
    "d": is_number,
    "f": lambda value: value.__class__ is float,
    "s": lambda value: value.__class__ is str,
    "c": lambda value: value.__class__ is Char,
    "l": lambda value: isinstance(value, list),
    "m": lambda value: isinstance(value, dict),
    "b": lambda value: value.__class__ is bool,
    "o": lambda value: True,
}

_LETTERWISE = frozenset({"urlEncode", "urlDecode"})  # of $util: what looks at each letter of a text


def invoke(run: Run, text: Callable[[Any], str | None], value: Any, name: str, args: list[Any]) -> Any:
    """What `value.name(args)` gives; None when there is no such method. Raises Failure where Java would throw."""
    if isinstance(value, TemplateObject):
        if args and args[0].__class__ is str and len(args[0]) > 256:
            run.charge(len(args[0]) // (4 if name in _LETTERWISE else 20))
        result = value.call(name, args)
        run.work -= value.weight
        if run.work < 0:
            run.charge(0)
    elif name == "toString" and not args:
        result = text(value)
        run.charge(len(result or "") // TEXT_PART)
    elif name == "equals" and len(args) == 1:
        return java_equals(run.charge, value, args[0])
    else:
        if value.__class__ is str and len(value) > 256:
            run.charge(len(value) // (1 if name in SLOW else 256 if value.isascii() else 16))
        result = _call(run, text, value, name, args)
    if result.__class__ is str:
        if len(result) > TEXT_UNIT:
            run.charge_text(len(result))
    elif isinstance(result, list):
        run.charge(len(result) >> 4)
    return result


def _call(run: Run, text: Callable[[Any], str | None], value: Any, name: str, args: list[Any]) -> Any:
    table = _TABLES.get(value.__class__)
    if table is None:  # some other dict or list
        table = MAP if isinstance(value, dict) else LIST if isinstance(value, list) else {}
    for kinds, method in table.get(name, ()):
        if _fits(kinds, args):
            return method(run.charge, value, *args) if isinstance(value, list | dict) else method(value, *args)
    if value.__class__ is str:
        pattern = PATTERNS.get(name)
        if pattern is not None and any(_fits(kinds, args) for kinds in pattern[0]):
            run.patterns += 1
            run.charge(100)
            return pattern[1](run.patterns, value, *args)
        variable = VARIABLE.get(name)
        if variable is not None and args:
            return variable(text, *args)
    return None


def _fits(kinds: str, args: list[Any]) -> bool:
    if len(kinds) != len(args):
        return False
    has_null = False
    for kind, value in zip(kinds, args, strict=True):
        if value is None:
            if kind in _PRIMITIVE:
                return False
            has_null = has_null or kind != "o"
        elif not _FITS[kind](value):
            return False
    if has_null:
        raise Failure("NullPointerException")
    return True
