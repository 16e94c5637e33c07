"""The templates of gateway responses: text in which references are replaced, and nothing more.

AWS: "Set up gateway responses to customize error responses". They look like mapping templates and are none: there are
no directives, no `$input`, no `$util`, no methods. What is no known reference stays as it was written.

    $context.NAME  $stageVariables.NAME  $method.request.(header|path|querystring).NAME   each also as ${…}

NAME is words joined by single dots (words as in Velocity: letters, digits, "_", "-"); a dot that no word follows is
text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatewright.language.mapping import Source, View, read

_WORD = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_NAME = rf"{_WORD}(?:\.{_WORD})*"
_REFERENCE = re.compile(
    rf"\$(?P<open>\{{)?(?:(?P<root>context|stageVariables)|method\.request\.(?P<place>header|path|querystring))"
    rf"\.(?P<name>{_NAME})(?(open)\}})"
)

# Text, and between it what is read of the request.
Pieces = tuple["str | Source", ...]


def parse_substitution(text: str, variables: Mapping[str, str]) -> Pieces:
    """Take a template apart; stage variables are filled in at once, and one that is not defined is empty text."""
    pieces: list[str | Source] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        pieces.append(text[at : match.start()])
        pieces.append(_source(match, variables))
        at = match.end()
    pieces.append(text[at:])
    return _joined(pieces)


def substitute(pieces: Pieces, view: View) -> str:
    """The text for one request. A reference without a value is empty text (unverified)."""
    return "".join(piece if isinstance(piece, str) else ",".join(read(piece, view)) for piece in pieces)


def _source(match: re.Match[str], variables: Mapping[str, str]) -> str | Source:
    name = match["name"]
    if match["root"] == "stageVariables":
        return variables.get(name, "")
    kind: Any = match["place"] or "context"
    return Source(kind, name)


def _joined(pieces: list[str | Source]) -> Pieces:
    """Without empty texts, neighbouring texts as one."""
    joined: list[str | Source] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined)
