"""Templates of an event: what they see, which is chosen."""

from __future__ import annotations

import pytest

from gatewright.deploy.templates import compile_content
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.exchange import CONNECTING
from gatewright.gateway.websocket.rendering import choose, render
from gatewright.gateway.websocket.view import SocketView
from gatewright.language.selection_expression import BODY, parse_expression
from gatewright.program.websocket import Templates
from tests.unit.gateway.websocket.support import event


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("always", "always"),
        ("$input.body", '{"a": [1]}'),
        ("$input.json('$.a')", "[1]"),
        ("$input.params('a')/$input.params().header.get('X-Mine')", "2/2"),
        ("$stageVariables.v", "w"),
        ("$context.routeKey", "talk"),
        ("$util.base64Encode('x')", "eA=="),
    ],
)
def test_what_templates_see(template: str, text: str) -> None:
    exchange = event('{"a": [1]}', CONNECTING, variables={"v": "w"})
    assert render(exchange, compile_content(template), exchange.body, "request").decode() == text


def test_a_template_that_fails_is_a_configuration_error() -> None:
    exchange = event()
    with pytest.raises(GatewayError) as failed:
        render(exchange, compile_content("$util.parseJson('{')"), b"", "response")
    assert "Unable to transform response" in (failed.value.log or "")


@pytest.mark.parametrize(
    ("message", "keys", "chosen"),
    [
        ('{"k": "a"}', "a,$default", b"a"),
        ('{"k": "b"}', "a,$default", b"$default"),
        ('{"k": "b"}', "a", None),
        ('{"k": "a"}', "", None),
    ],
)
def test_the_template_that_an_expression_selects(message: str, keys: str, chosen: bytes | None) -> None:
    by_key = {key: key.encode() for key in keys.split(",") if key}
    view = SocketView(event(message))
    assert choose(Templates(by_key, parse_expression("$request.body.k", BODY)), view) == chosen
    assert choose(Templates(by_key, None), view) == by_key.get("$default")
