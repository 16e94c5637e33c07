"""From the text of a filter, `(@.a > 1 && !@.b)`, to its condition.

    or      = and { "||" and }
    and     = operand { "&&" operand }
    operand = "(" or ")" | "!" operand | value [ operator value ]      a path alone asks whether it exists
    value   = path | text | number | true | false | null | /pattern/flags | [list] | {object}

A path ends at a space, an operator sign or the parenthesis that closes the group; so `@.a&&@.b` without spaces is one
path. Words are operators in any case (`IN`), and end at a space.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from gatewright.language.jsonpath.errors import InvalidPath
from gatewright.language.jsonpath.java import decimal, unescape
from gatewright.language.jsonpath.nodes import EVALUATORS, Json
from gatewright.language.jsonpath.text import SPACE, Text
from gatewright.language.jsonpath.tokens import AllOf, AnyOf, Compare, Condition, Exists, Literal, Not, PathText
from gatewright.language.regex import Pattern, PatternError

_SIGNS = "<>=~!"
_NUMBER = frozenset("0123456789-.eE")
_FLAGS = "dixmsuU"
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_DEEPEST = 32

ParsePath = Callable[[str, int], PathText]


def parse_condition(text: str, parse_path: ParsePath, depth: int) -> Condition:
    """The condition in `(…)`. Raises InvalidPath."""
    piece = Text(text)
    parser = _Parser(piece, parse_path, depth)
    condition = parser.either()
    piece.blanks()
    if piece.at < piece.end:
        raise InvalidPath(f"Expected end of filter expression instead of: {text[piece.at :]}")
    return condition


class _Parser:
    __slots__ = ("_depth", "_groups", "_parse_path", "_text")

    def __init__(self, text: Text, parse_path: ParsePath, depth: int) -> None:
        self._text = text
        self._parse_path = parse_path
        self._depth = depth
        self._groups = 0

    def either(self) -> Condition:
        operands = [self._both()]
        while self._accept("||"):
            operands.append(self._both())
        return operands[0] if len(operands) == 1 else AnyOf(tuple(operands))

    def _both(self) -> Condition:
        operands = [self._operand()]
        while self._accept("&&"):
            operands.append(self._operand())
        return operands[0] if len(operands) == 1 else AllOf(tuple(operands))

    def _accept(self, sign: str) -> bool:
        text = self._text
        start = text.at
        text.blanks()
        if text.at + len(sign) <= text.end and text.whole.startswith(sign, text.at):
            text.at += len(sign)
            return True
        text.at = start
        return False

    def _operand(self) -> Condition:
        text = self._text
        text.blanks()
        if text.char() == "!" and text.char(text.significant(text.at)) not in ("$", "@"):
            text.at += 1
            return Not(self._nested(self._operand))
        if text.char() != "(":
            return self._relation()
        text.at += 1
        condition = self._nested(self.either)
        text.blanks()
        if text.char() != ")":
            raise self._refusal("a ')' is missing")
        text.at += 1
        return condition

    def _nested(self, read: Callable[[], Condition]) -> Condition:
        self._groups += 1
        if self._groups > _DEEPEST:
            raise self._refusal("nested too deeply")
        condition = read()
        self._groups -= 1
        return condition

    def _relation(self) -> Condition:
        left, wanted = self._value()
        start = self._text.at
        try:
            operator = self._operator()
            return Compare(left, operator, self._value()[0])
        except InvalidPath:
            self._text.at = start
        if not isinstance(left, PathText):
            raise self._refusal("a value alone is no condition")
        return Exists(left, wanted)

    def _operator(self) -> str:
        text = self._text
        text.blanks()
        start = text.at
        signs = text.char() != "" and text.char() in _SIGNS
        while text.at < text.end and ((text.char() in _SIGNS) if signs else text.char() != SPACE):
            text.at += 1
        operator = text.whole[start : text.at].upper()
        if operator not in EVALUATORS:
            raise self._refusal(f"{operator!r} is no operator")
        return operator

    def _value(self) -> tuple[PathText | Literal, bool]:
        """A value, and false if it is a path with `!` before it."""
        text = self._text
        text.blanks()
        if text.char() == "!":
            text.at += 1
            text.blanks()
            if text.char() not in ("$", "@"):
                raise self._refusal("unexpected '!'")
        if text.char() in ("$", "@"):
            wanted = text.before(text.at) != "!"
            return self._path(), wanted
        return Literal(self._literal()), True

    def _path(self) -> PathText:
        text = self._text
        start = text.at
        text.at += 1
        while text.at < text.end:
            if text.char() == "[":
                closing = text.closing(text.at, "]")
                if closing < 0:
                    raise self._refusal("square brackets do not match")
                text.at = closing + 1
            sign = text.char()
            if not sign or sign in _SIGNS or sign == SPACE or (sign == ")" and not self._closes_call(start)):
                break
            text.at += 1
        return self._parse_path(text.whole[start : text.at], self._depth)

    def _closes_call(self, start: int) -> bool:
        """Whether the `)` here belongs to a function without parameters."""
        text = self._text
        at = text.at - 1
        while at >= 0 and text.whole[at] == SPACE:
            at -= 1
        return at >= 0 and text.whole[at] == "(" and text.whole.find(".", start + 1, at) >= 0

    def _literal(self) -> str | bool | Decimal | Json | Pattern | None:
        sign = self._text.char()
        if sign in ("'", '"'):
            return self._quoted(sign)
        if sign in ("[", "{"):
            return self._json(sign)
        if sign == "/":
            return self._pattern()
        if sign in ("t", "f", "n"):
            return self._word()
        return self._number()

    def _quoted(self, quote: str) -> str:
        text = self._text
        start, end = text.at, text.unescaped(quote, text.at)
        if end < 0:
            raise self._refusal("a text has not been closed")
        text.at = end + 1
        try:
            return unescape(text.whole[start + 1 : end])
        except ValueError:
            raise self._refusal("a bad escape") from None

    def _json(self, sign: str) -> Json:
        text = self._text
        start, end = text.at, text.closing(text.at, "]" if sign == "[" else "}")
        if end < 0:
            raise self._refusal("a list or an object has not been closed")
        text.at = end + 1
        return Json.literal(text.whole[start : end + 1])

    def _pattern(self) -> Pattern:
        text = self._text
        start, end = text.at, text.unescaped("/", text.at)
        if end < 0:
            raise self._refusal("a pattern has not been closed")
        text.at = end + 1
        while text.char() and text.char() in _FLAGS:
            text.at += 1
        try:
            return compile_pattern(text.whole[start + 1 : end], text.whole[end + 1 : text.at])
        except PatternError as error:
            raise self._refusal(str(error)) from None

    def _word(self) -> bool | None:
        text = self._text
        for word, value in _WORDS.items():
            if text.whole.startswith(word, text.at, text.end):
                text.at += len(word)
                return value
        raise self._refusal("expected true, false or null")

    def _number(self) -> Decimal:
        text = self._text
        start = text.at
        while text.char() in _NUMBER:
            text.at += 1
        number = decimal(text.whole[start : text.at])
        if number is None:
            raise self._refusal("expected a value")
        return number

    def _refusal(self, reason: str) -> InvalidPath:
        return InvalidPath(f"Invalid filter {self._text.whole!r} at position {self._text.at}: {reason}")


def compile_pattern(pattern: str, flags: str) -> Pattern:
    """`/pattern/flags`. The letters i, m, s and x are Java's; d, u and U change nothing here. Raises PatternError."""
    known = "".join(sorted(set(flags) & set("imsx")))
    return Pattern(f"(?{known}){pattern}" if known else pattern)
