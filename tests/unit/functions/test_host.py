"""The function host through its doors: what a caller sees."""

from __future__ import annotations

from typing import Any


async def test_a_python_function_answers(host: Any) -> None:
    await host.create("hello", "def handler(event, context):\n    return {'got': event, 'name': context.function_name}\n")
    answer = await host.invoke("hello", {"a": 1})
    assert (answer.status, answer.json, answer.error) == (200, {"got": {"a": 1}, "name": "hello"}, None)
    assert answer.headers["x-amz-executed-version"] == "$LATEST"


async def test_a_node_function_answers(host: Any) -> None:
    await host.create("hello", "exports.handler = async (event) => ({ got: event });\n", "nodejs20.x")
    answer = await host.invoke("hello", {"a": "ü"})
    assert (answer.status, answer.json, answer.error) == (200, {"got": {"a": "ü"}}, None)
