"""HTTP backends: the call. More in tests/plays/test_websocket.py."""

from __future__ import annotations

from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import backend, route


def test_what_a_backend_sees() -> None:
    client = SocketPlay(route("$default", backend("HTTP_PROXY", "https://a.test:8443/x?y=1"))).connect().opened()
    client.says("plain")
    headers = client.backend_saw("POST", "/x?y=1", body=b"plain")
    trace = headers.pop("x-amzn-trace-id")
    assert trace.startswith("Root=1-")
    assert headers == {
        "accept": "application/json",
        "user-agent": "AmazonAPIGateway_abcdefghij",
        "x-amzn-apigateway-api-id": "abcdefghij",
        "host": "a.test:8443",
        "content-type": "application/json",
    }
    assert (client.backend.origin.host, client.backend.origin.port) == ("a.test", 8443)


def test_a_link_leads_elsewhere() -> None:
    play = SocketPlay()
    document = play_document()
    play.install(document)
    client = play.connect().opened()
    client.says("x")
    assert client.backend.origin.via == ("10.0.0.1", 81)
    assert client.backend_headers["host"] == "a.test"


def play_document() -> dict[str, object]:
    from tests.plays.websocket_documents import socket_document

    linked = backend("HTTP_PROXY", "http://a.test/", ConnectionType="VPC_LINK", ConnectionId="link01")
    links = {"links": {"link01": []}, "addresses": {"link01": "10.0.0.1:81"}}
    return dict(socket_document(route("$default", linked))) | {"vpcLinks": links}


def test_an_address_that_is_none() -> None:
    client = SocketPlay(route("$default", backend("HTTP_PROXY", "nowhere"))).connect().opened()
    client.says("x")
    assert client.error["message"] == "Internal server error"
