"""Records of WebSocket APIs."""

from __future__ import annotations

from gatewright.deploy.websocket import compile_websocket
from tests.plays.websocket_documents import socket_document


def test_a_program_is_published_under_api_and_stage() -> None:
    assert compile_websocket(socket_document()).name == "abcdefghij@v1"
