"""A cache whose values only those can read who have the key: AES-256-GCM, a fresh nonce for each (NIST SP 800-38D).

The key that a value lies under is authenticated with it, so that no value passes for another one; it is hashed with a
secret of its own, for it may hold what callers have sent.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable
from hashlib import blake2b

from gatewright.state.base import Cache

_NONCE = 12


class SealedCache:
    """See `base.Cache`. `secret`: 32 bytes. What was not sealed with it counts as not there."""

    def __init__(self, cache: Cache, secret: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cache = cache
        self._hashing = blake2b(secret, person=b"cache keys", digest_size=32).digest()
        self._cipher = AESGCM(blake2b(secret, person=b"cached answers", digest_size=32).digest())
        self._invalid = InvalidTag

    def get(self, key: bytes) -> bytes | Awaitable[bytes | None] | None:
        digest = self._digest(key)
        found = self._cache.get(digest)
        if found is None or isinstance(found, bytes):
            return self._open(digest, found)
        return self._later(digest, found)

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        digest = self._digest(key)
        nonce = os.urandom(_NONCE)
        self._cache.put(digest, nonce + self._cipher.encrypt(nonce, value, digest), ttl)

    def clear(self) -> None:
        self._cache.clear()

    async def _later(self, digest: bytes, found: Awaitable[bytes | None]) -> bytes | None:
        return self._open(digest, await found)

    def _open(self, digest: bytes, data: bytes | None) -> bytes | None:
        if data is None:
            return None
        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], digest)
        except (self._invalid, ValueError):
            return None

    def _digest(self, key: bytes) -> bytes:
        return blake2b(key, key=self._hashing, digest_size=32).digest()
