"""What commands that judge have in common. Exit codes as diff has them: 0, all is the same or well; 1, it is not; 2,
trouble.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import click

# What terminals obey, and what makes a line read otherwise than it is (U+2028, directions of writing).
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class TroubleError(click.ClickException):
    """Nothing can be said."""

    exit_code = 2


@contextlib.contextmanager
def trouble(*kinds: type[Exception]) -> Iterator[None]:
    """Raises TroubleError instead of other ClickExceptions, and instead of these."""
    try:
        yield
    except TroubleError:
        raise
    except click.ClickException as error:
        raise TroubleError(error.message) from None
    except kinds as error:
        raise TroubleError(str(error)) from None


def clean(line: str) -> str:
    """A line with text of an API's owner or of a client, for a terminal, which must not obey it; it stays one line."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], line)
