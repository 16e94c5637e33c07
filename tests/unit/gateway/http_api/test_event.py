from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.http_api.event import body_of, see
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.language.parameter_mapping import parse_request_change
from tests.plays.stage import FakeRequest


def _exchange(headers: list[tuple[str, str]], body: bytes = b"") -> HttpExchange:
    return HttpExchange(FakeRequest("GET", "/a?b=1", headers, body), Target("a", b""), FakeClock())


def test_headers_are_lower_case_and_the_gateway_s_own_are_added() -> None:
    seen = see(_exchange([("X-A", "1"), ("x-a", "2"), ("TE", "x"), ("X-Amzn-Trace-Id", "Root=1")]), ())
    assert list(seen.headers) == [
        "x-a",
        "content-length",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
    ]
    assert seen.headers["x-a"] == ["1", "2"]
    assert (seen.query, seen.raw_query, seen.path) == ([("b", "1")], b"b=1", None)


def test_mapped() -> None:
    changes = [
        parse_request_change("overwrite:header.X-B", "é", {}),
        parse_request_change("overwrite:path", "x", {}),
    ]
    seen = see(_exchange([]), changes)
    assert (seen.headers["x-b"], seen.path, seen.raw_query) == (["é"], "/x", b"b=1")


def test_bodies() -> None:
    assert body_of(_exchange([])) == (None, False)
    assert body_of(_exchange([("content-type", "Text/Plain")], b"\xff")) == ("�", False)
