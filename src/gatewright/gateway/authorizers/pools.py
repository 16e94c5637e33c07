"""Authorizers of Amazon Cognito user pools: who calls is what a token of one of the pools says.

AWS: "Control access to REST APIs using Amazon Cognito user pools as an authorizer". identity/ checks form, issuer,
times and signature; here are which tokens a method takes:

    method without scopes   an ID token (`token_use`), whose `aud` matches identityValidationExpression, if there is one
    method with scopes      an access token that has one of them in `scope`; with an identityValidationExpression none
                            at all, since access tokens have no `aud`

A token that was verified is remembered with the authorizer, by what the client sent, for authorizerResultTtlInSeconds,
until it expires, or until the pool's keys are looked at again or have changed. Each method looks for itself at what
kind of token it is, and at its scopes, so that what one method lets in opens no other. Refusals are not remembered.
Whether Bearer may stand before the token is unverified. A token that comes twice is refused: what stands behind might
believe the other one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from gatewright.gateway.authorizers.pool_claims import claim_texts
from gatewright.gateway.base import TokenSource
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant, Guard, Verdict
from gatewright.gateway.live import Parts
from gatewright.identity import tokens
from gatewright.identity.issuers import Verified
from gatewright.identity.tokens import TokenError, without_scheme
from gatewright.language.policy.base import Effect
from gatewright.program.authorizers import PoolAuthorizer
from gatewright.program.records import MethodProgram

MOST = 10_000  # tokens that an authorizer remembers
HEAVIEST = 4 * 1024 * 1024  # bytes of them
HAS_EXPIRED = "The incoming token has expired"  # observed

_ID, _ACCESS = "id", "access"


class Accepted:
    """A verified token of a pool, and what every request gets that it lets in."""

    __slots__ = ("claims", "scopes", "until", "use", "verdict", "verified")

    def __init__(self, verified: Verified, until: float) -> None:
        said = verified.claims
        self.verified = verified
        self.until = until  # on the monotonic clock: when it is forgotten
        self.use: Any = said.get("token_use")
        self.scopes = _scopes(said)
        self.claims = claim_texts(said)
        self.verdict = Verdict(Effect.ALLOW, Grant(context={"claims": self.claims}))


class PoolGuard:
    """One authorizer in one stage. All of its methods share what it has verified."""

    __slots__ = ("_accepted", "_header", "_issuers", "_tokens", "_ttl", "_validation", "_weight")

    def __init__(self, authorizer: PoolAuthorizer, source: TokenSource, *, keep: bool = True) -> None:
        """`keep` False: each token is verified anew."""
        self._issuers = frozenset(authorizer.issuers)
        self._validation = authorizer.validation
        self._header = authorizer.header
        self._tokens = source
        self._ttl = authorizer.ttl if keep else 0
        self._accepted: dict[bytes, Accepted] = {}
        self._weight = 0

    def value(self, exchange: Exchange) -> bytes:
        """What stands where the token should. Raises GatewayError (401) where nothing does, or more than one."""
        found: bytes | None = None
        wanted, size = self._header, len(self._header)
        for name, value in exchange.request.headers:
            if len(name) == size and name.lower() == wanted:
                if found is not None:
                    raise GatewayError("UNAUTHORIZED", log="the identity source is there more than once")
                found = value
        if not found:
            raise GatewayError("UNAUTHORIZED", log="no token in the identity source")
        return found

    def known(self, value: bytes, exchange: Exchange) -> Accepted | None:
        """What was verified before, if it still holds."""
        accepted = self._accepted.get(value)
        if accepted is None:
            return None
        monotonic = exchange.clock.monotonic()
        if monotonic < accepted.until and accepted.verified.holds(exchange.clock.now(), monotonic):
            return accepted
        self._forget(value)
        return None

    def verify(self, value: bytes) -> Verified | Awaitable[Verified]:
        """Raises TokenError, and so does the Awaitable."""
        return self._tokens.verify(without_scheme(value), self._issuers)

    def accept(self, value: bytes, verified: Verified, exchange: Exchange) -> Accepted:
        """A verified token that the authorizer takes; remembered from now on. Raises TokenError."""
        validation = self._validation
        if validation is not None and not any(validation.fullmatch(each) for each in _audience(verified.claims)):
            raise TokenError(tokens.AUDIENCE)
        accepted = Accepted(verified, exchange.clock.monotonic() + self._ttl)
        if self._ttl > 0:
            self._remember(value, accepted)
        return accepted

    def _remember(self, value: bytes, accepted: Accepted) -> None:
        if value in self._accepted:
            self._forget(value)
        self._accepted[value] = accepted
        self._weight += len(value)
        while len(self._accepted) > MOST or self._weight > HEAVIEST:
            self._forget(next(iter(self._accepted)))

    def _forget(self, value: bytes) -> None:
        del self._accepted[value]
        self._weight -= len(value)


class MethodCheck:
    """The guard of one method: what it wants of a token."""

    __slots__ = ("_guard", "_scopes")

    def __init__(self, guard: PoolGuard, scopes: tuple[str, ...]) -> None:
        self._guard = guard
        self._scopes = frozenset(scopes)

    def ask(self, exchange: Exchange) -> Verdict | Awaitable[Verdict]:
        """Raises GatewayError (401, 500), now or when awaited."""
        guard = self._guard
        value = guard.value(exchange)
        accepted = guard.known(value, exchange)
        if accepted is None:
            try:
                verified = guard.verify(value)
                if not isinstance(verified, Verified):
                    return self._wait(exchange, value, verified)
                accepted = guard.accept(value, verified, exchange)
            except TokenError as error:
                raise refusal(error) from None
        return self._admit(accepted)

    async def _wait(self, exchange: Exchange, value: bytes, coming: Awaitable[Verified]) -> Verdict:
        try:
            accepted = self._guard.accept(value, await coming, exchange)
        except TokenError as error:
            raise refusal(error) from None
        return self._admit(accepted)

    def _admit(self, accepted: Accepted) -> Verdict:
        wanted = self._scopes
        if accepted.use != (_ACCESS if wanted else _ID):
            log = "an access token is needed, since the method has scopes" if wanted else "an ID token is needed"
            raise GatewayError("UNAUTHORIZED", log=log)
        if wanted and wanted.isdisjoint(accepted.scopes):
            raise GatewayError("UNAUTHORIZED", log="the token has none of the scopes of the method")
        return accepted.verdict


def refusal(error: TokenError) -> GatewayError:
    """What the client gets for a token that is not accepted; 500 where it cannot be told (unverified)."""
    said = error.description
    if said in (tokens.DISCOVERY, tokens.JWKS):
        return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", log=f"the keys of the user pool: {said}")
    return GatewayError("UNAUTHORIZED", HAS_EXPIRED if said == tokens.EXPIRED else None, log=f"invalid token: {said}")


def unchecked() -> GatewayError:
    """Nobody here can check tokens, or the method's authorizer is not there (any more)."""
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", log="user pools: nobody here can check the method's tokens")


def build(method: MethodProgram, parts: Parts) -> Guard:
    """The guard of a method. Methods of one stage that name the same authorizer share what it has verified."""
    authorizer = method.authorizer
    source = None if parts.identities is None else parts.identities.issuers
    if not isinstance(authorizer, PoolAuthorizer) or source is None:
        return _refuse
    key = ("user pools", authorizer)
    guard: Any = parts.shared.get(key)
    if guard is None:
        guard = parts.shared[key] = PoolGuard(authorizer, source)
    assert isinstance(guard, PoolGuard)
    return MethodCheck(guard, method.scopes).ask


def _refuse(exchange: Exchange) -> Verdict:
    raise unchecked()


def _scopes(claims: Mapping[str, Any]) -> tuple[str, ...]:
    said = claims.get("scope")
    return tuple(scope for scope in said.split(" ") if scope) if isinstance(said, str) else ()


def _audience(claims: Mapping[str, Any]) -> list[str]:
    """`aud`; what is no text or list of texts is none."""
    said = claims.get("aud")
    values: list[Any] = said if isinstance(said, list) else [said]
    return values if all(isinstance(value, str) for value in values) else []
