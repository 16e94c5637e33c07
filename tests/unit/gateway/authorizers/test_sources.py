from __future__ import annotations

import pytest

from gatewright.gateway.authorizers.sources import Identity, collector, header_value
from gatewright.gateway.context import context_value
from gatewright.gateway.integrations.event import make_event
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


def test_headers_of_the_gateway_count_as_functions_see_them() -> None:
    """Else an answer about the address of one caller would be given to another who names the same address."""
    sent = [("X-Forwarded-For", "198.51.100.1"), ("x-forwarded-for", "198.51.100.2"), ("Host", "h:81")]
    made = exchange([*sent, ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Port", "1"), ("X-Amzn-Trace-Id", "Root=1")])
    event = make_event(made)["headers"]
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id"):
        collect = collector((IdentitySource("header", name.lower()),), {}, context_value)
        assert collect(made) == (event[name],)
    assert collector((IdentitySource("header", "x-forwarded-for"),), {}, context_value)(exchange()) == ("203.0.113.7",)


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


def test_the_spelling_of_a_header_counts_where_functions_see_it() -> None:
    collect = collector((_HEADER, IdentitySource("header", "authorization")), {}, context_value, spelled=True)
    sent = [("X-User", "ann"), ("Authorization", "a")]
    assert collect(exchange(sent)) == (("X-User", "ann"), "a")
    assert collect(exchange([("x-user", "ann"), ("AUTHORIZATION", "a")])) == (("x-user", "ann"), "a")
    assert collect(exchange([*sent, ("x-USER", "bob")])) == (("X-User", "ann", "x-USER", "bob"), "a")
    assert collect(exchange([("X-User", ""), ("Authorization", "a")])) is None
