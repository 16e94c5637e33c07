"""Signature Version 4, standard library only: the canonical request, keys, signing and presigning.

A signature is an HMAC over a string-to-sign, which holds the hash of a canonical request. Both sides build the latter
from the bytes on the wire; where they differ in one byte, the signature differs. The rules that matter:

- Path: dot segments and empty segments are removed, then every byte outside `A-Za-z0-9-._~/` is percent-encoded, also
  the "%" of what is already encoded. S3 does neither (`double_encode=False`).
- Query: keys and values are decoded and encoded anew, then sorted by encoded key and value.
- Headers: names in lower case, sorted; values trimmed, runs of blanks made one; several of one name joined by commas.
- The key depends on date, Region and service only, so it is cached.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from time import gmtime, strftime
from urllib.parse import quote, unquote_to_bytes

Header = tuple[bytes, bytes]

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
# What proxies on the way may change is not signed.
_NEVER_SIGNED = frozenset((b"expect", b"transfer-encoding", b"user-agent", b"x-amzn-trace-id", b"connection"))


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair, with the token of its session if it belongs to one."""

    access_key: str
    secret_key: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for."""

    date: str  # YYYYMMDD
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def timestamp(now: float) -> str:
    """Epoch seconds as `20240101T000000Z`."""
    return strftime("%Y%m%dT%H%M%SZ", gmtime(now))


@lru_cache(maxsize=4096)
def signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    """The key of a scope; computed once per secret, day, Region and service."""
    key = ("AWS4" + secret_key).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def signature(secret_key: str, scope: Scope, string_to_sign: str) -> str:
    """The signature, in hexadecimal."""
    key = signing_key(secret_key, scope.date, scope.region, scope.service)
    return hmac.digest(key, string_to_sign.encode(), "sha256").hex()


def string_to_sign(date: str, scope: Scope, canonical: bytes) -> str:
    return f"{ALGORITHM}\n{date}\n{scope}\n{sha256(canonical).hexdigest()}"


def canonical_request(
    method: str,
    path: bytes,
    query: bytes,
    headers: Iterable[Header],
    signed: Sequence[bytes],
    payload: str,
    *,
    double_encode: bool = True,
) -> bytes:
    """The canonical request. `signed`: lower-case names, sorted; `payload`: the body's hash or a marker."""
    return b"\n".join(
        (
            method.encode(),
            canonical_path(path) if double_encode else (path or b"/"),
            canonical_query(query),
            canonical_headers(headers, signed),
            b";".join(signed),
            payload.encode(),
        )
    )


def canonical_path(path: bytes) -> bytes:
    """Normalized and encoded once more. A dot segment at the end leaves no slash, as the SDKs have it."""
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    if not kept:
        return b"/"
    last = b"/" if path.endswith(b"/") else b""
    return quote(b"/" + b"/".join(kept) + last, safe="/~").encode()


def canonical_query(query: bytes) -> bytes:
    """Decoded, encoded and sorted. A "+" is itself, not a blank."""
    if not query:
        return b""
    pairs = []
    for pair in query.split(b"&"):
        if pair:
            key, _, value = pair.partition(b"=")
            pairs.append((_encode(key), _encode(value)))
    return "&".join(f"{key}={value}" for key, value in sorted(pairs)).encode()


def canonical_headers(headers: Iterable[Header], signed: Sequence[bytes]) -> bytes:
    """One line per signed header, each ended by a newline; a header that is absent gives an empty value."""
    values: dict[bytes, list[bytes]] = {name: [] for name in signed}
    for name, value in headers:
        found = values.get(name.lower())
        if found is not None:
            found.append(b" ".join(value.split()))
    return b"".join(name + b":" + b",".join(values[name]) + b"\n" for name in signed)


def sign(
    method: str,
    path: bytes,
    query: bytes,
    headers: Sequence[Header],
    body: bytes,
    *,
    credentials: Credentials,
    region: str,
    service: str,
    now: float,
    double_encode: bool = True,
    content_sha256: bool = False,
) -> list[Header]:
    """The headers to add to a request that carries `headers` (Host among them), so that it is signed.

    All headers given are signed but those that proxies change. `content_sha256` adds X-Amz-Content-Sha256, which S3
    demands. `now` in epoch seconds.
    """
    date = timestamp(now)
    payload = sha256(body).hexdigest()
    added: list[Header] = [(b"X-Amz-Date", date.encode())]
    if credentials.token is not None:
        added.append((b"X-Amz-Security-Token", credentials.token.encode()))
    if content_sha256:
        added.append((b"X-Amz-Content-Sha256", payload.encode()))
    scope = Scope(date[:8], region, service)
    all_headers = [*headers, *added]
    signed = _signable(all_headers)
    canonical = canonical_request(method, path, query, all_headers, signed, payload, double_encode=double_encode)
    proof = signature(credentials.secret_key, scope, string_to_sign(date, scope, canonical))
    value = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={b';'.join(signed).decode('latin-1')}, Signature={proof}"
    )
    return [*added, (b"Authorization", value.encode())]


def presign(
    method: str,
    path: bytes,
    query: bytes,
    headers: Sequence[Header],
    *,
    credentials: Credentials,
    region: str,
    service: str,
    now: float,
    expires: int,
    payload: str | None = None,
    double_encode: bool = True,
) -> bytes:
    """The query of a request signed in its URL; the request must then carry `headers`. `expires` in seconds.

    `payload` is the body's hash in hexadecimal; the empty body's when absent.
    """
    date = timestamp(now)
    scope = Scope(date[:8], region, service)
    signed = _signable(headers)
    parameters = [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", f"{credentials.access_key}/{scope}"),
        ("X-Amz-Date", date),
        ("X-Amz-Expires", str(expires)),
        ("X-Amz-SignedHeaders", b";".join(signed).decode("latin-1")),
    ]
    if credentials.token is not None:
        parameters.append(("X-Amz-Security-Token", credentials.token))
    added = "&".join(f"{key}={quote(value, safe='-_.~')}" for key, value in parameters).encode()
    whole = query + b"&" + added if query else added
    canonical = canonical_request(
        method, path, whole, headers, signed, payload or sha256().hexdigest(), double_encode=double_encode
    )
    proof = signature(credentials.secret_key, scope, string_to_sign(date, scope, canonical))
    return whole + b"&X-Amz-Signature=" + proof.encode()


def _signable(headers: Iterable[Header]) -> list[bytes]:
    return sorted({name.lower() for name, _ in headers} - _NEVER_SIGNED)


def _encode(text: bytes) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
