"""URLs that this node calls by itself: where one leads, and what to ask for there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from gatewright.net.base import Origin

_USUAL = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[!-~]+")


def locate(url: str) -> tuple[Origin, bytes]:
    """The origin of an http or https URL, and the request's target.

    Raises ValueError for anything else, and for what readers of URLs disagree about: user information, fragments,
    backslashes, blanks, control characters and what is not ASCII.
    """
    if _PRINTABLE.fullmatch(url) is None or "\\" in url or "#" in url:
        raise ValueError("not a URL that can be called")
    parts = urlsplit(url)
    if parts.scheme not in _USUAL or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an http or https URL")
    port = parts.port  # raises ValueError itself
    if port == 0 or "%" in parts.netloc:
        raise ValueError("not an http or https URL")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Origin(parts.scheme, parts.hostname, port or _USUAL[parts.scheme]), target.encode()
