from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.limits import check_head
from tests.plays.stage import FakeRequest


@pytest.mark.parametrize(
    ("line", "headers", "private", "status"),
    [
        (10_240, 10_240, False, None),
        (10_241, 1, False, 414),
        (100, 10_241, False, 413),
        (8_192, 8_000, True, None),
        (8_193, 1, True, 414),
        (100, 8_001, True, 413),
    ],
)
def test_what_a_head_may_hold(line: int, headers: int, private: bool, status: int | None) -> None:
    sent = [("A", "x" * (headers // 2 - 1)), ("B", "x" * (headers - headers // 2 - 1))] if headers > 1 else []
    request = FakeRequest("GET", "/" * line, sent, b"")
    if status is None:
        check_head(request, private=private)
        return
    with pytest.raises(GatewayError) as refusal:
        check_head(request, private=private)
    assert refusal.value.status == status
