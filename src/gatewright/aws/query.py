"""A query string taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_plus


class Query:
    """Decoded keys and values, in order of arrival, each key with all its values."""

    __slots__ = ("_values",)

    def __init__(self, raw: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        for pair in raw.decode("latin-1").split("&") if raw else ():
            if pair:
                key, _, value = pair.partition("=")
                self._values.setdefault(unquote_plus(key), []).append(unquote_plus(value))

    def first(self, key: str) -> str | None:
        values = self._values.get(key)
        return values[0] if values else None

    def all(self, key: str) -> list[str]:
        return self._values.get(key, [])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)
