"""Pages of a list in order of id: an opaque `position` (v1) or `nextToken` (v2), and how many to show.

The token holds the last id shown, so that what is added or removed meanwhile neither repeats nor hides other entries.
v1: `position`, `limit` (default 25, at most 500); v2: `nextToken`, `maxResults`, a string in most requests. unverified:
the default of v2, and the literals for a bad token or number; larger numbers than the most are cut (unverified).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gatewright.aws.base import AwsError

Item = TypeVar("Item")

DEFAULT = 25
MOST = 500


@dataclass(frozen=True, slots=True)
class Window:
    """Which entries to show: the first `limit` whose id is greater than `after`.

    Read `limit + 1` of them, and `cut` knows whether there are more.
    """

    after: str | None
    limit: int

    def cut(self, rows: Sequence[Item], id_of: Callable[[Item], str]) -> tuple[list[Item], str | None]:
        """The page out of rows that follow `after` in order, and the token of the next; None: this was the last."""
        shown = list(rows[: self.limit])
        return shown, encode(id_of(shown[-1])) if len(rows) > self.limit else None


def window(
    token: str | None, limit: int | str | None, *, default: int = DEFAULT, most: int = MOST, name: str = "position"
) -> Window:
    """What a request asks for. `name` of the token as the caller knows it. Raises AwsError (BadRequestException)."""
    return Window(None if token is None else decode(token, name), _limit(limit, default, most))


def page(
    items: Sequence[Item],
    id_of: Callable[[Item], str],
    token: str | None,
    limit: int | str | None,
    *,
    default: int = DEFAULT,
    most: int = MOST,
    name: str = "position",
) -> tuple[list[Item], str | None]:
    """One page of a list that is at hand and ordered by id; the token of the next. Raises AwsError."""
    asked = window(token, limit, default=default, most=most, name=name)
    after = asked.after
    return asked.cut(items if after is None else [item for item in items if id_of(item) > after], id_of)


def encode(last: str) -> str:
    """The token that continues after an id."""
    return base64.urlsafe_b64encode(b"1" + last.encode()).decode().rstrip("=")


def decode(token: str, name: str = "position") -> str:
    """The id that a token continues after. Raises AwsError (BadRequestException)."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if raw[:1] == b"1" and encode(raw[1:].decode()) == token:
            return raw[1:].decode()
    except (binascii.Error, ValueError):
        pass
    raise AwsError("BadRequestException", f"Invalid {name} parameter specified")


def _limit(limit: int | str | None, default: int, most: int) -> int:
    if limit is None or limit == "":
        return default
    try:
        number = int(limit)
    except ValueError:
        number = 0
    if number < 1:
        raise AwsError("BadRequestException", f"Invalid limit specified: must be between 1 and {most}")
    return min(number, most)
