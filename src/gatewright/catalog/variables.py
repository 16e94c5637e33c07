"""Stage variables: which names and values AWS accepts."""

from __future__ import annotations

import re

from gatewright.catalog import quotas
from gatewright.catalog.patch import PatchError

_NAME = re.compile(r"\w+", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9 ._~:/?#&=,-]+")


def check(variables: dict[str, str | None]) -> None:
    """Raises PatchError for the first name or value that is refused."""
    for name, value in variables.items():
        check_name(name)
        check_value(value)
    if len(variables) > quotas.STAGE_VARIABLES:
        raise PatchError(f"A stage can have at most {quotas.STAGE_VARIABLES} variables")  # unverified wording


def check_name(name: str) -> None:
    """Word characters only, at most 64."""
    if _NAME.fullmatch(name) is None or len(name) > quotas.STAGE_VARIABLE_NAME:
        raise PatchError(f"Invalid stage variable name: {name}.  Please use names with only word characters.")


def check_value(value: str | None) -> None:
    """At most 512 characters of those AWS lists; the odd quotes are AWS's."""
    if not value or _VALUE.fullmatch(value) is None or len(value) > quotas.STAGE_VARIABLE_VALUE:
        raise PatchError(
            f"Invalid stage variable value: {value or 'null'}.  Please use values with alphanumeric characters "
            "and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
        )
