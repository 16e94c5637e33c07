"""What the node's own processes ask the companions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.companions.inside import Inside
from tests.unit.companions.conftest import FakeRequest


def _ask(subject: str) -> Any:
    if subject == "broken":
        raise KeyError("a secret")
    return {"subject": subject} if subject != "nobody" else None


@pytest.mark.parametrize(
    ("method", "target", "status", "answer"),
    [
        ("GET", b"/keys/AKIA0", 200, {"subject": "AKIA0"}),
        ("GET", b"/keys/arn%3Aa/b?x=1", 200, {"subject": "arn:a/b"}),
        ("GET", b"/keys/nobody", 404, None),
        ("GET", b"/other/AKIA0", 404, None),
        ("GET", b"/", 404, None),
        ("POST", b"/keys/AKIA0", 404, None),
        ("GET", b"/keys/broken", 500, None),
    ],
)
async def test_answers(method: str, target: bytes, status: int, answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    request = FakeRequest(method, target)
    app = Inside({"keys": _ask})
    assert app.admit(request) == 0
    app.handle(request)
    got, _, body = await request.answer
    assert isinstance(body, bytes)
    assert (got, json.loads(body)) == (status, answer)
