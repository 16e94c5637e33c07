"""Key sets: which keys count, and what they verify."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.identity import tokens
from gatewright.identity.jwks import KeySet, read_keys
from gatewright.identity.tokens import TokenError, parse
from tests.unit.identity.issuer import jwk, number, private_key, sign

ALGORITHMS = tokens.ALGORITHMS


def keys(*listed: Any) -> KeySet:
    return read_keys(json.dumps({"keys": list(listed)}).encode())


def outcome(known: KeySet, token: str) -> str | None:
    try:
        known.verify(parse(token.encode()))
    except TokenError as error:
        return error.description
    return None


@pytest.mark.parametrize("named", ALGORITHMS)
@pytest.mark.parametrize("used", ALGORITHMS)
def test_a_key_answers_to_its_own_algorithm(named: str, used: str) -> None:
    expected = None if named == used else f"signing method {used} is invalid"
    assert outcome(keys(jwk("k", alg=named)), sign({}, alg=used)) == expected


@pytest.mark.parametrize("used", ALGORITHMS)
def test_a_key_without_algorithm(used: str) -> None:
    expected = None if used.startswith("RS") else f"signing method {used} is invalid"
    assert outcome(keys(jwk("k", alg=None, use=None)), sign({}, alg=used)) == expected


def test_signatures() -> None:
    known = keys(jwk("k"), jwk("other", private_key(1)))
    good = sign({"a": 1})
    assert outcome(known, good) is None
    assert outcome(known, sign({}, "other", key=private_key(1))) is None
    assert outcome(known, sign({}, "other")) == tokens.SIGNATURE
    assert outcome(known, sign({}, "third")) == "kid does not exist"
    head, claims, signature = good.split(".")
    assert outcome(known, ".".join((head, sign({"a": 2}).split(".")[1], signature))) == tokens.SIGNATURE
    assert outcome(known, ".".join((head, claims, signature[:-6]))) == tokens.SIGNATURE
    assert outcome(known, ".".join((head, claims, "AA"))) == tokens.SIGNATURE
    assert outcome(known, ".".join((sign({}, header={"alg": "RS384", "kid": "k"}).split(".")[0], claims, signature)))


@pytest.mark.parametrize(
    "listed",
    [
        jwk("k", use="enc"),
        jwk("k", use=["sig"]),
        jwk("k", key_ops=["sign"]),
        jwk("k", key_ops="verify"),
        jwk("k", kty="oct", k="c2VjcmV0"),
        jwk("k", kty="EC"),
        jwk("k", alg="RSA-OAEP"),
        jwk("k", alg="HS256"),
        jwk("k", alg="none"),
        jwk("k", alg=["RS256"]),
        jwk("k", kid=["k"]),
        jwk("k", private_key(0, 1024)),
        jwk("k", n=number(2**8193 + 1)),
        jwk("k", e=number(2**32 + 1)),
        jwk("k", e=number(1)),
        jwk("k", e="AA"),
        jwk("k", n="é"),
        jwk("k", n=5),
        jwk("k", n=None) | {"n": None},
        jwk("k") | {"alg": None},
        "k",
        None,
    ],
)
def test_keys_that_do_not_count(listed: Any) -> None:
    known = keys(listed, jwk("good"))
    assert not known.knows("k")
    assert known.knows("good")


def test_of_two_keys_with_one_id_the_first_counts_for_its_algorithm() -> None:
    known = keys(jwk("k"), jwk("k", private_key(1)), jwk("k", private_key(1), alg="RS384"))
    assert outcome(known, sign({})) is None
    assert outcome(known, sign({}, key=private_key(1))) == tokens.SIGNATURE
    assert outcome(known, sign({}, key=private_key(1), alg="RS384")) is None


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [], "keys": []}', b"\xff"])
def test_no_key_set(document: bytes) -> None:
    with pytest.raises(ValueError):
        read_keys(document)


def test_a_set_that_is_too_large() -> None:
    with pytest.raises(ValueError, match="too many keys"):
        keys(*(jwk(str(each), alg=None) for each in range(400)))


def test_sameness() -> None:
    assert keys(jwk("a"), jwk("b")).same(keys(jwk("b"), jwk("a")))
    assert not keys(jwk("a")).same(keys(jwk("b")))
    assert not keys(jwk("a")).same(keys(jwk("a", private_key(1))))
    assert not keys(jwk("a")).same(keys(jwk("a", alg="RS512")))
