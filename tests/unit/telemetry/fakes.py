"""AWS services that answer what they are told to."""

from __future__ import annotations

import json
from typing import Any

from gatewright.telemetry.base import Destination

GROUP = Destination("logs", "123456789012", "us-east-1", "my-group")
STREAM = Destination("firehose", "123456789012", "us-east-1", "amazon-apigateway-x", end="\n")


class FakeApi:
    """`telemetry.delivery.Api`: answers in turn; when there are none left, 200 and {}."""

    def __init__(self, *answers: tuple[int, Any], problem: str | None = None) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Any]] = []
        self._problem = problem

    def problem(self, destination: Destination) -> str | None:
        return self._problem

    async def call(self, destination: Destination, action: str, body: bytes) -> tuple[int, bytes]:
        self.calls.append((action, json.loads(body)))
        status, answer = self.answers.pop(0) if self.answers else (200, {})
        return status, answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    @property
    def actions(self) -> list[str]:
        return [action for action, _ in self.calls]


def error(name: str, status: int = 400) -> tuple[int, Any]:
    return status, {"__type": f"com.amazonaws#{name}", "message": "told so"}
