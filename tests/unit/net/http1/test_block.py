from __future__ import annotations

import pytest

from gatewright.net.http1.block import check_block


@pytest.mark.parametrize(
    "head", [b"", b"A: b\r\n", b"A:\r\nx-dated: 1\r\nDated: 2\r\nContent-Type: a\xe9\r\nTE: \t\r\n"]
)
def test_complete_clean_lines_are_sound(head: bytes) -> None:
    check_block(head)


@pytest.mark.parametrize(
    "head",
    [
        b"A: b",
        b"A: b\n",
        b"\r\n",
        b"A: b\r\n\r\n",
        b"A: b\r\n c\r\n",
        b"A : b\r\n",
        b"A: b\rc\r\n",
        b"A: \x00\r\n",
        b": b\r\n",
        b"Content-Length: 1\r\n",
        b"A: b\r\ncontent-LENGTH: 1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"connection: close\r\n",
        b"Date: now\r\n",
    ],
)
def test_what_could_break_or_contradict_the_framing_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError):
        check_block(head)
