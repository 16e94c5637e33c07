"""A cache whose values only those can read who have the key: AES-256-GCM, a fresh nonce for each (NIST SP 800-38D).

The key that a value lies under is authenticated with it, so that no value passes for another one; it is hashed with a
secret of its own, for it may hold what callers have sent.

Opening a value takes some microseconds, so the last ones that were opened are remembered, bounded, beside what they
were opened from: only as long as the store still gives the same bytes do they count.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable
from hashlib import blake2b
from typing import TypeVar

from gatewright.state.base import Cache

T = TypeVar("T")
_NONCE = 12
_REMEMBERED = 256  # values that were opened, and digests of keys
_LARGEST, _LONGEST = 16 * 1024, 512  # bytes of such a value, of such a key


class SealedCache:
    """See `base.Cache`. `secret`: 32 bytes. What was not sealed with it counts as not there."""

    def __init__(self, cache: Cache, secret: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cache = cache
        self._hashing = blake2b(secret, person=b"cache keys", digest_size=32).digest()
        self._cipher = AESGCM(blake2b(secret, person=b"cached answers", digest_size=32).digest())
        self._invalid = InvalidTag
        self._digests: dict[bytes, bytes] = {}
        self._opened: dict[bytes, tuple[bytes, bytes]] = {}

    def get(self, key: bytes) -> bytes | Awaitable[bytes | None] | None:
        digest = self._digests.get(key) or self._digest(key)
        found = self._cache.get(digest)
        if found is None or isinstance(found, bytes):
            return self._open(digest, found)
        return self._later(digest, found)

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        digest = self._digest(key)
        nonce = os.urandom(_NONCE)
        self._cache.put(digest, nonce + self._cipher.encrypt(nonce, value, digest), ttl)

    def clear(self) -> None:
        self._opened.clear()
        self._cache.clear()

    async def _later(self, digest: bytes, found: Awaitable[bytes | None]) -> bytes | None:
        return self._open(digest, await found)

    def _open(self, digest: bytes, data: bytes | None) -> bytes | None:
        if data is None:
            return None
        known = self._opened.get(digest)
        if known is not None and known[0] == data:
            return known[1]
        try:
            value: bytes = self._cipher.decrypt(data[:_NONCE], data[_NONCE:], digest)
        except (self._invalid, ValueError):
            return None
        if len(value) <= _LARGEST:
            _remember(self._opened, digest, (data, value))
        return value

    def _digest(self, key: bytes) -> bytes:
        digest = blake2b(key, key=self._hashing, digest_size=32).digest()
        if len(key) <= _LONGEST:
            _remember(self._digests, key, digest)
        return digest


def _remember(table: dict[bytes, T], key: bytes, value: T) -> None:
    if len(table) >= _REMEMBERED:
        table.clear()
    table[key] = value
