"""The grammar of statements: text, references, directives and their blocks, after Velocity 1.7's grammar.

What is refused, and what passes as text, is as there: `#foo` is text or a macro's call, `#set` without parenthesis is
text, an `#end` too many is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gatewright.language.vtl.cursor import Cursor, token_text
from gatewright.language.vtl.errors import Places
from gatewright.language.vtl.expressions import Expressions
from gatewright.language.vtl.lexer import Lexer, Token
from gatewright.language.vtl.nodes import BLOCKS, DIRECTIVES, Block, Directive, If, Node, Set, Text, Word

_TEXTS: Final = frozenset(
    ["TEXT", "DOT", "RPAREN", "LPAREN", "INTEGER", "FLOAT", "STRING", "ESCAPE", "LCURLY", "RCURLY", "EMPTY_INDEX"]
)
_ARGUMENTS: Final = frozenset(
    ["NAME", "LCURLY", "WORD", "STRING", "INTEGER", "LBRACKET", "FLOAT", "LEFT_CURLY", "TRUE", "FALSE"]
)
_CONTROLS: Final = frozenset(["if", "end", "set", "else", "elseif"])


def parse(text: str, line: int = 1, column: int = 1, macros: frozenset[str] = frozenset()) -> Block:
    """The tree of a template. `macros`: names already known, which backslashes escape. Raises TemplateError."""
    return Parser(Lexer(text, Places(text, line, column)), macros).template()


class Parser:
    """One template's, or one double-quoted string's."""

    __slots__ = ("_cursor", "_expressions", "_lexer", "_macros")

    def __init__(self, lexer: Lexer, macros: frozenset[str], depth: int = 0) -> None:
        self._lexer = lexer
        self._cursor = Cursor(lexer, depth)
        self._expressions = Expressions(self._cursor, self._parse_string)
        self._macros = set(macros)

    def template(self) -> Block:
        block = self._block()
        self._cursor.expect("END_OF_TEXT")
        return block

    def _parse_string(self, text: str, line: int, column: int) -> Block:
        lexer = Lexer(text, Places(text, line, column))
        return Parser(lexer, frozenset(self._macros), self._cursor.depth).template()

    def _block(self) -> Block:
        cursor = self._cursor
        mark = cursor.mark
        children: list[Node] = []
        cursor.enter()
        while (parse_statement := _STATEMENTS.get(cursor.peek().kind)) is not None:
            node = parse_statement(self)
            if node is not None:
                children.append(node)
        cursor.leave()
        return Block(*cursor.place(mark), "", children)

    def _text(self) -> Node:
        return self._text_of(token_text(self._cursor.peek()))

    def _text_of(self, text: str) -> Node:
        mark = self._cursor.mark
        self._cursor.take()
        return Text(*self._cursor.place(mark), text, text)

    def _curly(self) -> Node:
        return self._reference() if self._cursor.at("NAME", 1) else self._text()

    def _reference(self) -> Node:
        return self._expressions.reference()

    def _comment(self) -> Node | None:
        """Prints what `$` and `#` stood before it in the same token."""
        cursor = self._cursor
        image = cursor.peek().image
        ends = [place for place in (image.find("##"), image.find("#*")) if place >= 0]
        node = self._text_of(image[: ends[0]]) if ends and ends[0] else None
        if node is None:
            cursor.take()
        return node

    def _line_comment(self) -> Node | None:
        node = self._comment()
        self._cursor.skip("LINE_COMMENT_END")
        return node

    def _textblock(self) -> Node:
        return self._text_of(self._cursor.peek().image[3:-3])

    def _escaped_directive(self) -> Node:
        image = self._cursor.peek().image
        slashes = len(image) - len(image.lstrip("\\"))
        tag = image[slashes + 1 :]
        if tag.startswith("{"):
            tag = tag[1:-1]
        if self._is_known(tag) or tag in _CONTROLS:
            self._cursor.peek().image = image = "\\" * ((slashes - 1) // 2) + image[slashes:]
        return self._text_of(image)

    def _escapes(self) -> Node:
        """Pairs of backslashes: one of each pair stays before a directive, both before anything else."""
        cursor = self._cursor
        mark = cursor.mark
        count = 0
        while cursor.skip("DOUBLE_ESCAPE"):
            count += 1
        following = cursor.peek()
        control = following.kind in ("IF", "ELSE", "ELSEIF", "END") or self._is_known(following.image[1:])
        text = ("\\" if control else "\\\\") * count
        return Text(*cursor.place(mark), text, text)

    def _is_known(self, name: str) -> bool:
        return name in DIRECTIVES or name in self._macros

    # Directives

    def _set(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        cursor.take()
        cursor.skip("BLANK")
        if cursor.peek().kind not in ("NAME", "LCURLY"):
            raise cursor.unexpected(cursor.peek())
        target = self._expressions.reference()
        cursor.skip("BLANK")
        cursor.expect("EQUALS")
        value = self._expressions.expression()
        cursor.expect("RPAREN")
        self._lexer.end_set()
        return Set(*cursor.place(mark), cursor.source(mark), target, value)

    def _if(self) -> Node:
        cursor = self._cursor
        mark = cursor.mark
        cursor.take()
        branches = [(self._condition(), self._block())]
        while cursor.skip("ELSEIF"):
            branches.append((self._condition(), self._block()))
        otherwise = self._block() if cursor.skip("ELSE") else None
        cursor.expect("END")
        return If(*cursor.place(mark), "#if", branches, otherwise)

    def _condition(self) -> Node:
        cursor = self._cursor
        cursor.skip("BLANK")
        cursor.expect("LPAREN")
        node = self._expressions.expression()
        cursor.expect("RPAREN")
        return node

    def _directive(self) -> Node:
        cursor = self._cursor
        lexer = self._lexer
        mark = cursor.mark
        token = cursor.take()
        name = token.image[2:-1] if token.kind == "BRACKETED" else token.image[1:]
        lexer.enter_directive()
        if not lexer.parenthesis_follows():
            if name == "macro":
                raise lexer.error("#macro needs a name in parentheses", token.begin)
            lexer.leave()
            return Directive(*cursor.place(mark), cursor.source(mark), name, None, None)
        arguments = self._arguments(name, token)
        block = None
        if name in BLOCKS or name.startswith("@"):
            inside = cursor.mark
            block = self._block()
            if name == "literal":
                if cursor.mark == inside:  # Velocity 1.7 cannot do that either
                    raise lexer.error("#literal has no text", token.begin)
                block.literal = cursor.literal(inside)
            cursor.expect("END")
            if name == "macro":
                self._declare(arguments, token)
        return Directive(*cursor.place(mark), cursor.source(mark), name, arguments, block)

    def _declare(self, arguments: list[Node], token: Token) -> None:
        first = arguments[0] if arguments else None
        if not isinstance(first, Word):
            raise self._lexer.error("The first argument of #macro must be a name", token.begin)
        self._macros.add(first.word)

    def _arguments(self, name: str, directive: Token) -> list[Node]:
        cursor = self._cursor
        cursor.skip("BLANK")
        cursor.expect("LPAREN")
        cursor.enter()
        arguments: list[Node] = []
        while self._argument_follows():
            cursor.skip("BLANK")
            if cursor.skip("COMMA"):
                cursor.skip("BLANK")
            token = cursor.peek()
            if token.kind == "WORD":
                allowed = {"macro": 0, "foreach": 1}.get(name, -1)
                if name in DIRECTIVES and len(arguments) != allowed:
                    raise self._lexer.error(f"Invalid argument {token.image!r} of #{name}", token.begin)
                mark = cursor.mark
                cursor.take()
                arguments.append(Word(*cursor.place(mark), token.image, token.image))
                continue
            if name == "macro" and not arguments:
                raise self._lexer.error("The first argument of #macro must be a name", directive.begin)
            arguments.append(self._expressions.value())
        cursor.leave()
        cursor.skip("BLANK")
        cursor.expect("RPAREN")
        return arguments

    def _argument_follows(self) -> bool:
        """Velocity looks two tokens ahead: [blank] [comma [blank]] argument."""
        cursor = self._cursor
        kind = cursor.peek().kind
        if kind in _ARGUMENTS:
            return True
        if kind not in ("BLANK", "COMMA"):
            return False
        following = cursor.peek(1).kind
        return following in _ARGUMENTS or following == ("COMMA" if kind == "BLANK" else "BLANK")


_STATEMENTS: Final[dict[str, Callable[[Parser], Node | None]]] = {
    **dict.fromkeys(_TEXTS, Parser._text),
    "LCURLY": Parser._curly,
    "NAME": Parser._reference,
    "LINE_COMMENT": Parser._line_comment,
    "COMMENT": Parser._comment,
    "TEXTBLOCK": Parser._textblock,
    "ESCAPED_DIRECTIVE": Parser._escaped_directive,
    "DOUBLE_ESCAPE": Parser._escapes,
    "SET": Parser._set,
    "IF": Parser._if,
    "WORD": Parser._directive,
    "BRACKETED": Parser._directive,
}
