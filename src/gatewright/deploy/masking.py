"""What of an API's documents is not shown to readers: values that are secrets by the name they go under.

What a template or a stage variable holds under a name of its own cannot be known to be secret.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "****"
_SECRET = re.compile(r"auth|cookie|credential|key|passw|secret|session|signature|token", re.IGNORECASE)
_USER = re.compile(r"//[^/@\s]+@")
_PARAMETERS = ("requestparameters", "responseparameters")
_MAPPED = ("method.", "integration.", "context.", "stageVariables.", "route.", "$")  # where a value comes from


def masked(path: tuple[str, ...], value: Any) -> Any:
    """The value of a member, or what is shown instead. `path`: the names that lead to it."""
    if not isinstance(value, str):
        return value
    if any(name.lower() in _PARAMETERS for name in path[:-1]) and is_secret(path[-1]):
        return value if value.startswith(_MAPPED) else HIDDEN
    if "://" in value and path[-1].lower().endswith("uri"):
        return _address(value)
    return value


def is_secret(name: str) -> bool:
    """Whether what goes under this name (of a header, a parameter, …) is nobody's business."""
    return _SECRET.search(name.rpartition(".")[2]) is not None


def without_passwords(message: str) -> str:
    """A message that may quote an address with user and password."""
    return _USER.sub(f"//{HIDDEN}@", message)


def _address(text: str) -> str:
    """A URI without user and password, and without the values of secret query parameters."""
    try:
        url = urlsplit(text)
    except ValueError:
        return HIDDEN  # what cannot be read cannot be cleaned
    place = f"{HIDDEN}@{url.netloc.rpartition('@')[2]}" if "@" in url.netloc else url.netloc
    pairs = [pair.partition("=") for pair in url.query.split("&")]
    query = "&".join(
        f"{name}={HIDDEN}" if sign and is_secret(name) else name + sign + value for name, sign, value in pairs
    )
    return url._replace(netloc=place, query=query).geturl()
