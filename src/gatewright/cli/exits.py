"""Exit codes of commands that judge, as diff has them: 0, all is the same or well; 1, it is not; 2, trouble."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click


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
