"""Tokens and key sets: whatever comes is read or refused, and nothing but what was signed is ever accepted."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.identity.jwks import read_keys
from gatewright.identity.tokens import TokenError, check_audience, check_times, parse, scopes_of
from tests.fuzz.effort import FUZZ
from tests.unit.identity.issuer import encoded, jwk, sign

NOW = 1_700_000_000.0
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=8), each, max_size=4)
)
NAMES = st.sampled_from(["iss", "aud", "client_id", "exp", "nbf", "iat", "scope", "scp", "alg", "kid", "crit", "sub"])
OBJECTS = st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=8)
KEYS = read_keys(json.dumps({"keys": [jwk("k")]}).encode())
GOOD = sign({"iss": "i", "exp": NOW + 60}).encode()


@FUZZ
@given(OBJECTS, OBJECTS)
def test_any_header_and_claims(header: dict[str, Any], claims: dict[str, Any]) -> None:
    text = b".".join(encoded(json.dumps(part).encode("utf-8", "surrogatepass")) for part in (header, claims, {}))
    try:
        KEYS.verify(parse(text))
    except TokenError:
        return
    raise AssertionError("nobody has signed this")


@FUZZ
@given(OBJECTS)
def test_any_claims_that_are_signed(claims: dict[str, Any]) -> None:
    try:
        said = parse(sign(claims).encode()).claims
    except TokenError:
        return
    scopes_of(said)
    for check in (lambda: check_times(said, NOW), lambda: check_audience(said, {"a"})):
        try:
            check()
        except TokenError:
            continue
        assert any(name in said for name in ("exp", "aud", "client_id"))


@FUZZ
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3))
def test_no_change_of_a_good_token_is_accepted(at: int, piece: bytes) -> None:
    for changed in (GOOD[:at] + piece + GOOD[at + 1 :], GOOD[:at] + piece + GOOD[at:], GOOD[:at] + GOOD[at + 1 :]):
        if changed == GOOD:
            continue
        try:
            KEYS.verify(parse(changed))
        except TokenError:
            continue
        raise AssertionError("nobody has signed this")


@FUZZ
@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps({"keys": value}).encode()))
def test_any_key_set(document: bytes) -> None:
    try:
        read_keys(document)
    except ValueError:
        return


@FUZZ
@given(OBJECTS)
def test_any_key(members: dict[str, Any]) -> None:
    try:
        read_keys(json.dumps({"keys": [jwk("k") | members]}).encode("utf-8", "surrogatepass"))
    except ValueError:
        return
