"""Expressions and references: the part of the grammar between parentheses and after a `$`.

A chain of operators is parsed by climbing precedences. JavaCC's look-ahead for ranges and maps is not needed: both are
told from lists by the token that follows their first element.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from gatewright.language.vtl.cursor import Cursor
from gatewright.language.vtl.lexer import Token
from gatewright.language.vtl.nodes import (
    Binary,
    Block,
    Constant,
    Index,
    Interpolated,
    ListLiteral,
    MapLiteral,
    Method,
    Node,
    Not,
    Property,
    RangeLiteral,
    Reference,
)

_PRECEDENCE: Final = {
    "OR": 1,
    "AND": 2,
    "EQ": 3,
    "NE": 3,
    "LT": 4,
    "GT": 4,
    "LE": 4,
    "GE": 4,
    "PLUS": 5,
    "MINUS": 5,
    "MULTIPLY": 6,
    "DIVIDE": 6,
    "MODULO": 6,
}
_PARAMETERS: Final = frozenset(
    ["STRING", "INTEGER", "FLOAT", "LBRACKET", "LEFT_CURLY", "TRUE", "FALSE", "NAME", "LCURLY"]
)
_ARGUMENT_STARTS: Final = _PARAMETERS | {"BLANK", "RARGUMENTS"}
_ESCAPED_CHARACTER: Final = re.compile(r"\\u(.{0,4})", re.DOTALL)
_MAX_DIGITS: Final = 150

ParseString = Callable[[str, int, int], Block]


class Expressions:
    """Parses expressions from a cursor. `parse_string` makes a block of the inside of a double-quoted string."""

    __slots__ = ("_cursor", "_parse_string")

    def __init__(self, cursor: Cursor, parse_string: ParseString) -> None:
        self._cursor = cursor
        self._parse_string = parse_string

    def expression(self, precedence: int = 1) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        left = self._unary()
        while (found := _PRECEDENCE.get(cursor.peek().kind, 0)) >= precedence:
            operator = cursor.take()
            after = cursor.mark  # where Velocity's node begins: its literal is that of the right side
            right = self.expression(found + 1)
            left = Binary(*cursor.place(mark), cursor.literal(after), operator.kind, left, right)
        return left

    def _unary(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        if not cursor.at("NOT", 1 if cursor.at("BLANK") else 0):
            return self._primary()
        cursor.skip("BLANK")
        cursor.take()
        after = cursor.mark
        cursor.enter()
        operand = self._unary()
        cursor.leave()
        return Not(*cursor.place(mark), cursor.literal(after), operand)

    def _primary(self) -> Node:
        cursor = self._cursor
        cursor.skip("BLANK")
        if cursor.skip("LPAREN"):
            inside = cursor.mark
            cursor.enter()
            node = self.expression()
            cursor.leave()
            node.literal = cursor.literal(inside)
            cursor.expect("RPAREN")
        else:
            node = self.value()
        cursor.skip("BLANK")
        return node

    def parameter(self) -> Node:
        """A value between optional blanks: an argument of a method, an element of a list."""
        self._cursor.skip("BLANK")
        node = self.value()
        self._cursor.skip("BLANK")
        return node

    def value(self) -> Node:
        cursor = self._cursor
        kind = cursor.peek().kind
        if kind in ("NAME", "LCURLY"):
            return self.reference()
        parse = _VALUES.get(kind)
        if parse is None:
            raise cursor.unexpected(cursor.peek())
        return parse(self)

    def _integer(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        token = cursor.take()
        if len(token.image) > _MAX_DIGITS:
            raise cursor.lexer.error("A number of too many digits", token.begin)
        return Constant(*cursor.place(mark), token.image, self._number(token, int))

    def _float(self) -> Node:
        mark = self._cursor.mark
        token = self._cursor.take()
        return Constant(*self._cursor.place(mark), token.image, self._number(token, float))

    def _number(self, token: Token, convert: Callable[[str], float]) -> float:
        """A `#` before a number is part of its token: then it is none."""
        try:
            return convert(token.image)
        except ValueError:
            raise self._cursor.unexpected(token) from None

    def _boolean(self) -> Node:
        mark = self._cursor.mark
        token = self._cursor.take()
        return Constant(*self._cursor.place(mark), token.image, token.kind == "TRUE")

    def _string(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        token = cursor.take()
        line, column = cursor.place(mark)
        quote = token.image[0]
        text = token.image[1:-1]
        if quote == '"':
            text = self._unescape(text, token.begin)
        text = text.replace(quote * 2, quote)
        if quote == "'" or not ("$" in token.image or "#" in token.image):
            return Constant(line, column, token.image, text)
        padded = "##" not in text
        cursor.enter()
        block = self._parse_string(text + " " if padded else text, line, column + 1)
        cursor.leave()
        return Interpolated(line, column, token.image, block, padded)

    def _unescape(self, text: str, offset: int) -> str:
        def character(match: re.Match[str]) -> str:
            try:
                code = int(match[1], 16) if len(match[1]) == 4 else -1
            except ValueError:
                code = -1
            if code < 0:
                raise self._cursor.lexer.error(f"No character {match[0]!r}", offset)
            return chr(code)

        return _ESCAPED_CHARACTER.sub(character, text) if "\\u" in text else text

    def _list(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        cursor.take()
        cursor.enter()
        items: list[Node] = []
        if not cursor.at("RBRACKET"):
            items.append(self.parameter())
            if isinstance(items[0], Reference | Constant) and cursor.at("DOUBLEDOT"):
                return self._range(mark, items[0])
            while cursor.skip("COMMA"):
                items.append(self.parameter())
        cursor.expect("RBRACKET")
        cursor.leave()
        return ListLiteral(*cursor.place(mark), cursor.literal(mark), items)

    def _range(self, mark: int, first: Node) -> Node:
        cursor = self._cursor
        dots = cursor.take()
        last = self.parameter()
        cursor.expect("RBRACKET")
        cursor.leave()
        for end in (first, last):
            if not isinstance(end, Reference) and not (isinstance(end, Constant) and type(end.value) is int):
                raise cursor.unexpected(dots)
        return RangeLiteral(*cursor.place(mark), cursor.literal(mark), first, last)

    def _map(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        cursor.take()
        cursor.enter()
        entries: list[tuple[Node, Node]] = []
        if not cursor.at("RIGHT_CURLY", 1 if cursor.at("BLANK") else 0) and not cursor.at("RCURLY"):
            entries.append(self._entry())
            while cursor.skip("COMMA"):
                entries.append(self._entry())
        else:
            cursor.skip("BLANK")
        cursor.expect("RIGHT_CURLY", "RCURLY")
        cursor.leave()
        return MapLiteral(*cursor.place(mark), cursor.literal(mark), entries)

    def _entry(self) -> tuple[Node, Node]:
        key = self.parameter()
        self._cursor.expect("COLON")
        return key, self.parameter()

    # References

    def reference(self) -> Reference:
        cursor = self._cursor
        mark = cursor.mark
        head = cursor.take()
        name = cursor.expect("NAME") if head.kind == "LCURLY" else head
        cursor.enter()
        parts = self._parts()
        cursor.leave()
        if head.kind == "LCURLY":
            cursor.expect("RCURLY")
        reference = _reference(cursor, mark, head.image, name.image, parts)
        if not reference.bare:
            head.image = head.image[head.image.rfind("$") :]  # so it prints in the text of a directive around it
        return reference

    def _parts(self) -> list[Property | Index | Method]:
        cursor = self._cursor
        parts: list[Property | Index | Method] = []
        while True:
            if cursor.at("LINDEX"):
                parts.append(self._index())
            elif cursor.at("DOT") and cursor.at("NAME", 1):
                cursor.take()
                is_call = cursor.at("LPAREN", 1) and cursor.peek(2).kind in _ARGUMENT_STARTS
                parts.append(self._method() if is_call else self._property())
            else:
                return parts

    def _property(self) -> Property:
        mark = self._cursor.mark
        image = self._cursor.take().image
        return Property(*self._cursor.place(mark), image, image)

    def _index(self) -> Index:
        cursor = self._cursor
        mark = cursor.mark
        cursor.take()
        cursor.skip("BLANK")
        if cursor.peek().kind not in ("STRING", "INTEGER", "TRUE", "FALSE", "NAME", "LCURLY"):
            raise cursor.unexpected(cursor.peek())
        argument = self.value()
        cursor.skip("BLANK")
        cursor.expect("RINDEX")
        return Index(*cursor.place(mark), "", argument)

    def _method(self) -> Method:
        cursor = self._cursor
        mark = cursor.mark
        name = cursor.take().image
        cursor.take()
        arguments = []
        if not cursor.at("RARGUMENTS"):
            arguments.append(self.parameter())
            while cursor.skip("COMMA"):
                arguments.append(self.parameter())
        cursor.expect("RARGUMENTS")
        return Method(*cursor.place(mark), "", name, arguments)


_VALUES: Final[dict[str, Callable[[Expressions], Node]]] = {
    "INTEGER": Expressions._integer,
    "FLOAT": Expressions._float,
    "TRUE": Expressions._boolean,
    "FALSE": Expressions._boolean,
    "STRING": Expressions._string,
    "LBRACKET": Expressions._list,
    "LEFT_CURLY": Expressions._map,
}


def _reference(cursor: Cursor, mark: int, image: str, name: str, parts: list[Property | Index | Method]) -> Reference:
    """What the first token says: backslashes, other `$` before it, `!` for quiet."""
    line, column = cursor.place(mark)
    if "\\!" in image:  # `$\!name`: the first backslash goes, the rest is text
        slash = image.index("\\", image.index("$"))
        text = image[:slash] + image[slash + 1 :]
        return Reference(line, column, cursor.literal(mark), text, [], text, False, "", "", image[1:], True)
    bare = image.lstrip("\\")
    slashes = len(image) - len(bare)
    dollar = max(bare.rfind("$"), 0)
    more, bare = bare[:dollar], bare[dollar:]
    literal = cursor.literal(mark, bare)
    escaped = slashes % 2 == 1
    quiet = bare.startswith("$!")
    if not bare.startswith("$"):
        root = bare
    elif bare.endswith("{"):
        root = name
    else:
        root = bare[2:] if quiet else bare[1:]
    return Reference(
        line=line,
        column=column,
        literal=literal,
        root=root,
        parts=parts,
        null_text="" if quiet and not escaped else literal,
        escaped=escaped,
        prefix="\\" * (slashes // 2),
        more=more,
        assigns=bare[1:],
        bare=not bare.startswith("$"),
    )
