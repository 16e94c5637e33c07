"""`$context` in templates: a tree of names over a function that knows their values, and what a template may write.

AWS: "Variables for data models, authorizers, mapping templates, and CloudWatch access logging" and "Override your API's
request and response parameters and status codes". Nothing is worked out before it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatewright.language.vtl import TemplateObject
from gatewright.language.vtl.collection_methods import MAP

Read = Callable[[str], Any]
# What there is below a name, as a map of its own.
Members = Callable[[str], dict[str, Any]]

_WALKS = frozenset({"containsKey", "entrySet", "isEmpty", "keySet", "size", "values"})

# Names that have names below them.
_BRANCHES = frozenset(
    {"identity", "identity.clientCert", "identity.clientCert.validity", "authorizer", "authorizer.claims"}
)


class Overrides:
    """What templates have written: ordinary maps, where any other key is kept too (recorded)."""

    __slots__ = ("_request", "_response")

    def __init__(self) -> None:
        self._request: dict[str, Any] | None = None
        self._response: dict[str, Any] | None = None

    @property
    def request(self) -> dict[str, Any]:
        """`$context.requestOverride`, made when it is first wanted."""
        found = self._request
        if found is None:
            self._request = found = {"header": {}, "path": {}, "querystring": {}}
        return found

    @property
    def response(self) -> dict[str, Any]:
        """`$context.responseOverride`, likewise."""
        found = self._response
        if found is None:
            self._response = found = {"header": {}}
        return found

    def part(self, side: dict[str, Any], place: str) -> dict[str, list[str]]:
        """Names and values of what was written in one place; nothing when the template put something else there."""
        written = side.get(place)
        if not isinstance(written, dict):
            return {}
        return {str(name): values for name, value in written.items() if (values := texts(value))}

    def status(self) -> int | None:
        """The status for the client; AWS ignores what is none."""
        status = self.response.get("status")
        if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
            return None
        return status


def texts(value: Any) -> list[str]:
    """A written value as the values of a parameter: a list is several, null none.

    Lists within a list are none: they may lead back to themselves, or to more values than anybody can count.
    """
    items = value if isinstance(value, list) else [value]
    return [_text(item) for item in items if not isinstance(item, _NO_VALUES)]


_NO_VALUES = (list, dict, TemplateObject, type(None))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Lazy(Mapping[str, str]):
    """A map that is made when it is first looked into."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Mapping[str, str]]) -> None:
        self._make = make
        self._made: Mapping[str, str] | None = None

    @property
    def _all(self) -> Mapping[str, str]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, name: str) -> str:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class Branch(TemplateObject):
    """`$context.identity` and the like: `get`, and what else a map has to walk over it. Nobody can write into it."""

    __slots__ = ("_members", "_prefix", "_read")

    def __init__(self, read: Read, prefix: str, members: Members) -> None:
        self._read = read
        self._prefix = prefix
        self._members = members

    def get(self, name: str) -> Any:
        whole = self._prefix + name
        if whole in _BRANCHES:
            return Branch(self._read, whole + ".", self._members)
        return self._read(whole)

    def call(self, name: str, args: list[Any]) -> Any:
        if name == "get":
            return self.get(args[0]) if len(args) == 1 and isinstance(args[0], str) else None
        if name not in _WALKS:
            return None
        members = self._members(self._prefix[:-1])
        for kinds, method in MAP[name]:
            if len(kinds) == len(args):
                return method(_uncounted, members, *args)
        return None

    def text(self, write: Callable[[Any], str]) -> str | None:
        """unverified: what AWS prints of a whole branch; here nothing, as of null."""
        return None


def _uncounted(work: int) -> None:
    """An authorizer's context is small, and what comes out of it is counted by whoever walks over it."""


def _no_members(branch: str) -> dict[str, Any]:
    return {}


class Context(Branch):
    """`$context`."""

    __slots__ = ("_overrides",)

    def __init__(self, read: Read, overrides: Overrides, members: Members = _no_members) -> None:
        self._read = read
        self._prefix = ""
        self._members = members
        self._overrides = overrides

    def get(self, name: str) -> Any:
        if name == "requestOverride":
            return self._overrides.request
        if name == "responseOverride":
            return self._overrides.response
        return Branch(self._read, f"{name}.", self._members) if name in _BRANCHES else self._read(name)
