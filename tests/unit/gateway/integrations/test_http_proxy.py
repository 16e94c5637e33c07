from __future__ import annotations

import pytest

from gatewright.deploy.compile import compile_program
from gatewright.gateway.integrations.http_proxy import HttpProxy, forwarded_headers, forwarded_port
from gatewright.program.records import HttpProxyIntegration
from tests.plays.stage import document, http_proxy, resource
from tests.unit.gateway.support import exchange, parts


@pytest.mark.parametrize(
    ("host", "scheme", "port"),
    [
        (b"a.test", "https", b"443"),
        (b"a.test", "http", b"80"),
        (b"a.test:4566", "http", b"4566"),
        (b"[::1]", "https", b"443"),
        (b"[::1]:81", "https", b"81"),
        (b"", "http", b"80"),
    ],
)
def test_the_port_that_the_client_called(host: bytes, scheme: str, port: bytes) -> None:
    assert forwarded_port(host, scheme) == port


def test_headers_keep_their_order_spelling_and_repetition() -> None:
    sent = [("x-B", "1"), ("X-a", "2"), ("x-B", "3"), ("HOST", "h"), ("accept", "*/*")]
    names = [
        (name, value)
        for name, value in forwarded_headers(exchange(sent).request)
        if name.lower() in (b"x-b", b"x-a", b"host")
    ]
    assert names == [(b"x-B", b"1"), (b"X-a", b"2"), (b"x-B", b"3")]


def test_accept_is_json_when_the_client_names_none() -> None:
    assert (b"Accept", b"application/json") in forwarded_headers(exchange().request)
    assert (b"Accept", b"application/json") not in forwarded_headers(exchange({"accept": "x/y"}).request)


def test_heads_are_remembered_when_they_are_small_and_not_too_many() -> None:
    program = compile_program(document(resource("/", GET=http_proxy("http://b.test/"))))
    integration = program.resources[0].methods["GET"].integration
    assert isinstance(integration, HttpProxyIntegration)
    proxy = HttpProxy(integration, parts(program))
    kept = [exchange({"X": str(number)}) for number in range(65)]
    for each in kept:
        proxy.run(each)
    assert len(proxy._known) <= 64
    before = len(proxy._known)
    proxy.run(exchange({"X": "x" * 2000}))
    assert len(proxy._known) == before
