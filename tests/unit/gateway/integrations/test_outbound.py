from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers, origin_of
from gatewright.gateway.view import RequestView
from gatewright.language.mapping import parse_request_target, parse_source
from gatewright.language.uri import parse_uri
from gatewright.net.base import Identity
from gatewright.program.records import HttpProxyIntegration, RequestParameter, Via
from tests.unit.gateway.support import compiled, exchange


def _parameters(mappings: Mapping[str, str]) -> list[RequestParameter]:
    made = []
    for key, expression in mappings.items():
        source = parse_source(expression, "method.request", {})
        assert source is not None
        made.append(RequestParameter(*parse_request_target(f"integration.request.{key}"), source))
    return made


@pytest.mark.parametrize(
    ("uri", "mappings", "query", "forward", "target"),
    [
        ("http://b.test", {}, "", True, b"/"),
        ("http://b.test/x", {}, "a=1", True, b"/x?a=1"),
        ("http://b.test/x", {}, "a=1", False, b"/x"),
        ("http://b.test/x?y=2", {}, "a=1", True, b"/x?y=2&a=1"),
        ("http://b.test/{i}/x", {"path.i": "method.request.path.id"}, "", True, b"/7%207/x"),
        ("http://b.test/{i}", {"path.i": "'a/b c'"}, "", True, b"/a/b%20c"),
        ("http://b.test/{i}", {"path.i": "method.request.querystring.a"}, "a=x/y", False, b"/x%2Fy"),
        ("http://b.test/?n={i}", {"path.i": "method.request.querystring.a"}, "a=x%26y", False, b"/?n=x%26y"),
        ("http://b.test/", {"querystring.a": "'new'"}, "a=1&b=%20", True, b"/?b=%20&a=new"),
        ("http://b.test/", {"querystring.c": "'new'"}, "a=1&b=+", True, b"/?a=1&b=+&c=new"),
        ("http://b.test/", {"querystring.c": "method.request.querystring.no"}, "", True, b"/"),
    ],
)
def test_targets(uri: str, mappings: Mapping[str, str], query: str, forward: bool, target: bytes) -> None:
    parsed = parse_uri(uri)
    assert parsed is not None
    builder = TargetBuilder(parsed, _parameters(mappings), forward=forward)
    assert builder.build(exchange(query=query)) == target


@pytest.mark.parametrize("mappings", [{}, {"path.i": "method.request.querystring.no"}])
def test_a_placeholder_without_a_value_fails(mappings: Mapping[str, str]) -> None:
    parsed = parse_uri("http://b.test/{i}")
    assert parsed is not None
    with pytest.raises(GatewayError, match="Internal server error"):
        TargetBuilder(parsed, _parameters(mappings), forward=False).build(exchange())


def test_headers() -> None:
    mappings = {"header.A": "'1'", "header.TE": "'x'", "header.B": "method.request.header.No", "path.i": "'2'"}
    view = RequestView(exchange())
    assert mapped_headers(header_sources(_parameters(mappings)), view) == [(b"A", b"1")]


def test_origins() -> None:
    uri = parse_uri("https://[::1]:8443/")
    assert uri is not None
    backend = HttpProxyIntegration(b"", uri, (), None, 29.0, verify=False)
    shown = replace(compiled()[0], identity=("certificate", "key"))
    origin = origin_of(uri, backend, shown)
    assert (origin.scheme, origin.host, origin.port, origin.verify) == ("https", "::1", 8443, False)
    assert (origin.via, origin.identity) == (None, Identity("certificate", "key"))
    linked = origin_of(uri, replace(backend, via=Via("http", "10.0.0.5", 80)), shown)
    assert (linked.scheme, linked.host, linked.via, linked.identity) == ("http", "::1", ("10.0.0.5", 80), None)
