"""What a raw path means, where clients can write it in several ways.

What is encoded without need is the same path (RFC 3986, 6.2.2.2): it must lead neither past a protected route to one
that takes everything nor past a policy that denies a path. So routing sees paths without needless encodings. What must
stay as it was sent (an encoded slash is not a slash to a route) may still mean something else to a backend: `meant`
says what, and whoever denies a path denies that, too.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

# Not behind what is half an escape: "%%361" and "%6%31" must not become "%61", which nobody has sent.
_NEEDLESS: Final = re.compile(rb"(?<!%)(?<!%[\dA-Fa-f])%(2[DEde]|3\d|[46][1-9A-Fa-f]|[57][\dAa]|5[Ff]|7[Ee])")
_SLASH: Final = rb"(?:/|\\|%2[Ff]|%5[Cc])"
# A parameter of a segment (";…") does not make it another one for many servers.
_DOTS: Final = re.compile(_SLASH + rb"(?:\.|%2[Ee]){1,2}(?:(?:;|%3[Bb])[^/]*)?(?:" + _SLASH + rb"|$)")
_SLASHES: Final = re.compile(rb"/{2,}")
_PARAMETERS: Final = re.compile(rb";[^/]*")


def without_needless(path: bytes) -> bytes:
    """A path with letters, digits and `-._~` as themselves."""
    return _NEEDLESS.sub(_decoded, path) if b"%" in path else path


def has_dot_segments(path: bytes) -> bool:
    """Whether a part of a path is "." or "..", however it is written: a backend may then read another path."""
    return (b"." in path or b"%2" in path) and _DOTS.search(path) is not None


def is_pattern(path: bytes) -> bool:
    """Whether a policy that repeats a path as a resource speaks of others, too: `*`, or a policy variable in it.

    Authorizers often allow the ARN they were asked about. Of a path like /* that policy must open nothing else.
    """
    return b"*" in path or b"${" in path


def meant(path: bytes) -> bytes | None:
    """A path as a lenient backend may read it. None: as it is.

    Decoded, a backslash as a slash, segments without parameters (";…"), each slash once, none at the end.
    """
    read = unquote_to_bytes(path) if b"%" in path else path
    if b"\\" in read:
        read = read.replace(b"\\", b"/")
    if b";" in read:
        read = _PARAMETERS.sub(b"", read)
    if b"//" in read:
        read = _SLASHES.sub(b"/", read)
    if len(read) > 1 and read.endswith(b"/"):
        read = read[:-1]
    return None if read == path else read


def _decoded(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))
