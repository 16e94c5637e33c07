"""Which stage a handshake names. More in tests/plays/test_websocket.py."""

from __future__ import annotations

import json

import pytest

from gatewright.edge.target import Door
from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket import wills
from gatewright.gateway.websocket.client import Client
from gatewright.net.base import Failure, UpstreamError
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import function, route, socket_document


def test_path_forms_and_domain_names_say_the_stage() -> None:
    play = SocketPlay(route("talk"))
    play.connect("/_aws/execute-api/abcdefghij/v1", whole=b"/v1", domain=None).opened()
    play.connect("/chat", whole=b"/v1", domain="chat.example.com", base=b"/chat", door=Door.DOMAIN).opened()
    play.connect("/", whole=b"/v1/", domain="chat.example.com", base=b"", door=Door.DOMAIN).opened()


def test_a_domain_name_leads_where_the_default_endpoint_does_not() -> None:
    play = SocketPlay(route("talk"), api={"DisableExecuteApiEndpoint": True})
    play.connect().refused(403, "Forbidden")
    play.connect("/", whole=b"/v1", domain="chat.example.com", base=b"", door=Door.DOMAIN).opened()


def test_stages_come_and_go() -> None:
    play = SocketPlay(route("talk"))
    play.install(socket_document(route("talk"), stage={"StageName": "v2"}))
    assert play.gateway.installed() == ["abcdefghij@v1", "abcdefghij@v2"]
    play.connect("/v2").opened()
    play.gateway.install("abcdefghij@v2", None)
    play.connect("/v2").refused(403, "Forbidden")
    play.connect("/v1").opened()


@pytest.mark.parametrize("stage", ["$default", "V1", "v1%2F"])
def test_stages_are_named_exactly(stage: str) -> None:
    SocketPlay(route("talk")).connect(f"/{stage}").refused(403, "Forbidden")


def test_below_a_stage_there_is_connections_and_nothing_else() -> None:
    play = SocketPlay(route("talk"))
    play.connect("/v1/talk").refused(403, "Forbidden")
    for path in ("/v1/@connections/AAAAAAAAAAAAAAA=", "/v1/%40connections/AAAAAAAAAAAAAAA%3D"):
        client = play.connect(path)
        assert (client.status, client.body) == (403, b'{"message":"Missing Authentication Token"}')


def test_the_end_of_a_connection_whose_worker_was_killed() -> None:
    play = SocketPlay(route("$disconnect", function()))
    lost = Client("AAAAAAAAAAAAAAA=", "a.test", "203.0.113.7", "agent", 1_700_000_000.0)
    lost.grant = Grant(context={"principalId": "ada"}, latency=3)
    told: list[str] = []
    play.gateway.execute(wills.write(lost, ("abcdefghij", "v1")), lambda: told.append("told"))
    (sent,) = play.upstream.sent
    context = json.loads(sent.body)["requestContext"]
    assert not told
    assert (context["eventType"], context["connectionId"]) == ("DISCONNECT", lost.id)
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1006, "Connection closed abnormally")
    assert context["authorizer"] == {"principalId": "ada", "integrationLatency": 3}
    sent.done(UpstreamError(Failure.CLOSED))
    assert told == ["told"]


@pytest.mark.parametrize(
    "will", [b"nonsense", wills.write(Client("id", "a.test", "", None, 1.0), ("abcdefghij", "v2"))]
)
def test_nobody_is_told_where_there_is_nobody(will: bytes) -> None:
    told: list[str] = []
    SocketPlay(route("$disconnect", function())).gateway.execute(will, lambda: told.append("told"))
    assert told == ["told"]
