"""Who signed a request (Signature Version 4): what AWS_IAM rests on, for both products.

The claim is read and proved over the request as it was sent: its method, its raw path, the Host that chose the API, the
hash of the body that came. Refused beyond what a signature itself protects, because a request that somebody once signed
must not lead anywhere else:

- Paths with empty or dot segments. Signers leave those out of what they sign, routes do not.
- A ";" in the query. Signers take it for a character, what reads the query for a separator; a "+" is a blank for both.
  Empty parameters ("a=1&&b=2"), which signers leave out, too.
- Headers that choose API or method and are not signed (ROUTING).

Every refusal is a GatewayError with AWS's literal; HTTP APIs show but "Forbidden" of it. A body that takes long to hash
is hashed beside the event loop, after its key was found.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable

from gatewright.aws import verify
from gatewright.aws.base import AwsError
from gatewright.aws.holder import Holder
from gatewright.clock import Clock
from gatewright.gateway.base import KeySource
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.grants import Signer
from gatewright.net.base import Request

SERVICE = "execute-api"
LONGEST = 128  # characters of an access key id
LARGE = 262_144  # bytes of a body that is hashed beside the loop
ROUTING = (b"x-apigw-api-id", b"x-http-method-override")
_SHOWN = 200  # characters of a message in the log
# The gateway response by the error's code; the others are INVALID_SIGNATURE (unverified for unknown keys).
_KINDS = {
    "MissingAuthenticationTokenException": "MISSING_AUTHENTICATION_TOKEN",
    "ExpiredTokenException": "EXPIRED_TOKEN",
}


class Signatures:
    """Finds the signers of requests to one Region."""

    __slots__ = ("_clock", "_keys", "_region")

    def __init__(self, keys: KeySource, clock: Clock, region: str) -> None:
        self._keys = keys
        self._clock = clock
        self._region = region

    def signer(self, request: Request) -> Signer | Awaitable[Signer]:
        """The signer; at once if the key is known and the body is small. Raises GatewayError (403, 413)."""
        claim = _read(request)
        found = self._keys.find(claim.access_key) if len(claim.access_key) <= LONGEST else None
        if found is None or isinstance(found, Holder):
            if len(request.body) <= LARGE:
                return self._prove(request, claim, found)
            return self._prove_beside(request, claim, found)
        return self._ask(request, claim, found)

    async def _ask(self, request: Request, claim: verify.Claim, found: Awaitable[Holder | None]) -> Signer:
        holder = await found
        if len(request.body) <= LARGE:
            return self._prove(request, claim, holder)
        return await self._prove_beside(request, claim, holder)

    async def _prove_beside(self, request: Request, claim: verify.Claim, holder: Holder | None) -> Signer:
        _known(claim, holder)
        return await asyncio.to_thread(self._prove, request, claim, holder)

    def _prove(self, request: Request, claim: verify.Claim, holder: Holder | None) -> Signer:
        holder = _known(claim, holder)
        if request.too_large:
            raise GatewayError("REQUEST_TOO_LARGE")  # nothing is left of what was signed
        now = self._clock.now()
        try:
            verify.check(
                claim,
                request.method,
                request.path,
                request.headers,
                request.body,
                secret_key=holder.secret_key,
                service=SERVICE,
                region=self._region,
                now=now,
            )
        except AwsError as error:
            raise refusal(error) from None
        if holder.expires is not None and holder.expires <= now:
            raise refusal(
                AwsError("ExpiredTokenException", "The security token included in the request is expired", 403)
            )
        return Signer(claim.access_key, holder)


def refusal(error: AwsError) -> GatewayError:
    """An error of AWS's signature check as the gateway answers it."""
    line = ascii(error.message.partition("\n")[0][:_SHOWN])  # parts of it are the client's
    return GatewayError(
        _KINDS.get(error.code, "INVALID_SIGNATURE"),
        error.message,
        error_type=error.code,
        log=f"The signature was refused: {error.code} {line}",
    )


def malformed(request: Request) -> GatewayError | None:
    """What is wrong with what a request says of its signature, without any proof; None: it may be one."""
    try:
        verify.claim(request.headers, request.query)
    except AwsError as error:
        return refusal(error)
    return None


def straight(path: bytes) -> bool:
    """Whether a raw path is what a signer signs: no segments that are empty (but for a slash at the end) or dots."""
    segments = path.split(b"/")[1:]
    return path.startswith(b"/") and b"" not in segments[:-1] and b"." not in segments and b".." not in segments


def _read(request: Request) -> verify.Claim:
    """What the request says of its signature. Raises GatewayError (403)."""
    try:
        claim = verify.claim(request.headers, request.query.replace(b"+", b"%20"))
    except AwsError as error:
        raise refusal(error) from None
    if claim is None:
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
    for name in ROUTING:
        if request.header(name) is not None and name not in claim.signed:
            raise _unsigned(f"'{name.decode()}' must be a 'SignedHeader' in the AWS Authorization.")
    if not straight(request.path):
        raise _unsigned("The path of a signed request must have no empty and no dot segments.")
    query = request.query
    if b";" in query:
        raise _unsigned("A semicolon in the query of a signed request must be percent-encoded.")
    if query and b"" in query.split(b"&"):
        raise _unsigned("The query of a signed request must have no empty parameters.")
    return claim


def _unsigned(message: str) -> GatewayError:
    """AWS has no words for it."""
    return refusal(AwsError("InvalidSignatureException", message, 403))


def _known(claim: verify.Claim, holder: Holder | None) -> Holder:
    """Raises GatewayError (403) for a key that nobody holds, or not with this session token."""
    if holder is None or not _fits(claim.token, holder):
        raise refusal(
            AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
        )
    return holder


def _fits(given: str | None, holder: Holder) -> bool:
    known = holder.token
    if given is None:
        return known is None or holder.token_optional
    if known is None:
        return False
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
