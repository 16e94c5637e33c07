"""Answers of Lambda authorizers: whatever a function says, it is a whole answer or a 500, and only an Allow allows."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.authorizers.answers import read_output
from gatewright.gateway.authorizers.sources import collector
from gatewright.gateway.context import context_value
from gatewright.gateway.errors import GatewayError
from gatewright.language.policy.base import ANONYMOUS, Effect, Query
from gatewright.program.authorizers import IdentitySource
from tests.fuzz.effort import FUZZ
from tests.unit.gateway.support import exchange

_ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/v1/GET/pets"
_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "*", "Allow", "Deny", "allow", _ARN])
_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Version", "Statement", "Effect", "Action", "Resource", "Condition", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_STATEMENT = st.fixed_dictionaries(
    {},
    optional={
        "Effect": st.sampled_from(["Allow", "Deny"]) | _SCALARS,
        "Action": st.sampled_from(["execute-api:Invoke", "execute-api:*", ["*"], "s3:GetObject"]) | _JSON,
        "Resource": st.sampled_from([_ARN, [_ARN], "*", _ARN[:-1], _ARN[:-1] + "?"]) | _JSON,
        "NotResource": _JSON,
        "Condition": _JSON,
    },
)
_POLICY = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.lists(_STATEMENT, min_size=1, max_size=3) | _JSON}
)
_ANSWER = st.fixed_dictionaries(
    {"principalId": st.just("ann") | _JSON, "policyDocument": _POLICY | _JSON},
    optional={"context": _JSON, "usageIdentifierKey": _JSON},
)


def _read(body: bytes) -> Any:
    try:
        return read_output(body)
    except GatewayError as error:
        if error.status != 500:
            raise
        return None


@FUZZ
@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(body: bytes) -> None:
    _read(body)


@FUZZ
@given(_ANSWER)
def test_only_an_allow_allows(answer: dict[str, Any]) -> None:
    output = _read(json.dumps(answer).encode())
    if output is None:
        return
    effect = output.policy.decide(Query("execute-api:Invoke", _ARN, ANONYMOUS, lambda key: None)).effect
    statements = answer["policyDocument"]["Statement"]
    effects = [each["Effect"] for each in (statements if isinstance(statements, list) else [statements])]
    assert effect is not Effect.ALLOW or "Allow" in effects
    assert effect is not Effect.DENY or "Deny" in effects
    assert all(value is None or isinstance(value, str) for value in output.context.values())


_VALUES = st.text(st.sampled_from("a,;=& "), min_size=1, max_size=3).map(str.strip).filter(bool)
_PAIRS = st.lists(st.tuples(st.sampled_from(["X-A", "x-a", "X-B"]), _VALUES), max_size=4)
_SOURCES = (IdentitySource("header", "x-a"), IdentitySource("header", "x-b"))


@FUZZ
@given(_PAIRS, _PAIRS)
def test_requests_that_a_function_can_tell_apart_have_different_identities(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    collect = collector(_SOURCES, {}, context_value, spelled=True)
    first, second = collect(exchange(one)), collect(exchange(other))
    if first is None or first != second:
        return
    for name in ("x-a", "x-b"):
        assert [pair for pair in one if pair[0].lower() == name] == [pair for pair in other if pair[0].lower() == name]
