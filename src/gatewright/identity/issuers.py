"""Verifies tokens against the keys of their issuers, which it fetches and keeps.

Theory of operation. An issuer has at most one fetch under way, of its discovery document and then its key set, and
whoever needs its outcome waits for the same one; nobody waits who has a key already. Keys are kept for two hours (AWS:
"API Gateway can cache the public key for two hours") but looked at again every quarter of an hour, and when a token
names a key that is not known: at most once in ten seconds, so that a flood of invented key ids makes no flood of
fetches, and only for a token whose issuer and times are right. While the issuer is down the keys that were known go on
counting until the two hours are over; after a first fetch that failed the next one comes two seconds later at the
earliest. Both documents are small and quick or they are not there (AWS: 1,500 ms and 150,000 bytes), and redirects are
not followed.

What was verified holds until the token expires, the keys are looked at again, or have changed: `Verified.holds`.
Tokens choose among the issuers that the caller names, never a place to ask.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gatewright.clock import Clock
from gatewright.identity import tokens
from gatewright.identity.jwks import KeySet, read_keys
from gatewright.identity.places import Place, Places
from gatewright.identity.tokens import Token, TokenError
from gatewright.net.base import Upstream, UpstreamError

KEPT = 7200.0  # seconds that keys count after they were fetched
FRESH = 900.0  # seconds until they are looked at again
COOLDOWN = 10.0  # seconds between fetches that tokens with unknown keys can cause
RETRY = 2.0  # seconds after a fetch that left an issuer without any keys
MAX_BODY = 150_000  # bytes of it
_MOST = 1024  # issuers that are remembered

log = logging.getLogger("gatewright.identity")


@dataclass(frozen=True, slots=True)
class Verified:
    """A token whose signature, issuer and times are right. Nothing else of it has been checked."""

    issuer: str
    claims: Mapping[str, Any]
    expires: float  # `exp`, seconds since the epoch
    until: float  # on the monotonic clock: when the keys are looked at again
    keys: KeySet

    def holds(self, now: float, monotonic: float) -> bool:
        """Whether this may still be relied on without verifying the token anew. A caller may remember it so long."""
        return now < self.expires and monotonic < self.until and self.keys.current


class DocumentError(Exception):
    """A document of an issuer that could not be had. `description` is for the client, the message for the operator."""

    def __init__(self, description: str, reason: str) -> None:
        self.description = description
        super().__init__(f"{description}: {reason}")


class Issuers:
    """The issuers that one event loop knows. Not thread-safe."""

    def __init__(self, upstream: Upstream, places: Places, clock: Clock) -> None:
        self._upstream = upstream
        self._places = places
        self._clock = clock
        self._known: dict[str, _Issuer] = {}

    def verify(self, token: bytes, issuers: Collection[str]) -> Verified | Awaitable[Verified]:
        """Check a compact JWS (no `Bearer`) of one of these issuers: its form, `iss`, times and signature.

        Gives the result at once where the key is known, else an Awaitable of it, which takes at most twice
        `places.TIMEOUT`. Audience, client, scope and use are the caller's to check. Raises TokenError, and so does the
        Awaitable.
        """
        parsed = tokens.parse(token)
        name = parsed.claims.get("iss")
        if not isinstance(name, str) or name not in issuers:
            raise TokenError(tokens.ISSUER)
        expires = tokens.check_times(parsed.claims, self._clock.now())
        issuer = self._issuer(name)
        fetching = issuer.prepare(parsed.key_id)
        if fetching is None:
            return issuer.check(parsed, expires)
        return _later(issuer, fetching, parsed, expires)

    async def problem(self, issuer: str) -> str | None:
        """What keeps this issuer from being one: fetches its discovery document; None when all is well."""
        try:
            await self._key_place(issuer)
        except DocumentError as error:
            return str(error)
        return None

    async def fetch(self, issuer: str) -> KeySet:
        """Ask an issuer for its keys. Raises DocumentError."""
        place = await self._key_place(issuer)
        try:
            return read_keys(await self._get(place))
        except ValueError as error:
            raise DocumentError(tokens.JWKS, str(error)) from None

    async def _key_place(self, issuer: str) -> Place:
        known = self._places.known_keys(issuer)
        if known is not None:
            return known
        try:
            document = tokens.read_json(await self._get(self._places.discovery(issuer)))
            if not isinstance(document, dict) or document.get("issuer") != issuer:
                raise ValueError("the document is another issuer's")
            url = document.get("jwks_uri")
            if not isinstance(url, str):
                raise ValueError("the document has no jwks_uri")
            return self._places.keys(issuer, url)
        except ValueError as error:
            raise DocumentError(tokens.DISCOVERY, str(error)) from None

    async def _get(self, place: Place) -> bytes:
        """Raises ValueError."""
        try:
            answer = await self._upstream.request(
                place.origin, b"GET", place.target, place.headers, timeout=place.timeout, max_body=MAX_BODY
            )
        except UpstreamError as error:
            raise ValueError(f"{error.failure} {error.detail}") from None
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        return answer.body

    def _issuer(self, name: str) -> _Issuer:
        issuer = self._known.get(name)
        if issuer is None:
            if len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            issuer = self._known[name] = _Issuer(name, self, self._clock)
        return issuer


class _Issuer:
    """One issuer: its keys, and the fetch of them."""

    def __init__(self, name: str, owner: Issuers, clock: Clock) -> None:
        self._name = name
        self._owner = owner
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched = 0.0  # when the keys came
        self._next = 0.0  # when they are looked at again
        self._may_ask = 0.0  # when an unknown key may cause a fetch
        self._task: asyncio.Task[None] | None = None
        self._problem = tokens.DISCOVERY  # why there are no keys

    def prepare(self, key_id: str) -> asyncio.Task[None] | None:
        """What must be waited for before a token of this key can be checked; None: nothing."""
        now = self._clock.monotonic()
        keys = self._keys
        if keys is not None and now >= self._fetched + KEPT:
            self._keys, keys.current, keys = None, False, None
        if keys is not None and keys.knows(key_id):
            if now >= self._next:
                self._start(now)
            return None
        if self._task is None and now >= self._may_ask:
            self._start(now)
        return self._task

    def check(self, token: Token, expires: float) -> Verified:
        """Raises TokenError."""
        keys = self._keys
        if keys is None:
            raise TokenError(self._problem)
        keys.verify(token)
        return Verified(self._name, token.claims, expires, min(self._next, self._fetched + KEPT), keys)

    def _start(self, now: float) -> None:
        if self._task is None:
            self._next, self._may_ask = now + COOLDOWN, now + COOLDOWN
            self._task = asyncio.get_running_loop().create_task(self._fetch())
            self._task.add_done_callback(self._done)

    async def _fetch(self) -> None:
        try:
            fresh = await self._owner.fetch(self._name)
        except DocumentError as error:
            self._problem = error.description
            if self._keys is None:
                self._may_ask = self._clock.monotonic() + RETRY
            log.warning("issuer %s: %s", self._name, error)
            return
        now = self._clock.monotonic()
        self._fetched, self._next = now, now + FRESH
        if self._keys is None or not self._keys.same(fresh):
            if self._keys is not None:
                self._keys.current = False
            self._keys = fresh

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            log.error("issuer %s: internal error", self._name, exc_info=task.exception())


async def _later(issuer: _Issuer, fetching: asyncio.Task[None], token: Token, expires: float) -> Verified:
    await asyncio.wait((fetching,))  # a caller that leaves does not end it for the others
    return issuer.check(token, expires)
