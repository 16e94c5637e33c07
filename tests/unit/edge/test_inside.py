"""What a worker answers to the processes of its node: by the first segment of the path."""

from __future__ import annotations

import pytest

from gatewright.edge.inside import Inside, Telling
from gatewright.net.base import Request
from tests.plays.stage import FakeRequest


class Large:
    def admit(self, request: Request) -> int:
        return 7

    def handle(self, request: Request) -> None:
        request.respond(200, b"X-A: b\r\n", b"1")


_INSIDE = Inside({b"status": Telling(lambda: b'{"ready":true}'), b"other": Large()})


@pytest.mark.parametrize(
    ("path", "taken", "answer"),
    [
        ("/status", 0, (200, b'{"ready":true}')),
        ("/status/more", 0, (200, b'{"ready":true}')),
        ("/other/a/b", 7, (200, b"1")),
        ("/", 0, (404, b"{}")),
        ("/statuses", 0, (404, b"{}")),
        ("//status", 0, (404, b"{}")),
        ("*", 0, (404, b"{}")),
    ],
)
def test_who_answers(path: str, taken: int, answer: tuple[int, bytes]) -> None:
    request = FakeRequest("GET", path, [], b"")
    assert _INSIDE.admit(request) == taken
    _INSIDE.handle(request)
    assert request.answer is not None
    assert (request.answer[0], request.answer[2]) == answer
