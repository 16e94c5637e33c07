"""Constraints: required, enum, length, value range, pattern; all violations of a request in AWS's words.

One closure per shape, made once; a shape without constraints gets none, so that most values are never visited. Words
and paths as recorded: `Value 'v' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: …`;
a list of plain values is reported as a whole: `Value '[v]' at '…types' failed to satisfy constraint: Member must
satisfy constraint: […]`. unverified: the order of several constraints of one member, maps, and the names of members
whose wire name differs from the SDK's (the SDK's is used, first letter in lower case).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from gatewright.aws.dialects import Dialect
from gatewright.aws.patterns import matcher
from gatewright.aws.shapes import Member, Shape

Found = list["Violation"]
Checker = Callable[[Any, str, Found], None]


class Violation:
    """One constraint that a value fails."""

    __slots__ = ("constraint", "path", "shown")

    def __init__(self, path: str, shown: str, constraint: str) -> None:
        self.path, self.shown, self.constraint = path, shown, constraint

    def __str__(self) -> str:
        return f"Value {self.shown} at '{self.path}' failed to satisfy constraint: {self.constraint}"


def message(violations: Sequence[Violation]) -> str:
    """All violations in one sentence."""
    plural = "" if len(violations) == 1 else "s"
    return f"{len(violations)} validation error{plural} detected: " + "; ".join(map(str, violations))


def display_name(name: str) -> str:
    """A member's name as AWS shows it."""
    return name[:1].lower() + name[1:]


class Checkers:
    """The checkers of one service's shapes."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._made: dict[Shape, Checker | None] = {}

    def of(self, shape: Shape) -> Checker | None:
        """The checker of a shape; None when nothing can be wrong with its values."""
        if shape not in self._made:
            self._made[shape] = lambda value, path, found: self._recur(shape, value, path, found)
            self._made[shape] = self._make(shape)
        return self._made[shape]

    def members(self, members: Sequence[Member]) -> Callable[[dict[str, Any], str, Found], None]:
        """A checker for the members of a structure; `path` ends in "." or is empty."""
        table = [
            (member.name, display_name(member.name), member.required, checker)
            for member in members
            for checker in [self.of(member.shape)]
            if member.required or checker
        ]

        def check(value: dict[str, Any], path: str, found: Found) -> None:
            for name, shown, required, inner in table:
                given = value.get(name)
                if given is None:
                    if required:
                        found.append(Violation(path + shown, "null", "Member must not be null"))
                elif inner is not None:
                    inner(given, path + shown, found)

        return check

    def _recur(self, shape: Shape, value: Any, path: str, found: Found) -> None:
        checker = self._made[shape]
        if checker is not None:
            checker(value, path, found)

    def _make(self, shape: Shape) -> Checker | None:
        if shape.name in self._dialect.unchecked:
            return None
        parts: list[Checker] = []
        rules = self._rules(shape)
        if rules:
            parts.append(_own(rules, shape.sensitive))
        if shape.type == "structure":
            parts += self._structure(shape)
        elif shape.type == "list":
            parts += self._list(shape)
        elif shape.type == "map":
            parts += self._map(shape)
        if len(parts) < 2:
            return parts[0] if parts else None

        def check(value: Any, path: str, found: Found) -> None:
            for part in parts:
                part(value, path, found)

        return check

    def _structure(self, shape: Shape) -> list[Checker]:
        if not any(member.required or self.of(member.shape) for member in shape.members):
            return []
        inner = self.members(shape.members)
        return [lambda value, path, found: inner(value, path + ".", found)]

    def _list(self, shape: Shape) -> list[Checker]:
        assert shape.element is not None
        if shape.element.type not in ("structure", "list", "map"):
            rules = self._rules(shape.element)
            if not rules:
                return []
            return [_group(rules, "Member must satisfy constraint", lambda value: value, shape.sensitive)]
        inner = self.of(shape.element)
        if inner is None:
            return []

        def check(value: list[Any], path: str, found: Found) -> None:
            for at, each in enumerate(value, 1):
                if each is not None:
                    inner(each, f"{path}.{at}.member", found)

        return [check]

    def _map(self, shape: Shape) -> list[Checker]:
        assert shape.element is not None
        assert shape.key is not None
        parts: list[Checker] = []
        if rules := self._rules(shape.key):
            parts.append(_group(rules, "Map keys must satisfy constraint", lambda value: value.keys(), shape.sensitive))
        if shape.element.type not in ("structure", "list", "map"):
            if rules := self._rules(shape.element):
                words = "Map value must satisfy constraint"
                parts.append(_group(rules, words, lambda value: value.values(), shape.sensitive))
            return parts
        inner = self.of(shape.element)
        if inner is not None:

            def check(value: dict[str, Any], path: str, found: Found) -> None:
                for key, each in value.items():
                    if each is not None:
                        inner(each, f"{path}.{key}.member", found)

            parts.append(check)
        return parts

    def _rules(self, shape: Shape) -> list[Rule]:
        """What a value of this shape itself must satisfy."""
        if shape.name in self._dialect.unchecked:
            return []
        rules = _RANGE.get(shape.type, _length)(shape)
        if shape.enum:
            rules.append(self._enum(shape))
        if shape.pattern is not None:
            words = f"Member must satisfy regular expression pattern: {shape.pattern}"
            rules.append((words, matcher(shape.pattern)))
        return rules

    def _enum(self, shape: Shape) -> Rule:
        allowed = frozenset(shape.enum) | ({""} if self._dialect.empty_enum else set())
        order = self._dialect.enum_order.get(shape.name, ())
        known = [value for value in order if value in shape.enum]
        shown = ", ".join(known + [value for value in shape.enum if value not in order])
        return f"Member must satisfy enum value set: [{shown}]", allowed.__contains__


Rule = tuple[str, Callable[[Any], bool]]


def _own(rules: list[Rule], sensitive: bool) -> Checker:
    def check(value: Any, path: str, found: Found) -> None:
        for words, holds in rules:
            if not holds(value):
                found.append(Violation(path, _shown(value, sensitive), words))

    return check


def _group(rules: list[Rule], words: str, items: Callable[[Any], Any], sensitive: bool) -> Checker:
    """For plain values in a list or map: one violation that names all their constraints."""
    constraint = f"{words}: [{', '.join(rule for rule, _ in rules)}]"

    def check(value: Any, path: str, found: Found) -> None:
        if not all(holds(each) for each in items(value) if each is not None for _, holds in rules):
            found.append(Violation(path, _shown(value, sensitive), constraint))

    return check


def _shown(value: Any, sensitive: bool) -> str:
    return "'***'" if sensitive else f"'{_java(value)}'"


def _java(value: Any) -> str:
    """A value as Java prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_java, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_java(each)}" for key, each in value.items()) + "}"
    if isinstance(value, bytes):
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    return "null" if value is None else str(value)


def _value(shape: Shape) -> list[Rule]:
    rules: list[Rule] = []
    low, high = shape.minimum, shape.maximum
    if high is not None:
        rules.append((f"Member must have value less than or equal to {high}", lambda value: value <= high))
    if low is not None:
        rules.append((f"Member must have value greater than or equal to {low}", lambda value: value >= low))
    return rules


def _length(shape: Shape) -> list[Rule]:
    rules: list[Rule] = []
    low, high = shape.minimum, shape.maximum
    if high is None and (said := _SAID.search(shape.name)):
        high = int(said[1]) * (1024 if said[2] else 1)
    if high is not None:
        rules.append((f"Member must have length less than or equal to {high}", lambda value: len(value) <= high))
    if low is not None:
        rules.append((f"Member must have length greater than or equal to {low}", lambda value: len(value) >= low))
    return rules


# Texts of apigatewayv2 whose limit only the shape's name says. The least length is not taken: "" takes a member away.
_SAID = re.compile(r"^(?:String|Uri)WithLengthBetween\d+And(\d+)(K?)$")

_RANGE = dict.fromkeys(("integer", "long", "float", "double"), _value)
