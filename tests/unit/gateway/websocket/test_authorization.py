"""Who may connect fails closed; what is asked and answered is said in tests/plays/test_websocket_authorization.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.authorization import build
from gatewright.gateway.websocket.exchange import CONNECTING
from tests.plays.websocket_documents import route
from tests.unit.gateway.websocket.support import event, parts


def test_nobody_is_asked_where_anybody_may() -> None:
    built = parts(route("$connect"))
    assert build(built.program.routes[0], built) is None


@pytest.mark.parametrize(("kind", "status"), [("AWS_IAM", 500), ("CUSTOM", 403), ("JWT", 403), ("", 403)])
def test_what_cannot_be_checked_is_refused(kind: str, status: int) -> None:
    built = parts(route("$connect"))
    step = build(replace(built.program.routes[0], authorization=kind), built)
    assert step is not None
    with pytest.raises(GatewayError) as refused:
        step(event(kind=CONNECTING))
    assert refused.value.status == status
