"""JSON Web Tokens as API Gateway takes them: what a token says, and whether its times, audience and scopes will do.

Nothing here waits or checks a signature (`jwks.py` does); `issuers.py` puts both together. A token is compact JWS and
nothing else: three segments of unpadded base64url in their only spelling, a header and claims that are JSON objects
without a repeated member (RFC 7519 section 4 leaves that choice; who reads the last and who reads the first must not
differ), a `kid` (AWS: "the key ID of the token must be in the header"), an RSA algorithm, and no `crit`: no extension
is understood here (RFC 7515 section 4.1.11).

Why no JOSE library: all of that has to be decided before any library sees a key, and joserfc, the best kept one,
decides otherwise in eight of the corpus's cases (it takes an empty `crit` and the unencoded payload of RFC 7797, claims
that are no object, repeated members, and refuses unknown members of the header). What is left is one call of
`cryptography`, which costs 26 µs; through joserfc it is 59, and 70 ms more for every worker to start.

AWS: "Control access to HTTP APIs with JWT authorizers", "Authorizing API requests". The descriptions of errors are
AWS's where they are known; the rest, unverified, is in the words of the Go library that AWS's known ones are of.
"""

from __future__ import annotations

import json
import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 16_384  # bytes of a token; AWS's limit on all headers is 10,240
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")

# error_description of WWW-Authenticate: observed or documented…
SEGMENTS = "token contains an invalid number of segments"
AUDIENCE = "the token does not have a valid audience"
DISCOVERY = "OIDC discovery endpoint communication error"
JWKS = "JWKS communication error"
ISSUER = "issuer does not match"
EXPIRED = "the token has expired"
# … and unverified
MALFORMED = "the token is malformed"
ALGORITHM = "signing method {} is invalid"
KEY = "kid does not exist"
SIGNATURE = "crypto/rsa: verification error"
TIMES = "the token has no valid {}"
EARLY = "the token is not valid yet"

_SEGMENT = re.compile(rb"[A-Za-z0-9_-]+")
_BEARER = re.compile(rb"bearer +", re.IGNORECASE)  # RFC 6750
_NAME = re.compile(r"[A-Za-z0-9]{1,16}")
_LATEST = 2**53  # seconds; beyond, no number is a date


class TokenError(Exception):
    """A token that is not accepted. `description`: why, without anything that the token says freely."""

    def __init__(self, description: str) -> None:
        self.description = description
        super().__init__(description)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says, its signature not yet checked."""

    algorithm: str  # one of ALGORITHMS
    key_id: str
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def without_scheme(value: bytes) -> bytes:
    """A header's value without `Bearer `, which AWS takes or leaves; whether it minds the case is unverified."""
    bearer = _BEARER.match(value)
    return value if bearer is None else value[bearer.end() :]


def parse(text: bytes) -> Token:
    """Take a token apart. Raises TokenError."""
    if len(text) > LONGEST:
        raise TokenError(MALFORMED)
    parts = text.split(b".")
    if len(parts) != 3:
        raise TokenError(SEGMENTS)
    header = _object(parts[0])
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        known = isinstance(algorithm, str) and _NAME.fullmatch(algorithm) is not None
        raise TokenError(ALGORITHM.format(algorithm if known else "of the token"))
    if not isinstance(key_id, str) or not key_id:
        raise TokenError(KEY)
    if "crit" in header:
        raise TokenError(MALFORMED)
    claims = _object(parts[1])
    return Token(str(algorithm), key_id, claims, parts[0] + b"." + parts[1], _bytes(parts[2]))


def check_times(claims: Mapping[str, Any], now: float) -> float:
    """`exp` must be there and to come; `nbf` and `iat`, if there, must be past. No leeway. Gives `exp`.

    Raises TokenError.
    """
    expires = _date(claims, "exp")
    if expires <= now:
        raise TokenError(EXPIRED)
    for name in ("nbf", "iat"):
        if name in claims and _date(claims, name) > now:
            raise TokenError(EARLY)
    return expires


def check_audience(claims: Mapping[str, Any], audience: Collection[str]) -> None:
    """One of `aud` must be in the audience; `client_id` counts only where there is no `aud`. Raises TokenError."""
    said = claims["aud"] if "aud" in claims else claims.get("client_id")
    values = said if isinstance(said, list) and "aud" in claims else [said]
    if not all(isinstance(value, str) for value in values) or not any(value in audience for value in values):
        raise TokenError(AUDIENCE)


def scopes_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The scopes in `scope` (text) and `scp` (text or list), in order, each once."""
    found: dict[str, None] = {}
    for name in ("scope", "scp"):
        said = claims.get(name)
        if isinstance(said, str):
            found.update(dict.fromkeys(scope for scope in said.split(" ") if scope))
        elif isinstance(said, list) and name == "scp":
            found.update(dict.fromkeys(scope for scope in said if isinstance(scope, str) and scope))
    return tuple(found)


def read_json(text: bytes) -> Any:
    """Strict JSON: UTF-8, no repeated members, no NaN, nothing beyond a double. Raises ValueError."""
    try:
        value = json.loads(text.decode(), object_pairs_hook=_members, parse_constant=_refuse, parse_float=_float)
        if b"\\u" in text:  # a lone surrogate is no text that could be handed on
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _object(segment: bytes) -> dict[str, Any]:
    try:
        value = read_json(_bytes(segment))
    except ValueError:
        raise TokenError(MALFORMED) from None
    if not isinstance(value, dict):
        raise TokenError(MALFORMED)
    return value


def _bytes(segment: bytes) -> bytes:
    if _SEGMENT.fullmatch(segment) is None or len(segment) % 4 == 1:
        raise TokenError(MALFORMED)
    data = urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    if urlsafe_b64encode(data).rstrip(b"=") != segment:
        raise TokenError(MALFORMED)  # bits that mean nothing: a second spelling of the same
    return data


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a repeated member")
    return members


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number beyond all limits")
    return value


def _date(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LATEST:
        raise TokenError(TIMES.format(name))
    return float(value)
