from __future__ import annotations

from gatewright.net.http1.wire import STATUS_LINES, date_line, refusal


def test_status_lines_carry_the_registered_phrase_or_none() -> None:
    assert STATUS_LINES[200] == b"HTTP/1.1 200 OK\r\n"
    assert STATUS_LINES[413] == b"HTTP/1.1 413 Request Entity Too Large\r\n"
    assert STATUS_LINES[499] == b"HTTP/1.1 499 \r\n"


def test_the_date_is_an_imf_fixdate() -> None:
    assert date_line(784111777.9) == b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"


def test_a_refusal_is_a_whole_answer_that_ends_the_connection() -> None:
    assert refusal(431, b"Date: x\r\n") == (
        b"HTTP/1.1 431 Request Header Fields Too Large\r\nDate: x\r\nContent-Type: application/json\r\n"
        b'Connection: close\r\nContent-Length: 45\r\n\r\n{"message":"Request Header Fields Too Large"}'
    )
