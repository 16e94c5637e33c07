"""JWT authorizers: who calls is what a token of the issuer says.

AWS: "Control access to HTTP APIs with JWT authorizers". The token is checked in identity/; here are where it is looked
for, whom it is for, and which scopes a route wants of it. AWS checks a token at every call. Here what was accepted is
remembered with the authorizer, by the token's own bytes, until the token expires or the issuer's keys are looked at
again; scopes are each route's, and are looked at for each. Refusals are not remembered.

A token that comes twice, in two headers or parameters, is refused: what stands behind might read the other one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Sequence

from gatewright.gateway.base import TokenSource
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Outcome, Step
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.authorizers.claims import claim_texts
from gatewright.gateway.http_api.live import HttpParts
from gatewright.identity.issuers import Verified
from gatewright.identity.tokens import TokenError, check_audience, scopes_of, without_scheme
from gatewright.program.authorizers import IdentitySource, IssuerAuthorizer
from gatewright.program.http_api import RouteProgram

MOST = 10_000  # tokens that an authorizer remembers
HEAVIEST = 4 * 1024 * 1024  # bytes of them

_UNFIT = re.compile(r"[^ !#-\[\]-~]")  # what must not stand in a quoted parameter of a header
_SCOPE = "the token does not have the scopes that the route requires"  # unverified


class Accepted:
    """A token that the authorizer accepts, and the grant of each set of scopes that was asked for."""

    __slots__ = ("_claims", "_grants", "scopes", "verified")

    def __init__(self, verified: Verified) -> None:
        self.verified = verified
        self.scopes = scopes_of(verified.claims)
        self._claims = claim_texts(verified.claims)
        self._grants: dict[tuple[str, ...], Grant | None] = {}

    def grant(self, wanted: tuple[str, ...]) -> Grant | None:
        """What a route that wants one of these scopes learns; None: the token has none of them."""
        if wanted in self._grants:
            return self._grants[wanted]
        made: Grant | None = None
        if not wanted or any(scope in wanted for scope in self.scopes):
            # `scopes` is null where a route wants none; else all that the token has (unverified which)
            said = {"claims": self._claims, "scopes": list(self.scopes) if wanted else None}
            made = Grant(context=said, payload2={"jwt": said})
        self._grants[wanted] = made
        return made


class JwtGuard:
    """One authorizer in one stage. All of its routes share what it has accepted."""

    __slots__ = ("_accepted", "_audience", "_issuers", "_name", "_parameter", "_tokens", "_weight")

    def __init__(self, authorizer: IssuerAuthorizer, issuers: TokenSource) -> None:
        source: IdentitySource = authorizer.source
        self._tokens = issuers
        self._issuers = (authorizer.issuer,)
        self._audience = authorizer.audience
        self._name = source.name.encode() if source.location == "header" else b""
        self._parameter = source.name
        self._accepted: dict[bytes, Accepted] = {}
        self._weight = 0

    def value(self, exchange: Exchange) -> bytes:
        """What stands where the token should. Raises GatewayError (401) where nothing does, or more than one."""
        found: bytes | None = None
        if self._name:
            wanted, size = self._name, len(self._name)
            for name, value in exchange.request.headers:
                if len(name) == size and name.lower() == wanted:
                    if found is not None:
                        raise GatewayError("UNAUTHORIZED", log="the identity source is there more than once")
                    found = value
        else:
            values = [value for name, value in exchange.query if name == self._parameter]
            if len(values) > 1:
                raise GatewayError("UNAUTHORIZED", log="the identity source is there more than once")
            found = values[0].encode("utf-8", "replace") if values else None
        if not found:
            raise GatewayError("UNAUTHORIZED", log="no token in the identity source")
        return found

    def known(self, value: bytes, exchange: Exchange) -> Accepted | None:
        """What was accepted before, if it still holds."""
        accepted = self._accepted.get(value)
        if accepted is None:
            return None
        if accepted.verified.holds(exchange.clock.now(), exchange.clock.monotonic()):
            return accepted
        self._forget(value)
        return None

    def verify(self, value: bytes) -> Verified | Awaitable[Verified]:
        """Raises TokenError, and so does the Awaitable."""
        return self._tokens.verify(without_scheme(value), self._issuers)

    def accept(self, value: bytes, verified: Verified) -> Accepted:
        """Remember a verified token that is for this audience. Raises TokenError."""
        check_audience(verified.claims, self._audience)
        accepted = Accepted(verified)
        if value in self._accepted:
            self._forget(value)
        self._accepted[value] = accepted
        self._weight += len(value)
        while len(self._accepted) > MOST or self._weight > HEAVIEST:
            self._forget(next(iter(self._accepted)))
        return accepted

    def _forget(self, value: bytes) -> None:
        del self._accepted[value]
        self._weight -= len(value)


class JwtStep:
    """The step of one route."""

    __slots__ = ("_guard", "_scope_text", "_scopes")

    def __init__(self, guard: JwtGuard, scopes: tuple[str, ...]) -> None:
        self._guard = guard
        self._scopes = scopes
        self._scope_text = challenge_text(scopes)

    def __call__(self, exchange: Exchange) -> Outcome:
        """Sets the exchange's grant. Raises GatewayError (401, 403)."""
        guard = self._guard
        value = guard.value(exchange)
        accepted = guard.known(value, exchange)
        if accepted is not None:
            self._admit(exchange, accepted)
            return None
        try:
            verified = guard.verify(value)
            if not isinstance(verified, Verified):
                return self._wait(exchange, value, verified)
            accepted = guard.accept(value, verified)
        except TokenError as error:
            raise self._refusal(error) from None
        self._admit(exchange, accepted)
        return None

    async def _wait(self, exchange: Exchange, value: bytes, coming: Awaitable[Verified]) -> None:
        try:
            accepted = self._guard.accept(value, await coming)
        except TokenError as error:
            raise self._refusal(error) from None
        self._admit(exchange, accepted)

    def _admit(self, exchange: Exchange, accepted: Accepted) -> None:
        grant = accepted.grant(self._scopes)
        if grant is None:
            challenge = f'Bearer scope="{self._scope_text}" error="insufficient_scope" error_description="{_SCOPE}"'
            raise GatewayError("ACCESS_DENIED", log=f"insufficient_scope: {_SCOPE}", challenge=challenge.encode())
        exchange.grant = grant

    def _refusal(self, error: TokenError) -> GatewayError:
        said = error.description
        challenge = f'Bearer scope="{self._scope_text}" error="invalid_token" error_description="{said}"'
        return GatewayError("UNAUTHORIZED", log=f"invalid_token: {said}", challenge=challenge.encode())


def challenge_text(scopes: Sequence[str]) -> str:
    """Scopes as WWW-Authenticate names them; what would break the header is left out."""
    return _UNFIT.sub("", " ".join(scopes))


def build(route: RouteProgram, parts: HttpParts) -> Step:
    """The authorization step of a route; fails closed where nobody can check its tokens."""
    authorizer = route.authorizer
    issuers = None if parts.identities is None else parts.identities.issuers
    if not isinstance(authorizer, IssuerAuthorizer) or issuers is None:

        def fail(exchange: Exchange) -> Outcome:
            raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR", log="JWT authorizer: nobody here can check its tokens")

        return fail
    key = ("jwt", authorizer)
    guard = parts.shared.get(key)
    if guard is None:
        guard = parts.shared[key] = JwtGuard(authorizer, issuers)
    return JwtStep(guard, route.scopes)
