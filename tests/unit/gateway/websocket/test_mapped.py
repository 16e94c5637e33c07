"""Requests to backends; whole ones in tests/plays/test_websocket.py."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.mapped import RequestMaker, add_type, make_body
from gatewright.language.mapping import Source, parse_source
from gatewright.language.uri import Uri, parse_uri
from gatewright.program.records import RequestParameter
from gatewright.program.websocket import Templates
from tests.unit.gateway.websocket.support import event


def _parameter(location: Any, name: str, source: str) -> RequestParameter:
    parsed = parse_source(source, "method.request", {})
    assert isinstance(parsed, Source)
    return RequestParameter(location, name, parsed)


def _uri(text: str) -> Uri:
    uri = parse_uri(text)
    assert uri is not None
    return uri


@pytest.mark.parametrize(
    ("uri", "message", "target"),
    [
        ("http://a.test/x?y=z", "{}", b"/x?y=z"),
        ("http://a.test/{p}", '{"p": "a/b c"}', b"/a%2Fb%20c"),
        ("http://a.test/x?y={p}", '{"p": "a&b"}', b"/x?y=a%26b"),
    ],
)
def test_targets(uri: str, message: str, target: bytes) -> None:
    maker = RequestMaker(_uri(uri), b"", [_parameter("path", "p", "method.request.body.p")], [])
    outgoing = maker.make(event(message), b"body")
    assert (outgoing.method, outgoing.target, outgoing.body) == (b"POST", target, b"body")


@pytest.mark.parametrize(("message", "status"), [("{}", 500), ('{"p": ".."}', 400), ('{"p": "a/../../b"}', 400)])
def test_values_that_lead_nowhere(message: str, status: int) -> None:
    maker = RequestMaker(_uri("http://a.test/{p}"), b"", [_parameter("path", "p", "method.request.body.p")], [])
    with pytest.raises(GatewayError) as failed:
        maker.make(event(message), b"")
    assert failed.value.status == status


def test_mapped_headers_replace_defaults_and_no_body_needs_no_type() -> None:
    parameters = [_parameter("header", "accept", "'text/plain'"), _parameter("querystring", "q", "'1'")]
    maker = RequestMaker(_uri("http://a.test/x"), b"GET", parameters, [(b"Accept", b"a"), (b"B", b"b")])
    outgoing = maker.make(event(), b"dropped")
    add_type(outgoing, binary=False)
    assert (outgoing.target, outgoing.body) == (b"/x?q=1", b"")
    assert [header for header in outgoing.headers if header[0] != b"X-Amzn-Trace-Id"] == [
        (b"B", b"b"),
        (b"accept", b"text/plain"),
    ]


def test_an_unsound_value_is_refused() -> None:
    maker = RequestMaker(_uri("http://a.test/"), b"", [_parameter("header", "h", "method.request.body.h")], [])
    with pytest.raises(GatewayError):
        maker.make(event('{"h": "a\\r\\nb: c"}'), b"")


@pytest.mark.parametrize("handling", [None, "CONVERT_TO_TEXT", "CONVERT_TO_BINARY"])
def test_bodies(handling: Any) -> None:
    made = make_body(event("aGk="), Templates({}, None), "WHEN_NO_MATCH", handling)
    assert made == (b"hi" if handling == "CONVERT_TO_BINARY" else b"aGk=")
    assert make_body(event("x"), Templates({"$default": b""}, None), "NEVER", None) == b"x"
