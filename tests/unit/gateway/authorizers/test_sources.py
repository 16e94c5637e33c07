from __future__ import annotations

import pytest

from gatewright.gateway.authorizers.sources import Identity, collector, header_value
from gatewright.gateway.context import context_value
from gatewright.program.authorizers import IdentitySource
from tests.unit.gateway.support import exchange

_HEADER = IdentitySource("header", "x-user")
_QUERY = IdentitySource("querystring", "user")
_STAGE = IdentitySource("stage", "tier")
_CONTEXT = IdentitySource("context", "httpMethod")
_SOURCES = (_HEADER, _QUERY, _STAGE, _CONTEXT)

_ONE: list[tuple[tuple[IdentitySource, ...], list[tuple[str, str]], str, Identity | None]] = [
    ((_HEADER,), [("X-User", "ann")], "", ("ann",)),
    ((_HEADER,), [("x-USER", "änn")], "", ("änn",)),
    ((_HEADER,), [], "", None),
    ((_HEADER,), [("X-User", "")], "", None),
    ((_HEADER,), [("X-Users", "ann"), ("X-Use", "ann")], "", None),
    # All values count, whichever of them a function reads.
    ((_HEADER,), [("X-User", "ann"), ("x-user", "bob")], "", (("ann", "bob"),)),
    ((_HEADER,), [("X-User", "bob"), ("x-user", "ann")], "", (("bob", "ann"),)),
    ((_HEADER,), [("X-User", "ann, bob")], "", ("ann, bob",)),
    ((_HEADER,), [("X-User", "ann"), ("X-User", "")], "", None),
    ((_QUERY,), [], "user=ann", ("ann",)),
    ((_QUERY,), [], "user=a%20b&x=1", ("a b",)),
    ((_QUERY,), [], "user=ann&user=bob", (("ann", "bob"),)),
    ((_QUERY,), [], "user=ann&user=", None),
    ((_QUERY,), [], "User=ann", None),
    ((_QUERY,), [], "user", None),
    ((_STAGE,), [], "", ("gold",)),
    ((IdentitySource("stage", "none"),), [], "", None),
    ((_CONTEXT,), [], "", ("GET",)),
    ((IdentitySource("context", "nothing"),), [], "", None),
    (_SOURCES, [("X-User", "ann")], "user=bob", ("ann", "bob", "gold", "GET")),
    (_SOURCES[::-1], [("X-User", "ann")], "user=bob", ("GET", "gold", "bob", "ann")),
    (_SOURCES, [("X-User", "ann")], "", None),
    (_SOURCES, [], "user=bob", None),
    ((), [], "", ()),
]


@pytest.mark.parametrize(("sources", "headers", "query", "identity"), _ONE)
def test_values(
    sources: tuple[IdentitySource, ...], headers: list[tuple[str, str]], query: str, identity: Identity | None
) -> None:
    collect = collector(sources, {"tier": "gold"}, context_value)
    assert collect(exchange(headers, query=query)) == identity


def test_one_value_with_a_separator_is_not_two_values() -> None:
    """No way of writing values down can make two different identities equal."""
    collect = collector((_QUERY, IdentitySource("querystring", "b")), {}, context_value)
    seen = {
        collect(exchange(query=query)) for query in ("user=x&b=y", "user=x,y&b=y", "user=x&user=y&b=y", "user=x&b=y,y")
    }
    assert len(seen) == 4


def test_text_that_is_none_counts_as_missing() -> None:
    made = exchange([("X-User", "ann")])
    made.request.headers[0] = (b"X-User", b"ann\xff")  # type: ignore[index]  # the fake's own list
    assert header_value(made, b"x-user") is None
