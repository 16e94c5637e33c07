"""Tokens one after another for the parser, read only when asked for, and the text that nodes print literally."""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.language.vtl.errors import TemplateError
from gatewright.language.vtl.lexer import Lexer, Token

MAX_DEPTH = 60  # blocks, parentheses, arguments and literals within one another


def special_text(images: Sequence[str]) -> str:
    """What prints of a `$` or `#` that began nothing: the `$`, the `#`, backslashes before `$`."""
    result = []
    for image in images:
        position = 0
        while position < len(image):
            character = image[position]
            if character in "#$":
                result.append(character)
            elif character == "\\":
                end = position
                while end < len(image) and image[end] == "\\":
                    end += 1
                if image[end : end + 1] == "$":
                    result.append(image[position : end + 1])
                    position = end + 1
            position += 1
    return "".join(result)


def token_text(token: Token) -> str:
    if token.kind == "COMMENT":
        return ""
    if token.special and not token.special[-1].startswith("##"):
        return special_text(token.special) + token.image
    return token.image


class Cursor:
    """`peek` and `take` in step with the lexer: no token is read before it is needed."""

    __slots__ = ("_index", "_tokens", "depth", "lexer")

    def __init__(self, lexer: Lexer, depth: int = 0) -> None:
        self.lexer = lexer
        self._tokens: list[Token] = []
        self._index = 0
        self.depth = depth

    def peek(self, ahead: int = 0) -> Token:
        wanted = self._index + ahead
        while len(self._tokens) <= wanted:
            self._tokens.append(self.lexer.scan())
        return self._tokens[wanted]

    def at(self, kind: str, ahead: int = 0) -> bool:
        return self.peek(ahead).kind == kind

    def take(self) -> Token:
        token = self.peek()
        self._index += 1
        return token

    def expect(self, *kinds: str) -> Token:
        token = self.peek()
        if token.kind not in kinds:
            raise self.unexpected(token)
        self._index += 1
        return token

    def skip(self, kind: str) -> bool:
        """Takes the next token if it is of that kind."""
        if self.peek().kind != kind:
            return False
        self._index += 1
        return True

    @property
    def mark(self) -> int:
        """The place of the next token, for `literal`."""
        return self._index

    def literal(self, mark: int, first: str | None = None) -> str:
        """The tokens taken since `mark` as text; `first` stands for the first of them."""
        tokens = self._tokens[mark : self._index]
        if first is None:
            return "".join(map(token_text, tokens))
        return first + "".join(map(token_text, tokens[1:]))

    def source(self, mark: int) -> str:
        """The tokens taken since `mark`, without what lies between them: comments are lost."""
        return "".join([token.image for token in self._tokens[mark : self._index]])

    def place(self, mark: int) -> tuple[int, int]:
        return self.lexer.places.find(self._tokens[mark].begin)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.lexer.error(f"Nested deeper than {MAX_DEPTH} levels", self.peek().begin)

    def leave(self) -> None:
        self.depth -= 1

    def unexpected(self, token: Token) -> TemplateError:
        if token.kind == "END_OF_TEXT":
            return self.lexer.error("Unexpected end of the template", token.begin)
        return self.lexer.error(f"Unexpected {token.image!r}", token.begin)
