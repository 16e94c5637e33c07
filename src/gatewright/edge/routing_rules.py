"""Routing rules of a domain name: conditions on headers and the path that lead a request to a stage.

All conditions of a rule must hold; a rule without any fits every request. Names of headers are read in any case, their
values and the path as they are. A base path fits where a part of the path ends, as that of a mapping does (unverified).
AWS: "Routing rules to connect API stages to a custom domain name for REST APIs".
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.net.base import Request


class HeaderCondition:
    """A header and what its value must be like: `glob` may begin and end with "*". unverified: the first of several."""

    __slots__ = ("_ends", "_name", "_starts", "_text")

    def __init__(self, name: str, glob: str) -> None:
        self._name = name.lower().encode("latin-1")
        self._ends = glob.endswith("*")
        self._starts = glob.startswith("*")
        self._text = glob.strip("*").encode("latin-1", "replace")

    def holds(self, request: Request) -> bool:
        value = request.header(self._name)
        if value is None:
            return False
        if self._starts and self._ends:
            return self._text in value
        if self._starts:
            return value.endswith(self._text)
        if self._ends:
            return value.startswith(self._text)
        return value == self._text


class Rule:
    """One rule. `base`: the path's beginning with its leading slash, None for any; `strip`: whether it is taken off."""

    __slots__ = ("api_id", "base", "headers", "stage", "strip")

    def __init__(
        self, headers: Sequence[HeaderCondition], base: bytes | None, api_id: str, stage: str, strip: bool
    ) -> None:
        self.headers = tuple(headers)
        self.base = base
        self.api_id = api_id
        self.stage = stage
        self.strip = strip

    def fits(self, request: Request, path: bytes) -> bool:
        """Whether all conditions hold; `path` has one slash in front."""
        base = self.base
        if base is not None and path != base and not path.startswith(base + b"/"):
            return False
        return all(condition.holds(request) for condition in self.headers)

    @property
    def taken(self) -> bytes:
        """What the path of a request that fits loses at its beginning."""
        return self.base if self.strip and self.base is not None else b""
