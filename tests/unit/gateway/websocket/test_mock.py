"""MOCK integrations: the status that a template names."""

from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer
from gatewright.gateway.websocket.exchange import CONNECTING
from gatewright.gateway.websocket.mock import build
from tests.plays.websocket_documents import mock, response, route
from tests.unit.gateway.websocket.support import event, parts

_ROUTE = route("talk", mock(201, response("/201/", "made"), response(template="other")), two_way=True)


def _run(of: object, kind: str = "MESSAGE", body: str = "x") -> Answer:
    assert isinstance(of, tuple)
    built = parts(of)
    integration = built.program.routes[0].integration
    assert integration is not None
    answer = build(integration, built.program.routes[0], built)(event(body, kind, of=of))
    assert isinstance(answer, Answer)
    return answer


def test_the_status_selects_the_answer() -> None:
    assert _run(_ROUTE).body == b"made"
    assert _run(route("talk", mock(204, response("/201/", "made"), response(template="x")), two_way=True)).body == b"x"


def test_the_status_is_that_of_a_handshake() -> None:
    assert (_run(_ROUTE, CONNECTING).status, _run(_ROUTE, CONNECTING).body) == (201, b"")


def test_one_way_answers_nothing() -> None:
    assert _run(route("talk", mock(201, response(template="x")))).body == b""


@pytest.mark.parametrize("body", ["x", "{}", ""])
def test_a_template_without_a_status_fails(body: str) -> None:
    with pytest.raises(GatewayError):
        _run(route("talk", mock(RequestTemplates={})), body=body)


def test_without_a_template_the_message_names_it() -> None:
    assert _run(route("talk", mock(200, response("/7/", "seven"), RequestTemplates={}), two_way=True),
                body='{"statusCode": 7}').body == b"seven"  # fmt: skip
