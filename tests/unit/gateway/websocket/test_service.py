"""Services and functions behind mappings. More in tests/plays/test_websocket.py."""

from __future__ import annotations

from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from tests.plays.stage import FUNCTION_HOST, INVOKE
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import backend, route

_TABLE = "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem"


def test_a_service_that_has_no_endpoint() -> None:
    endpoints = OneEndpoint(Endpoint(FUNCTION_HOST, problem="nobody serves it"))
    client = SocketPlay(route("$default", backend("AWS", _TABLE)), endpoints=endpoints).connect().opened()
    client.says("x")
    assert client.error["message"] == "Internal server error"


def test_a_services_status_decides_a_handshake() -> None:
    play = SocketPlay(route("$connect", backend("AWS", _TABLE)))
    client = play.connect()
    client.backend_answers(400, body=b"{}")
    client.refused(400, "Bad Request")
    client = play.connect()
    client.backend_answers(200, body=b"{}")
    client.opened()


def test_no_mapping_may_pretend_to_be_who_calls() -> None:
    parameters = {"integration.request.header.x-gatewright-source-arn": "'forged'"}
    client = SocketPlay(route("$default", backend("AWS", INVOKE, RequestParameters=parameters))).connect().opened()
    client.says("{}")
    assert client.backend_headers["x-gatewright-source-arn"].endswith("abcdefghij/v1/$default")


def test_a_function_that_fails_refuses_a_handshake() -> None:
    client = SocketPlay(route("$connect", backend("AWS", INVOKE))).connect()
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b"{}")
    client.refused(502, "Internal server error")
