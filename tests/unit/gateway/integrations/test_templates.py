from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.templates import choose_request, choose_response
from gatewright.program.records import ResponseRule

_JSON = {"application/json": "json"}


@pytest.mark.parametrize(
    ("templates", "kind", "behaviours"),
    [
        # behaviours: WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER; None passes through, 415 refuses
        (_JSON, b"application/json; q=1", ("json", "json", "json")),
        (_JSON, None, ("json", "json", "json")),
        (_JSON, b"text/xml", (None, 415, 415)),
        ({}, b"text/xml", (None, None, 415)),
        ({"$default": "any"}, b"text/xml", ("any", "any", "any")),
    ],
)
def test_passthrough_behaviour(templates: dict[str, str], kind: bytes | None, behaviours: tuple[Any, ...]) -> None:
    for behaviour, expected in zip(("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"), behaviours, strict=True):
        if expected == 415:
            with pytest.raises(GatewayError, match="Unsupported Media Type"):
                choose_request(templates, behaviour, kind)  # type: ignore[arg-type]  # a literal of the table
        else:
            assert choose_request(templates, behaviour, kind) == expected  # type: ignore[arg-type]


def _rule(*templates: tuple[str, bytes]) -> ResponseRule:
    return ResponseRule(200, None, (), templates, None, None)


_PLAIN, _HTML, _APP = ("text/plain", b"p"), ("text/html", b"h"), ("application/json", b"j")


@pytest.mark.parametrize(
    ("rule", "accept", "chosen"),
    [
        (_rule(), b"text/html", None),
        (_rule(_PLAIN), b"text/html", _PLAIN),
        (_rule(_PLAIN, _HTML), b"text/html, */*", _HTML),
        (_rule(_PLAIN, _APP), b"image/png", _APP),
        (_rule(_PLAIN, _HTML), b"image/png", _PLAIN),
        (_rule(_PLAIN, _APP), None, _APP),
    ],
)
def test_the_template_of_an_answer(rule: ResponseRule, accept: bytes | None, chosen: tuple[str, bytes] | None) -> None:
    assert choose_response(rule, accept) == chosen
