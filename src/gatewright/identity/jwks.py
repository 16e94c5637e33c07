"""Key sets (RFC 7517): which keys of an issuer sign tokens, and whether one signed this token.

A set is a table by (kid, algorithm): a key answers to the algorithm that it names, or to PKCS #1 v1.5 with any SHA-2
when it names none, so that nothing in a token can choose otherwise. Only public RSA keys for signatures count; a key
that is too small to trust, or large enough to keep a processor busy, is not there.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from gatewright.identity import tokens
from gatewright.identity.tokens import Token, TokenError

_UNNAMED = ("RS256", "RS384", "RS512")  # what a key without `alg` may be used for (unverified for AWS)
_SMALLEST, _LARGEST = 2048, 8192  # bits
_LARGEST_EXPONENT = 2**32
_MOST = 1000  # entries of a set


def _pss(digest: HashAlgorithm) -> AsymmetricPadding:
    return PSS(MGF1(digest), digest.digest_size)  # RFC 7518 section 3.5


_SCHEMES: Mapping[str, tuple[AsymmetricPadding, HashAlgorithm]] = {
    "RS256": (PKCS1v15(), SHA256()),
    "RS384": (PKCS1v15(), SHA384()),
    "RS512": (PKCS1v15(), SHA512()),
    "PS256": (_pss(SHA256()), SHA256()),
    "PS384": (_pss(SHA384()), SHA384()),
    "PS512": (_pss(SHA512()), SHA512()),
}


class KeySet:
    """The keys of one issuer. `current` ends when its keys are no longer the issuer's."""

    __slots__ = ("_ids", "_keys", "current")

    def __init__(self, keys: Mapping[tuple[str, str], RSAPublicKey]) -> None:
        self._keys = dict(keys)
        self._ids = frozenset(key_id for key_id, _ in keys)
        self.current = True

    def knows(self, key_id: str) -> bool:
        """Whether there is a key of this id."""
        return key_id in self._ids

    def verify(self, token: Token) -> None:
        """Raises TokenError unless a key of this set has signed the token, by the algorithm that is the key's."""
        key = self._keys.get((token.key_id, token.algorithm))
        if key is None:
            known = token.key_id in self._ids
            raise TokenError(tokens.ALGORITHM.format(token.algorithm) if known else tokens.KEY)
        padding, digest = _SCHEMES[token.algorithm]
        try:
            key.verify(token.signature, token.signed, padding, digest)
        except InvalidSignature:
            raise TokenError(tokens.SIGNATURE) from None

    def same(self, other: KeySet) -> bool:
        """Whether both hold the same keys."""
        return self._numbers() == other._numbers()

    def _numbers(self) -> dict[tuple[str, str], RSAPublicNumbers]:
        return {name: key.public_numbers() for name, key in self._keys.items()}


def read_keys(document: bytes) -> KeySet:
    """The usable keys of a JWK set; of several with one id and algorithm the first. Raises ValueError."""
    value = tokens.read_json(document)
    listed = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no JWK set")
    found: dict[tuple[str, str], RSAPublicKey] = {}
    for each in listed:
        key_id, algorithms = _use(each)
        key = _key(each) if algorithms else None
        if key is not None:
            for algorithm in algorithms:
                found.setdefault((key_id, algorithm), key)
        if len(found) > _MOST:
            raise ValueError("too many keys")
    return KeySet(found)


def _use(jwk: Any) -> tuple[str, tuple[str, ...]]:
    """The id of a key, and the algorithms that it may check; none for a key that is not for signatures of ours."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA":
        return "", ()
    key_id, algorithm, operations = jwk.get("kid"), jwk.get("alg"), jwk.get("key_ops")
    if not isinstance(key_id, str) or not key_id or jwk.get("use", "sig") != "sig":
        return "", ()
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return "", ()
    if algorithm is None:
        return key_id, _UNNAMED if "alg" not in jwk else ()
    return key_id, (algorithm,) if isinstance(algorithm, str) and algorithm in _SCHEMES else ()


def _key(jwk: Mapping[str, Any]) -> RSAPublicKey | None:
    try:
        modulus, exponent = _number(jwk.get("n")), _number(jwk.get("e"))
        if not _SMALLEST <= modulus.bit_length() <= _LARGEST or exponent >= _LARGEST_EXPONENT:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _number(text: Any) -> int:
    """Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("no number")
    return int.from_bytes(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)), "big")
