from __future__ import annotations

import gzip
import zlib

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.steps.body import build
from tests.unit.gateway.support import compiled, exchange, parts


def _run(made: Exchange, limit: int = 1000) -> None:
    program, method = compiled()
    step = build(method, parts(program, max_payload=limit))
    assert step is not None
    assert step(made) is None


def test_a_plain_body_stays() -> None:
    made = exchange(body=b"plain")
    _run(made)
    assert made.body == b"plain"


def test_a_coded_body_is_decoded() -> None:
    made = exchange({"Content-Encoding": "gzip"}, gzip.compress(b"plain", mtime=0))
    _run(made)
    assert made.body == b"plain"


def test_a_header_that_is_there_twice_names_two_codings() -> None:
    made = exchange([("Content-Encoding", "gzip"), ("content-encoding", "deflate")], zlib.compress(gzip.compress(b"x")))
    _run(made)
    assert made.body == b"x"


@pytest.mark.parametrize(
    ("coding", "body", "name"),
    [
        ("br", b"x", "UNSUPPORTED_MEDIA_TYPE"),
        ("gzip", b"x", "UNSUPPORTED_MEDIA_TYPE"),
        ("gzip", gzip.compress(bytes(1001), mtime=0), "REQUEST_TOO_LARGE"),
    ],
)
def test_what_cannot_be_decoded(coding: str, body: bytes, name: str) -> None:
    with pytest.raises(GatewayError) as refusal:
        _run(exchange({"Content-Encoding": coding}, body))
    assert refusal.value.kind.name == name


def test_too_large_names_the_limit() -> None:
    made = exchange()
    made.request.too_large = True
    with pytest.raises(GatewayError, match="HTTP content length exceeded 77 bytes"):
        _run(made, 77)
