"""Signs calls to AWS services (SigV4), and says where an endpoint's URL leads.

What AWS's services differ in: S3 signs the path encoded once, by the strict rules, and wants the body's hash in a
header of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from gatewright.aws.sigv4 import Credentials, sign
from gatewright.catalog.services import RegionalService
from gatewright.clock import Clock
from gatewright.gateway.endpoints import Signer
from gatewright.net.base import Header, Origin

# What the signature brings along: there must not be another of it, whatever a mapping says.
_SIGNED: Final = frozenset({b"authorization", b"x-amz-date", b"x-amz-security-token"})


def make_signer(service: RegionalService, host: bytes, credentials: Credentials, clock: Clock) -> Signer:
    """Signs for a service with these credentials. `host`: the Host to name, unless a mapping has named one."""
    name, region = service.service.signing_name, service.signing_region
    plain = name == "s3"
    own = _SIGNED | {b"x-amz-content-sha256"} if plain else _SIGNED

    def signer(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> list[Header]:
        path, _, query = target.partition(b"?")
        if plain:
            path = quote(unquote_to_bytes(path), safe="/-._~").encode()
        named = [header for header in headers if header[0].lower() not in own]
        if not any(header[0].lower() == b"host" for header in headers):
            named.insert(0, (b"Host", host))
        added = sign(
            method.decode(),
            path,
            query,
            named,
            body,
            credentials=credentials,
            region=region,
            service=name,
            now=clock.now(),
            double_encode=not plain,
            content_sha256=plain,
        )
        return [*named, *added]

    return signer


def origin_of(url: str) -> Origin:
    """Where a URL leads. Raises ValueError when it is no http or https URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http or https URL: {url}")
    return Origin(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


def host_of(origin: Origin) -> bytes:
    """The Host field for an origin."""
    usual = 443 if origin.scheme == "https" else 80
    name = f"[{origin.host}]" if ":" in origin.host else origin.host
    return (name if origin.port == usual else f"{name}:{origin.port}").encode()
