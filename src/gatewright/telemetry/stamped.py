"""What a batch looks like in our own files: each line after its time, 2026-01-31T12:34:56.789Z.

Ends of lines inside, and what terminals obey, are escapes: nobody but us begins a line. Compiled: a node under load
writes many of these.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Final

_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MILLISECONDS: Final = tuple(f".{number:03}Z " for number in range(1000))


def safe_lines(lines: Sequence[str], times: Sequence[float]) -> bytes:
    """Lines of which each is one: access logs make them so."""
    pieces: list[str] = []
    last, second_text = -1, ""
    for index in range(len(lines)):
        at = times[index]
        second = int(at)
        if second != last:
            last = second
            second_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        pieces.append(second_text)
        pieces.append(_MILLISECONDS[int((at - second) * 1000)])
        pieces.append(lines[index])
        pieces.append("\n")
    return "".join(pieces).encode("utf-8", "replace")


def stamped_lines(lines: Sequence[str], times: Sequence[float]) -> bytes:
    """Any lines."""
    return safe_lines([line if line.isprintable() else _escaped(line) for line in lines], times)


def _escaped(line: str) -> str:
    return _UNPRINTABLE.sub(lambda sign: ascii(sign[0])[1:-1], line)
