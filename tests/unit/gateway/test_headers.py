from __future__ import annotations

import pytest

from gatewright.gateway.headers import ANSWER_HTTP_PROXY, ANSWER_MAPPED, NameTable, response_lines, sound


def test_lines_are_remapped_dropped_or_passed() -> None:
    headers = [
        (b"server", b"s"),
        (b"X-Own", b"1"),
        (b"TRANSFER-ENCODING", b"chunked"),
        (b"Via", b"v"),
        (b"content-TYPE", b"t"),
    ]
    assert response_lines(headers, ANSWER_HTTP_PROXY) == (
        [b"x-amzn-Remapped-server: s\r\n", b"X-Own: 1\r\n", b"content-TYPE: t\r\n"],
        True,
    )
    assert response_lines([(b"Via", b"v")], ANSWER_MAPPED) == ([b"Via: v\r\n"], False)


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        (b"X-A", b"plain \t\xe9", True),
        (b"X-A", b"", True),
        (b"X A", b"1", False),
        (b"", b"1", False),
        (b"X:A", b"1", False),
        (b"X-A", b"1\r\nX-B: 2", False),
        (b"X-A", b"1\x00", False),
    ],
)
def test_soundness(name: bytes, value: bytes, good: bool) -> None:
    assert sound(name, value) is good


def test_a_name_table_decides_once_and_stays_small() -> None:
    asked: list[bytes] = []

    def decide(lowered: bytes, name: bytes) -> int:
        asked.append(name)
        return len(lowered)

    table = NameTable(decide)
    assert [table[b"Abc"], table[b"Abc"], table[b"aBC"]] == [3, 3, 3]
    assert asked == [b"Abc", b"aBC"]
    for number in range(5000):
        table[b"%d" % number]
    assert len(table) <= 2048
    assert table[b"4999"] == 4
