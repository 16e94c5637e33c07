"""What tokens say, and which times, audiences and scopes will do. The corpus as a whole is in test_issuers.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.identity import tokens
from gatewright.identity.tokens import (
    TokenError,
    check_audience,
    check_times,
    parse,
    read_json,
    scopes_of,
    without_scheme,
)
from tests.unit.identity.issuer import encoded

HEADER = {"alg": "RS256", "kid": "k"}
NOW = 1_700_000_000.0


def compact(header: Any = HEADER, claims: Any = {"a": 1}, signature: bytes = b"sig") -> bytes:  # noqa: B006 - read only
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    return b".".join((*(encoded(part) for part in parts), encoded(signature)))


def why(text: bytes) -> str:
    with pytest.raises(TokenError) as refusal:
        parse(text)
    return refusal.value.description


def test_a_token_taken_apart() -> None:
    token = parse(compact(claims={"sub": "é", "n": 1.5}))
    assert (token.algorithm, token.key_id, token.claims) == ("RS256", "k", {"sub": "é", "n": 1.5})
    assert token.signed == compact().split(b".")[0] + b"." + compact(claims={"sub": "é", "n": 1.5}).split(b".")[1]
    assert token.signature == b"sig"


@pytest.mark.parametrize("text", [b"", b"token", b".", b"a.b", b"a.b.c.d", b"a.b.c.d.e", compact().rsplit(b".", 1)[0]])
def test_the_number_of_segments(text: bytes) -> None:
    assert why(text) == "token contains an invalid number of segments"


@pytest.mark.parametrize(
    ("header", "description"),
    [
        ({"kid": "k"}, "signing method of the token is invalid"),
        ({"alg": "HS256", "kid": "k"}, "signing method HS256 is invalid"),
        ({"alg": "ES256", "kid": "k"}, "signing method ES256 is invalid"),
        ({"alg": "none", "kid": "k"}, "signing method none is invalid"),
        ({"alg": "rs256", "kid": "k"}, "signing method rs256 is invalid"),
        ({"alg": ["RS256"], "kid": "k"}, "signing method of the token is invalid"),
        ({"alg": {}, "kid": "k"}, "signing method of the token is invalid"),
        ({"alg": 'x"\r\nSet-Cookie: a', "kid": "k"}, "signing method of the token is invalid"),
        ({"alg": "RS256"}, "kid does not exist"),
        ({"alg": "RS256", "kid": ""}, "kid does not exist"),
        ({"alg": "RS256", "kid": 1}, "kid does not exist"),
        ({"alg": "RS256", "kid": ["k"]}, "kid does not exist"),
        (HEADER | {"crit": []}, tokens.MALFORMED),
        (HEADER | {"crit": ["b64"], "b64": False}, tokens.MALFORMED),
        (HEADER | {"crit": None}, tokens.MALFORMED),
        (b'{"alg":"none","alg":"RS256","kid":"k"}', tokens.MALFORMED),
        (b"[]", tokens.MALFORMED),
        (b"", tokens.MALFORMED),
        (b'\xef\xbb\xbf{"alg":"RS256","kid":"k"}', tokens.MALFORMED),
        ('{"alg":"RS256","kid":"k"}'.encode("utf-16"), tokens.MALFORMED),
    ],
)
def test_headers(header: Any, description: str) -> None:
    assert why(compact(header)) == description


@pytest.mark.parametrize(
    "claims",
    [
        [1],
        None,
        "text",
        1,
        b"{",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"\\ud800":1}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
def test_claims(claims: Any) -> None:
    assert why(compact(claims=claims)) == tokens.MALFORMED


def test_one_spelling_only() -> None:
    good = compact(signature=b"\x00")
    assert good.endswith(b".AA")
    parse(good)
    for bad in (
        good[:-1] + b"B",
        good + b"==",
        good + b"AAA",
        good + b"\n",
        b" " + good,
        good.replace(b"A", b"+"),
        good[:-2] + "é".encode(),
        good[:-2],
        b"x" * (tokens.LONGEST + 1),
    ):
        assert why(bad) == tokens.MALFORMED


@given(st.binary(max_size=200) | st.builds(compact, st.binary(max_size=40), st.binary(max_size=40), st.binary()))
def test_whatever_comes_is_a_token_or_refused(text: bytes) -> None:
    try:
        token = parse(text)
    except TokenError as error:
        said = error.description
        fit = said.isascii() and said.isprintable() and not set(said) & set('"\\')
        assert fit
    else:
        assert b".".join((token.signed, encoded(token.signature))) == text


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"exp": NOW + 1}, None),
        ({"exp": NOW + 0.5, "nbf": NOW, "iat": NOW}, None),
        ({"exp": NOW}, tokens.EXPIRED),
        ({"exp": -1}, tokens.EXPIRED),
        ({}, "the token has no valid exp"),
        ({"exp": None}, "the token has no valid exp"),
        ({"exp": True}, "the token has no valid exp"),
        ({"exp": "4102444800"}, "the token has no valid exp"),
        ({"exp": [NOW + 1]}, "the token has no valid exp"),
        ({"exp": 10**300}, "the token has no valid exp"),
        ({"exp": 1e300}, "the token has no valid exp"),
        ({"exp": -(10**400)}, "the token has no valid exp"),
        ({"exp": NOW + 9, "nbf": NOW + 1}, tokens.EARLY),
        ({"exp": NOW + 9, "iat": NOW + 1}, tokens.EARLY),
        ({"exp": NOW + 9, "nbf": None}, "the token has no valid nbf"),
        ({"exp": NOW + 9, "nbf": False}, "the token has no valid nbf"),
        ({"exp": NOW + 9, "iat": "1"}, "the token has no valid iat"),
    ],
)
def test_times(claims: dict[str, Any], description: str | None) -> None:
    if description is None:
        assert check_times(claims, NOW) == claims["exp"]
        return
    with pytest.raises(TokenError) as refusal:
        check_times(claims, NOW)
    assert refusal.value.description == description


@pytest.mark.parametrize(
    ("claims", "good"),
    [
        ({"aud": "a"}, True),
        ({"aud": "b"}, True),
        ({"aud": ["x", "a"]}, True),
        ({"client_id": "a"}, True),
        ({"aud": ["a"], "client_id": "x"}, True),
        ({}, False),
        ({"aud": None}, False),
        ({"aud": []}, False),
        ({"aud": ""}, False),
        ({"aud": "ab"}, False),
        ({"aud": "A"}, False),
        ({"aud": "x", "client_id": "a"}, False),
        ({"aud": [], "client_id": "a"}, False),
        ({"aud": None, "client_id": "a"}, False),
        ({"aud": [["a"]]}, False),
        ({"aud": ["a", 1]}, False),
        ({"aud": {"a": 1}}, False),
        ({"aud": [{}]}, False),
        ({"client_id": ["a"]}, False),
    ],
)
def test_audiences(claims: dict[str, Any], good: bool) -> None:
    audience = frozenset(("a", "b"))
    if good:
        check_audience(claims, audience)
        return
    for wanted in (audience, frozenset[str]()):
        with pytest.raises(TokenError, match="the token does not have a valid audience"):
            check_audience(claims, wanted)


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({}, ()),
        ({"scope": "a b"}, ("a", "b")),
        ({"scope": " a  b a "}, ("a", "b")),
        ({"scp": "a b"}, ("a", "b")),
        ({"scp": ["a", "b c"]}, ("a", "b c")),
        ({"scope": "a", "scp": ["a", "b"]}, ("a", "b")),
        ({"scope": ["a"]}, ()),
        ({"scope": None, "scp": 1}, ()),
        ({"scp": [["a"], 1, "", "b"]}, ("b",)),
        ({"scope": "a\tb"}, ("a\tb",)),
    ],
)
def test_scopes(claims: dict[str, Any], scopes: tuple[str, ...]) -> None:
    assert scopes_of(claims) == scopes


def test_json_is_what_it_says() -> None:
    assert read_json(b'{"a": [1, 1.5, "\\u00e9", true, null]}') == {"a": [1, 1.5, "é", True, None]}


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (b"t", b"t"),
        (b"Bearer t", b"t"),
        (b"bEARER   t", b"t"),
        (b"Bearer", b"Bearer"),
        (b"Bearert", b"Bearert"),
        (b"Bearer\tt", b"Bearer\tt"),
        (b"Basic t", b"Basic t"),
        (b" Bearer t", b" Bearer t"),
        (b"Bearer Bearer t", b"Bearer t"),
    ],
)
def test_without_scheme(value: bytes, token: bytes) -> None:
    assert without_scheme(value) == token
