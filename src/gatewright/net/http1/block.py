"""Is a block of header lines, made by an application, safe to send?"""

from __future__ import annotations

import re
from typing import Final

from gatewright.net.http1.grammar import TOKEN

# Complete lines only, names that are tokens, values without control characters, and none of the fields that belong to
# the server: with these two readers could disagree on where the answer ends.
_SOUND: Final = re.compile(
    rb"(?:(?![cCtTdD](?i:onnection|ontent-length|ransfer-encoding|ate):)"
    + TOKEN
    + rb"++:[\t\x20-\x7e\x80-\xff]*+\r\n)*+"
).fullmatch


# Blocks that were found sound and are sent again and again. Bounded in number and size.
_known: dict[bytes, None] = {}
_MAX_KNOWN: Final = 1024
_MAX_SIZE: Final = 1024


def check_block(head: bytes, *, repeated: bool = False) -> None:
    """Raises ValueError unless `head` is a sound block of header lines, each ended by CR LF.

    `repeated`: the same block will come again, so it is worth remembering.
    """
    if head in _known:
        return
    _check(head)
    if repeated and len(head) <= _MAX_SIZE:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        _known[head] = None


def _check(head: bytes) -> None:
    if head and _SOUND(head) is None:
        raise ValueError("unsound header block: lines must be complete, clean, and none may be a framing field or Date")
