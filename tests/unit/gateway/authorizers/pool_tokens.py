"""A source of tokens of one pool, for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from typing import Any

from gatewright.identity.issuers import Verified
from gatewright.identity.jwks import KeySet
from gatewright.identity.tokens import TokenError

POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
ID: dict[str, Any] = {"token_use": "id", "aud": "client", "sub": "me", "scope": "read"}
ACCESS: dict[str, Any] = {"token_use": "access", "client_id": "client", "scope": "read write"}


class Tokens:
    """A source of tokens that knows them all, and counts."""

    def __init__(self, **claims: Any) -> None:
        self.keys = KeySet({})
        self.claims = claims
        self.asked: list[tuple[bytes, tuple[str, ...]]] = []
        self.expires = 1_800_000_000.0
        self.later = False
        self.looked_at = 900.0

    def verify(self, token: bytes, issuers: Collection[str]) -> Verified | Awaitable[Verified]:
        self.asked.append((token, tuple(issuers)))
        if token.startswith(b"bad"):
            raise TokenError(token[4:].decode())
        verified = Verified(POOL, self.claims, self.expires, self.looked_at, self.keys)
        return self._awaited(verified, token) if self.later else verified

    async def _awaited(self, verified: Verified, token: bytes) -> Verified:
        if token.startswith(b"late"):
            raise TokenError(token[5:].decode())
        return verified
