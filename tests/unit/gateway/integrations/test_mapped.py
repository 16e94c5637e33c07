from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.mapped import Outgoing, RequestMapping, add_type
from gatewright.language.mapping import ILLEGAL
from gatewright.program.records import HttpIntegration
from tests.plays.stage import http
from tests.unit.gateway.support import compiled, exchange, parts


def _mapping(api: dict[str, Any] | None = None, **members: Any) -> RequestMapping:
    program, method = compiled(http("http://b.test/x?y=1", **members), api=api)
    made = method.integration
    assert isinstance(made, HttpIntegration)
    assert made.uri is not None
    return RequestMapping(
        made.uri,
        made.parameters,
        made.templates,
        made.passthrough,
        made.content_handling,
        [(b"Accept", b"application/json"), (b"Host", b"b.test")],
        ILLEGAL,
        parts(program),
    )


def test_mapped_headers_take_the_place_of_defaults() -> None:
    mapping = _mapping(requestParameters={"integration.request.header.accept": "'text/html'"})
    made = mapping.make(exchange({"X-Own": "1"}, b"body"), b"POST")
    assert (made.method, made.target, made.body, made.names) == (b"POST", b"/x?y=1", b"body", {b"accept"})
    assert [name for name, _ in made.headers] == [b"Host", b"accept", b"X-Amzn-Trace-Id"]


def test_a_template_takes_the_place_of_the_body() -> None:
    mapping = _mapping(requestTemplates={"application/json": "fixed"})
    assert mapping.make(exchange(body=b"body"), b"POST").body == b"fixed"
    assert mapping.make(exchange({"Content-Type": "text/plain"}, b"body"), b"POST").body == b"body"


def test_get_has_no_body_whatever_its_template_makes() -> None:
    mapping = _mapping(requestTemplates={"application/json": "fixed"})
    assert mapping.make(exchange(), b"GET").body == b""


def test_a_template_cannot_read_what_is_binary() -> None:
    api = {"binaryMediaTypes": ["image/png"]}
    picture = exchange({"Content-Type": "image/png"}, b"\xff")
    with pytest.raises(GatewayError) as failure:
        _mapping(api, requestTemplates={"image/png": "x"}).make(picture, b"POST")
    assert failure.value.log is not None
    assert "Unable to transform request" in failure.value.log
    mapping = _mapping(api, requestTemplates={"image/png": "x"}, contentHandling="CONVERT_TO_TEXT")
    assert mapping.make(picture, b"POST").body == b"x"


@pytest.mark.parametrize(
    ("method", "body", "names", "sent", "added"),
    [
        (b"POST", b"", set(), {}, b"application/json"),
        (b"POST", b"", set(), {"Content-Type": "text/xml"}, b"text/xml"),
        (b"GET", b"", set(), {}, None),
        (b"GET", b"x", set(), {}, b"application/json"),
        (b"POST", b"x", {b"content-type"}, {}, None),
    ],
)
def test_the_type_of_a_body(
    method: bytes, body: bytes, names: set[bytes], sent: dict[str, str], added: bytes | None
) -> None:
    outgoing = Outgoing(method, b"/", [], names, body)
    made = exchange(sent)
    made.verb = method.decode()
    add_type(outgoing, made)
    assert outgoing.headers == ([] if added is None else [(b"Content-Type", added)])


def test_a_get_that_becomes_a_post_says_nothing_of_a_body_it_has_not() -> None:
    outgoing = Outgoing(b"POST", b"/", [], set(), b"")
    add_type(outgoing, exchange({"Content-Type": "application/json"}))
    assert outgoing.headers == []
