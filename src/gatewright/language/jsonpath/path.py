"""A compiled path."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gatewright.language.jsonpath.errors import InvalidPath, TooComplex
from gatewright.language.jsonpath.parse import parse_path
from gatewright.language.jsonpath.run import Budget
from gatewright.language.jsonpath.steps import build_reader, definite

# Compiled paths that are kept, and how long their texts may be. Texts come from APIs, but templates may put them
# together from requests; a long one can take a megabyte.
_KEPT = 512
_LONGEST_KEPT = 500


class Path:
    """`definite`: the path leads to one value or none; any other leads to a list."""

    __slots__ = ("_read", "definite", "text")

    def __init__(self, text: str) -> None:
        """Raises InvalidPath."""
        tokens = parse_path(text)
        self.text = text
        self.definite = definite(tokens)
        self._read = build_reader(tokens)

    def read(self, document: Any) -> Any:
        """What the path leads to in a parsed JSON document. Parts of the document are shared, not copied.

        Raises PathNotFound, and any other PathError: FunctionFailed, IndexOutOfBounds, NullDocument, TooComplex;
        InvalidPath for what shows only now (an unknown function).
        """
        try:
            return self._read(document, document, Budget())
        except RecursionError:
            raise TooComplex("the document is nested too deeply") from None

    def __repr__(self) -> str:
        return f"Path({self.text!r})"


def compile_path(text: str) -> Path:
    """The path that `text` writes down. Cached. Raises InvalidPath."""
    try:
        return _kept(text) if len(text) <= _LONGEST_KEPT else Path(text)
    except RecursionError:
        raise InvalidPath("The path is nested too deeply") from None


@lru_cache(maxsize=_KEPT)
def _kept(text: str) -> Path:
    return Path(text)
