"""AWS_PROXY: the call. What its answers mean is said in tests/plays/test_websocket.py."""

from __future__ import annotations

from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import function, route


def test_a_function_called_as_a_role_is_not_told_who_calls() -> None:
    role = "arn:aws:iam::123456789012:role/caller"
    client = SocketPlay(route("$default", function(CredentialsArn=role))).connect().opened()
    client.says("x")
    assert "x-gatewright-source-arn" not in client.backend_headers


def test_a_function_that_may_not_be_called() -> None:
    client = SocketPlay(route("$default", function())).connect().opened()
    client.says("x")
    client.backend_answers(403)
    assert client.error["message"] == "Internal server error"
