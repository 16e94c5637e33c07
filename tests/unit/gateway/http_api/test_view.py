from __future__ import annotations

from gatewright.gateway.http_api.view import joined


def test_headers_by_name() -> None:
    headers = [(b"X-A", b"1"), (b"x-a", "é".encode()), (b"X-B", b"\xff")]
    assert joined(headers, "x-A") == "1,é"
    assert joined(headers, "x-b") == "�"
    assert joined(headers, "x-c") is None
    assert joined(headers, "é") is None
