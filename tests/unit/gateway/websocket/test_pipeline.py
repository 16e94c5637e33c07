"""The order of steps."""

from __future__ import annotations

from gatewright.gateway.websocket.pipeline import accept, compose
from tests.plays.websocket_documents import function, mock, route
from tests.unit.gateway.websocket.support import event, parts


def test_what_is_not_configured_is_not_there() -> None:
    built = parts(route("$connect"), route("$disconnect"), route("talk", mock()), route("none"))
    composed = [compose(each, built) for each in built.program.routes]
    assert composed[:2] == [(accept,), (accept,)]
    assert [len(steps) for steps in composed[2:]] == [1, 1]


def test_what_is_configured_comes_in_order() -> None:
    connect = route(
        "$connect",
        function("arn:aws:apigateway:us-east-1:lambda:path/x"),
        ApiKeyRequired=True,
        AuthorizationType="AWS_IAM",
        RequestParameters={"route.request.header.A": {"Required": True}},
    )
    built = parts(connect)
    names = [step.__name__ for step in compose(built.program.routes[0], built)]
    assert names == ["_refuse", "refuse", "check", "fail", "accept"]


def test_nobody_asked_accepts() -> None:
    answer = accept(event())
    assert answer.status == 200
