"""Policies: any text is a policy or is refused, and asking one takes no time to speak of, whoever wrote it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.policy.base import ANONYMOUS, Effect, PolicyError, PolicyKind, Principal, Query
from gatewright.language.policy.document import compile_policy
from gatewright.language.policy.operators import OPERATORS
from gatewright.language.policy.wildcard import Piece, Wild, compile_pieces
from tests.fuzz.effort import FUZZ

ACCOUNT = "123456789012"
BASE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:api1"
ANN = Principal("User", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann", user_name="ann", tags={"t": "*"})

_PIECES = st.sampled_from(
    [
        "*",
        "?",
        "a",
        "b",
        ":",
        "/",
        "arn:aws:",
        "execute-api:",
        BASE,
        "${aws:username}",
        "${*}",
        "${a:b, 'c'}",
        "${",
        "}",
    ]
)
_TEXTS = st.one_of(st.text(max_size=20), st.lists(_PIECES, max_size=12).map("".join))
_RESOURCES = st.one_of(_TEXTS, _TEXTS.map("arn:aws:execute-api:*:*:".__add__), st.just("*"))
_NAMES = st.tuples(
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(sorted([*OPERATORS, "null"])),
    st.sampled_from(["", "IfExists"]),
).map("".join)
_VALUES = st.one_of(
    _TEXTS, st.booleans(), st.integers(), st.floats(), st.ip_addresses().map(str), st.datetimes().map(str), st.none()
)
_KEYS = st.sampled_from(["aws:SourceIp", "aws:username", "aws:PrincipalTag/t", "a:b", "nonsense"])
_CONDITIONS = st.dictionaries(
    _NAMES, st.dictionaries(_KEYS, st.one_of(_VALUES, st.lists(_VALUES, max_size=3)), max_size=2), max_size=2
)
_PRINCIPALS = st.sampled_from(["*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": ANN.arn}, {"Service": "x.amazonaws.com"}])
_STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "Action": st.sampled_from(["execute-api:Invoke", "execute-api:*", "*", ["execute-api:Inv?ke"], "x"]),
        "NotAction": st.sampled_from(["execute-api:Invoke", "s3:*"]),
        "Resource": st.one_of(_RESOURCES, st.lists(_RESOURCES, max_size=3)),
        "NotResource": _RESOURCES,
        "Principal": _PRINCIPALS,
        "NotPrincipal": _PRINCIPALS,
        "Condition": _CONDITIONS,
        "Sid": _TEXTS,
    },
)
_ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)),
    max_leaves=8,
)
KINDS = st.sampled_from(PolicyKind)
CONTEXT: dict[str, list[str]] = {"aws:sourceip": ["10.0.0.1"], "a:b": ["1", "true", ""]}


def ask(policy: Any, principal: Principal, path: str) -> Effect:
    effect: Effect = policy.decide(Query("execute-api:Invoke", f"{BASE}/{path}", principal, CONTEXT.get)).effect
    return effect


@FUZZ
@given(st.lists(_STATEMENTS, min_size=1, max_size=3), KINDS, st.text(max_size=40), st.sampled_from([ANN, ANONYMOUS]))
def test_any_policy(statements: list[Any], kind: PolicyKind, path: str, principal: Principal) -> None:
    """It answers, and a statement more that denies everything makes every answer a denial."""
    document = {"Version": "2012-10-17", "Statement": statements}
    try:
        policy = compile_policy(document, kind, BASE)
    except PolicyError:
        return
    first = ask(policy, principal, path)
    assert ask(policy, principal, path) is first
    deny: dict[str, Any] = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    if kind is PolicyKind.RESOURCE:
        deny["Principal"] = "*"
    denying = compile_policy({**document, "Statement": [*statements, deny]}, kind, BASE)
    assert ask(denying, principal, path) is Effect.DENY
    only = [each for each in statements if each["Effect"] == "Deny"]
    if only:
        assert ask(compile_policy({**document, "Statement": only}, kind, BASE), principal, path) is not Effect.ALLOW


@FUZZ
@given(st.one_of(st.text(max_size=60), _ANYTHING.map(json.dumps)), KINDS)
def test_any_text(text: str, kind: PolicyKind) -> None:
    try:
        compile_policy(text, kind)
    except PolicyError:
        return


@FUZZ
@given(_ANYTHING, KINDS)
def test_any_statement(statement: Any, kind: PolicyKind) -> None:
    whole = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    changed = whole | statement if isinstance(statement, dict) else statement
    for document in ({"Statement": changed}, {"Statement": {**whole, "Condition": statement}}):
        try:
            policy = compile_policy(document, kind)
        except PolicyError:
            continue
        ask(policy, ANN, "x")


@FUZZ
@given(st.lists(st.sampled_from([Wild.ANY, Wild.ONE, "a", "ab", "b"]), max_size=400), st.text("ab", max_size=2000))
def test_any_pattern(pieces: list[Piece], value: str) -> None:
    compile_pieces(pieces)(value)
