"""Keys of cached answers; how requests see them: tests/plays/test_caching.py."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.cache_keys import key_of
from gatewright.gateway.grants import Grant
from gatewright.language.mapping import Source, parse_source
from gatewright.language.policy.base import Principal
from gatewright.program.caching import Caching
from tests.plays.signing import user
from tests.unit.gateway.support import exchange


def caching(*expressions: str, namespace: str = "n", **more: Any) -> Caching:
    sources = [parse_source(each, "method.request", {}) or Source("literal", "") for each in expressions]
    return Caching(namespace, tuple(sources), 300, False, True, "FAIL_WITH_403", **more)


def keyed(*expressions: str, per_caller: bool = False, grant: Grant | None = None, **request: Any) -> bytes:
    made = exchange(**request)
    made.grant = grant
    return key_of("part", "GET", caching(*expressions), per_caller=per_caller)(made)


def test_part_namespace_and_verb() -> None:
    made = exchange()
    keys = {
        key_of(part, verb, caching(namespace=namespace), per_caller=False)(made)
        for part in ("", "a", "ab")
        for namespace in ("", "b", "bc")
        for verb in ("GET", "POST")
    }
    assert len(keys) == 18


VALUES = st.lists(st.text(alphabet="a:;-1,", max_size=4), max_size=3)


@given(VALUES, VALUES, VALUES, VALUES)
def test_no_two_sets_of_values_make_the_same_key(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    def key(one: list[str], two: list[str]) -> bytes:
        query = "&".join([*(f"q={value}" for value in one), *(f"r={value}" for value in two)])
        return keyed("method.request.querystring.q", "method.request.querystring.r", query=query)

    assert (key(a, b) == key(c, d)) is ((a, b) == (c, d))


@pytest.mark.parametrize(
    "expression",
    [
        "method.request.header.X-A",
        "method.request.multivalueheader.X-A",
        "method.request.querystring.q",
        "method.request.multivaluequerystring.q",
        "method.request.body",
        "method.request.body.x",
        "context.identity.userAgent",
    ],
)
def test_every_kind_of_source(expression: str) -> None:
    one: Any = {"headers": {"X-A": "1", "User-Agent": "a"}, "query": "q=1", "body": b'{"x": 1}'}
    other: Any = {"headers": {"X-A": "2", "User-Agent": "b"}, "query": "q=2", "body": b'{"x": 2}'}
    assert keyed(expression, **one) == keyed(expression, **one) != keyed(expression, **other)
    assert keyed(expression) not in (keyed(expression, **one), keyed(expression, **other))


def test_path_parameters_that_there_are_not() -> None:
    assert keyed("method.request.path.id") != keyed("method.request.path.none")


def test_long_values_are_told_apart_by_their_digest() -> None:
    keys = {keyed("method.request.body", body=b"x" * 600 + end) for end in (b"1", b"2")}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {33}


def test_path_values_are_bytes() -> None:
    key = key_of("part", "GET", caching("method.request.path.id"), per_caller=False)
    made = []
    for value in (b"\xfe", b"\xff"):
        request = exchange()
        request.values = [value]
        made.append(key(request))
    assert made[0] != made[1]


def test_the_client_as_backends_see_it() -> None:
    one = exchange()
    other = exchange()
    other.request.peer = "198.51.100.1"
    key = key_of("part", "GET", caching("method.request.header.X-Forwarded-For"), per_caller=False)
    assert key(one) != key(other)


ADA = Grant(user("ada"), {"userArn": "ada"}, {"principalId": "p", "role": "admin"})
OTHERS = [
    None,
    Grant(),
    Grant(user("bob"), {"userArn": "ada"}, {"principalId": "p", "role": "admin"}),
    Grant(user("ada"), {"userArn": "bob"}, {"principalId": "p", "role": "admin"}),
    Grant(user("ada"), {"userArn": "ada"}, {"principalId": "p", "role": "user"}),
    Grant(user("ada"), {"userArn": "ada"}, {"principalId": "q", "role": "admin"}),
    Grant(user("ada"), {"userArn": "ada"}, {"principalId": "p", "role": "admin"}, usage_key="k"),
]


@pytest.mark.parametrize("other", OTHERS)
def test_callers_are_told_apart_by_the_extension_alone(other: Grant | None) -> None:
    again = Grant(user("ada"), {"userArn": "ada"}, {"role": "admin", "principalId": "p"})
    assert keyed(per_caller=True, grant=ADA) == keyed(per_caller=True, grant=again)
    assert keyed(per_caller=True, grant=ADA) != keyed(per_caller=True, grant=other)
    assert keyed(grant=ADA) == keyed(grant=other)


def test_backends_that_are_called_as_the_caller_answer_the_caller_alone() -> None:
    key = key_of("part", "GET", caching(by_signer=True), per_caller=False)

    def of(principal: Principal | None) -> bytes:
        made = exchange()
        made.grant = None if principal is None else Grant(principal)
        return key(made)

    assert of(user("ada")) == of(user("ada"))
    assert len({of(user("ada")), of(user("bob")), of(user("ada", "999999999999")), of(None)}) == 4
