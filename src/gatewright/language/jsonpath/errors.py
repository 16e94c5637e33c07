"""What can go wrong with a path, named as Jayway JsonPath names it.

PathError
├── InvalidPath       the expression is refused (some are refused only when they are evaluated)
│   └── EmptyPath     there is no expression
├── PathNotFound      the path is good, the document has nothing there
├── FunctionFailed    a function cannot work on what it got
├── IndexOutOfBounds  first(), last() or index(n) beyond the list
├── NullDocument      the document is null
└── TooComplex        ours: more work or depth than a request may cost
"""

from __future__ import annotations

from typing import ClassVar


class PathError(Exception):
    """Any of the below. `kind` is the engine's name of the exception."""

    kind: ClassVar[str] = "JsonPathException"


class InvalidPath(PathError, ValueError):  # noqa: N818 - as the engine names it
    kind = "InvalidPath"


class EmptyPath(InvalidPath):
    kind = "IllegalArgumentException"


class PathNotFound(PathError, LookupError):  # noqa: N818 - as the engine names it
    kind = "PathNotFound"


class FunctionFailed(PathError):  # noqa: N818 - as the engine names it
    kind = "JsonPathException"


class IndexOutOfBounds(PathError):  # noqa: N818 - as the engine names it
    kind = "IndexOutOfBoundsException"


class NullDocument(PathError):  # noqa: N818 - as the engine names it
    kind = "IllegalArgumentException"


class TooComplex(PathError):  # noqa: N818 - as the engine names it
    kind = "TooComplex"
