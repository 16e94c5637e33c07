"""Tokens of a template, as Velocity 1.7 cuts them.

Velocity has no way to tell text from code but to try. Its lexer is a machine of states: text, what follows a `#`, the
parentheses of a directive, what follows a `$`, what follows a dot, arguments, an index, comments. States lie on a
stack; `$` and `#` push one, a character that cannot go on pops it. What prints in odd corners (`$5`, `#-`, `$name{x}`,
`$a.b##c`) follows from the order of pushes and pops alone, so this is the same machine, with one regular expression
per state:

- the longest match wins, of equals the first (the alternatives below are ordered so that the first match is it);
- MORE matches begin a token that the next match goes on with: `$` and `name` become `$name`;
- SPECIAL matches give their last character back, pop a state and hang on the next token, which prints what of them is
  `$` or `#` (when it is text: otherwise that is lost, as in Velocity);
- SKIP matches leave nothing.

The parser reads tokens lazily, because for a directive it changes the lexer's state itself (`enter_directive`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from gatewright.language.vtl.errors import Places, TemplateError

_WORD = r"[A-Za-z_@][A-Za-z0-9_@]*"
_BRACKETED = r"\{[A-Za-z_][A-Za-z0-9_@]*\}"
_LINE_END = r"(?:\r\n|\n|\r)"
_EXPONENT = r"[eE][+-]?[0-9]+"
_END_OF_WORD = r"(?![A-Za-z0-9_@])"
_END_OF_NAME = r"(?![A-Za-z0-9_-])"

_SET = ("SET", r"[ \t]*#(?:set|\{set\})[ ]*\(")
_EMPTY_INDEX = ("EMPTY_INDEX", r"\$\[|\$!\[|\$\\!\[|\$\.")
# Backslashes that one token may take: each of a longer run would else be where the run is read to its end anew.
_RUN = 128
_DOLLAR = ("DOLLAR", rf"\\{{0,{_RUN}}}\$(?:\\{{0,{_RUN}}}!)?")
_OPENERS = (
    ("OPEN_TEXTBLOCK", r"\#\[\["),
    ("OPEN_FORMAL", r"\#\*\*[^#]"),
    ("OPEN_MULTI", r"\#\*"),
)
_LINE_COMMENT = ("LINE_COMMENT", r"\#\#")
_HASH = ("HASH", r"\#")
_BLANK = ("BLANK", r"[ \t\n\r]+")
_STRING = ("STRING", r'"[^"]*(?:""[^"]*)*"|' r"'[^']*(?:''[^']*)*'")
_NUMBERS = (
    ("DOTTED", r"-?[0-9]+\.\."),  # an INTEGER before the dots of a range
    ("FLOAT", rf"-?[0-9]+\.[0-9]*(?:{_EXPONENT})?|-?\.[0-9]+(?:{_EXPONENT})?|-?[0-9]+{_EXPONENT}"),
    ("INTEGER", r"-?[0-9]+"),
)
_NAME = ("NAME", r"[A-Za-z_][A-Za-z0-9_-]*")
_DOT = ("DOT", r"\.[A-Za-z]")
_LISTS = (
    ("LBRACKET", r"\["),
    ("RBRACKET", r"\]"),
    ("COMMA", r","),
    ("DOUBLEDOT", r"\.\."),
    ("COLON", r":"),
)
_REFERENCE_COMMON = (
    ("TRUE", rf"true{_END_OF_NAME}"),
    ("FALSE", rf"false{_END_OF_NAME}"),
    _NAME,
    _DOT,
    ("LCURLY", r"\{"),
    ("RCURLY", r"\}"),
    ("REFERENCE_END", r"."),
)

_STATES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "TEXT": (
        ("ESCAPED_DIRECTIVE", rf"(?:\\\\){{0,{_RUN // 2}}}\\\#(?:{_WORD}|{_BRACKETED})"),
        _SET,
        _EMPTY_INDEX,
        _DOLLAR,
        *_OPENERS,
        _LINE_COMMENT,
        _HASH,
        ("DOUBLE_ESCAPE", r"\\\\"),
        ("ESCAPE", r"\\"),
        ("TEXT", r"[^$#\\]+"),
    ),
    "AFTER_HASH": (
        _DOLLAR,
        *_OPENERS,
        _LINE_COMMENT,
        _HASH,
        ("END", rf"(?:end|\{{end\}})[ \t]*{_LINE_END}|end{_END_OF_WORD}|\{{end\}}"),
        ("IF", rf"if{_END_OF_WORD}|\{{if\}}"),
        ("ELSEIF", rf"elseif{_END_OF_WORD}|\{{elseif\}}"),
        ("ELSE", rf"(?:else|\{{else\}})[ \t]*{_LINE_END}|else{_END_OF_WORD}|\{{else\}}"),
        *_NUMBERS,
        ("WORD", _WORD),
        ("BRACKETED", _BRACKETED),
        ("DIRECTIVE_END", r"."),
    ),
    "DIRECTIVE": (
        *_NUMBERS,
        *_LISTS,
        ("BRACKETED", _BRACKETED),
        ("LEFT_CURLY", r"\{"),
        ("RIGHT_CURLY", r"\}"),
        ("LPAREN", r"\("),
        ("RPAREN", rf"\)(?:[ \t]*{_LINE_END})?"),
        _DOLLAR,
        *_OPENERS,
        _LINE_COMMENT,
        _HASH,
        _BLANK,
        _STRING,
        ("TRUE", rf"true{_END_OF_WORD}"),
        ("FALSE", rf"false{_END_OF_WORD}"),
        ("MINUS", r"-"),
        ("PLUS", r"\+"),
        ("MULTIPLY", r"\*"),
        ("DIVIDE", r"/"),
        ("MODULO", r"%"),
        ("AND", rf"&&|and{_END_OF_WORD}"),
        ("OR", rf"\|\||or{_END_OF_WORD}"),
        ("LE", rf"<=|le{_END_OF_WORD}"),
        ("LT", rf"<|lt{_END_OF_WORD}"),
        ("GE", rf">=|ge{_END_OF_WORD}"),
        ("GT", rf">|gt{_END_OF_WORD}"),
        ("EQ", rf"==|eq{_END_OF_WORD}"),
        ("NE", rf"!=|ne{_END_OF_WORD}"),
        ("NOT", rf"!|not{_END_OF_WORD}"),
        ("EQUALS", r"="),
        ("WORD", _WORD),
    ),
    "REFERENCE": (
        _SET,
        _EMPTY_INDEX,
        _DOLLAR,
        *_OPENERS,
        _LINE_COMMENT,
        _HASH,
        ("LINDEX", r"\["),
        *_REFERENCE_COMMON,
    ),
    "AFTER_DOT": (
        _SET,
        _DOLLAR,
        *_OPENERS,
        _HASH,
        ("LINDEX", r"\["),
        ("LPAREN", r"\("),
        *_REFERENCE_COMMON,
    ),
    "ARGUMENTS": (
        _SET,
        _DOLLAR,
        *_OPENERS,
        _HASH,
        *_NUMBERS,
        *_LISTS,
        ("LEFT_CURLY", r"\{"),
        ("RIGHT_CURLY", r"\}"),
        ("RARGUMENTS", r"\)"),
        _BLANK,
        _STRING,
        ("TRUE", rf"true{_END_OF_NAME}"),
        ("FALSE", rf"false{_END_OF_NAME}"),
        _NAME,
        _DOT,
    ),
    "INDEX": (
        ("RINDEX", r"\]"),
        _DOLLAR,
        *_OPENERS,
        _HASH,
        _BLANK,
        _STRING,
        ("TRUE", r"true"),
        ("FALSE", r"false"),
        *_NUMBERS,
    ),
    "IN_LINE_COMMENT": (
        ("LINE_COMMENT_END", _LINE_END),
        _DOLLAR,
        *_OPENERS,
        _HASH,
        ("SKIP", r"[^\n\r#$\\]+|."),
    ),
    "IN_COMMENT": (
        ("COMMENT", r"\*\#"),
        _DOLLAR,
        *_OPENERS,
        _HASH,
        ("SKIP", r"[^*#$\\]+|."),
    ),
    "IN_TEXTBLOCK": (
        ("TEXTBLOCK", r"\]\]\#"),
        _DOLLAR,
        *_OPENERS,
        _HASH,
        ("ANY", r"[^\]#$\\]+|."),
    ),
}
_MATCH: Final = {
    state: re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in rules), re.DOTALL).match
    for state, rules in _STATES.items()
}
_MORE: Final = frozenset(["DOLLAR", "OPEN_TEXTBLOCK", "OPEN_FORMAL", "OPEN_MULTI", "HASH", "ANY"])
_SPECIAL: Final = frozenset(["REFERENCE_END", "DIRECTIVE_END"])


class Token:
    """A piece of the text: `begin` and `end` are offsets; `special` are texts that came before it and hang on it."""

    __slots__ = ("begin", "end", "image", "kind", "special")

    def __init__(self, kind: str, image: str, begin: int, end: int, special: Sequence[str]) -> None:
        self.kind = kind
        self.image = image
        self.begin = begin
        self.end = end
        self.special = special


class Lexer:
    """One pass over one text. `scan` gives the next token, the last one is END_OF_TEXT."""

    __slots__ = ("_in_comment", "_in_set", "_lparen", "_position", "_rparen", "_stack", "_state", "places", "text")

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places
        self._position = 0
        self._state = "TEXT"
        self._stack: list[tuple[int, int, str]] = []
        self._lparen = 0
        self._rparen = 0
        self._in_comment = False
        self._in_set = False

    def scan(self) -> Token:
        """Raises TemplateError where no token begins."""
        text = self.text
        begin = self._position
        special: list[str] = []
        while self._position < len(text):
            match = _MATCH[self._state](text, self._position)
            if match is None:
                raise self.error(f"Unexpected {text[self._position]!r}", self._position)
            kind = match.lastgroup or ""
            self._position = match.end()
            action = _ACTIONS.get(kind)
            if action is not None:
                action(self)
            if kind in _MORE:
                continue
            if kind == "SKIP":
                begin = self._position
                continue
            if kind in _SPECIAL:
                special.append(text[begin : match.end()])
                begin = self._position
                continue
            if kind == "DOTTED":
                kind = "INTEGER"
            image = "." if kind == "DOT" else text[begin : self._position]  # what came before a dot is lost
            return Token(kind, image, begin, self._position, special)
        if begin != self._position:
            raise self.error(f"Unexpected end of the template after {text[begin:]!r}", begin)
        return Token("END_OF_TEXT", "", begin, begin, special)

    def error(self, reason: str, offset: int) -> TemplateError:
        return TemplateError(reason, *self.places.find(offset))

    def parenthesis_follows(self) -> bool:
        """Whether `(` comes next, perhaps after blanks. Looks at the text, not at tokens."""
        return _PARENTHESIS(self.text, self._position) is not None

    def enter_directive(self) -> None:
        self._state = "DIRECTIVE"

    def leave(self) -> None:
        """Back to the state below."""
        if self._stack:
            self._lparen, self._rparen, self._state = self._stack.pop()
        else:
            self._lparen = 0
            self._state = "TEXT"

    def end_set(self) -> None:
        self._in_set = False

    # What matches do, beside becoming a token.

    def _push(self, state: str) -> None:
        self._stack.append((self._lparen, self._rparen, self._state))
        self._lparen = 0
        self._state = state

    def _dollar(self) -> None:
        if not self._in_comment:
            if self._state == "REFERENCE":
                self.leave()
            self._push("REFERENCE")

    def _hash(self) -> None:
        if not self._in_comment:
            if self._state in ("REFERENCE", "AFTER_DOT"):
                self.leave()
            self._push("AFTER_HASH")

    def _open(self, state: str) -> None:
        if not self._in_comment:
            self._in_comment = True
            self._push(state)

    def _open_formal(self) -> None:
        if not self._in_comment:
            self._position -= 1
            self._open("IN_COMMENT")

    def _line_comment(self) -> None:
        if self._state == "REFERENCE":
            self.leave()
        self._open("IN_LINE_COMMENT")

    def _close_comment(self) -> None:
        self._in_comment = False
        self.leave()

    def _set(self) -> None:
        self._push("DIRECTIVE")
        self._in_set = True
        self._lparen += 1

    def _left_parenthesis(self) -> None:
        self._lparen += 1
        if self._state == "AFTER_DOT":
            self._state = "ARGUMENTS"

    def _right_parenthesis(self) -> None:
        """Down to the state below the one that has an open parenthesis."""
        while self._lparen == 0:
            if not self._stack:
                self.leave()
                return
            self.leave()
        if self._lparen == self._rparen + 1:
            self.leave()
        else:
            self._rparen += 1

    def _right_arguments(self) -> None:
        self._state = "REFERENCE"

    def _string(self) -> None:
        if self._state == "DIRECTIVE" and not self._in_set and self._lparen == 0:
            self.leave()

    def _integer(self) -> None:
        if self._lparen == 0 and not self._in_set and self._state not in ("ARGUMENTS", "INDEX"):
            self.leave()

    def _dotted(self) -> None:
        self._position -= 2
        self._integer()

    def _float(self) -> None:
        if self._lparen == 0 and not self._in_set and self._state != "ARGUMENTS":
            self.leave()

    def _dot(self) -> None:
        self._position -= 1
        self._state = "AFTER_DOT"

    def _special_end(self) -> None:
        self._position -= 1
        self.leave()

    def _open_index(self) -> None:
        self._push("INDEX")


_PARENTHESIS: Final = re.compile(r"[ \t\r\n]*\(").match
_ACTIONS: Final[dict[str, Callable[[Lexer], None]]] = {
    "DOLLAR": Lexer._dollar,
    "HASH": Lexer._hash,
    "OPEN_TEXTBLOCK": lambda lexer: lexer._open("IN_TEXTBLOCK"),
    "OPEN_FORMAL": Lexer._open_formal,
    "OPEN_MULTI": lambda lexer: lexer._open("IN_COMMENT"),
    "LINE_COMMENT": Lexer._line_comment,
    "LINE_COMMENT_END": Lexer._close_comment,
    "COMMENT": Lexer._close_comment,
    "TEXTBLOCK": Lexer._close_comment,
    "SET": Lexer._set,
    "IF": Lexer.enter_directive,
    "ELSEIF": Lexer.enter_directive,
    "ELSE": Lexer.leave,
    "END": Lexer.leave,
    "LPAREN": Lexer._left_parenthesis,
    "RPAREN": Lexer._right_parenthesis,
    "RARGUMENTS": Lexer._right_arguments,
    "LINDEX": Lexer._open_index,
    "RINDEX": Lexer.leave,
    "RCURLY": Lexer.leave,
    "STRING": Lexer._string,
    "INTEGER": Lexer._integer,
    "DOTTED": Lexer._dotted,
    "FLOAT": Lexer._float,
    "DOT": Lexer._dot,
    "REFERENCE_END": Lexer._special_end,
    "DIRECTIVE_END": Lexer._special_end,
}
