from __future__ import annotations

from gatewright.gateway.exchange import Answer
from gatewright.gateway.integrations.mock import build
from gatewright.program.records import MockIntegration
from tests.plays.stage import Body, mock
from tests.unit.gateway.support import compiled, exchange, parts


def _answers(document: Body) -> tuple[object, object]:
    program, method = compiled(document)
    assert isinstance(method.integration, MockIntegration)
    step = build(method.integration, method, parts(program))
    return step(exchange()), step(exchange())


def test_an_answer_that_depends_on_nothing_is_made_once() -> None:
    first, second = _answers(mock())
    assert first is second
    assert isinstance(first, Answer)


def test_an_answer_with_a_variable_is_made_for_each_call() -> None:
    headers = {"method.response.header.X-Id": "context.requestId"}
    first, second = _answers(mock(responses={"200": {"responseParameters": headers}}))
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert first.head != second.head
