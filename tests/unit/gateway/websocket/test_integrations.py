"""The table of integrations."""

from __future__ import annotations

from gatewright.gateway.websocket.integrations import build
from tests.plays.websocket_documents import function, mock, route
from tests.unit.gateway.websocket.support import parts


def test_only_routes_that_can_work_have_one() -> None:
    built = parts(
        route("none"), route("talk", mock()), route("bad", function("arn:aws:apigateway:us-east-1:lambda:path/x"))
    )
    assert [build(each, built) is None for each in built.program.routes] == [True, False, True]
