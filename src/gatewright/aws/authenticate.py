"""Who calls the control plane: anybody (local profile), or the owner of a key who signed (production).

Both make a `Caller`: the account, and the Region from the credential scope.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from gatewright.aws import verify
from gatewright.aws.base import AwsError, Caller, HttpRequest
from gatewright.clock import Clock

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_CREDENTIAL = re.compile(r"(?:Credential|X-Amz-Credential)=([^,&\s]+)")


@dataclass(frozen=True, slots=True)
class Secret:
    """What is known of an access key."""

    secret_key: str
    account: str
    arn: str = ""  # who owns it; empty: the account's root
    token: str | None = None  # of the session that it belongs to
    expires: float | None = None  # epoch seconds; when the session ends


class LocalAuthenticator:
    """Takes any credentials, or none. The account is the access key id when that is 12 digits."""

    def __init__(self, default_account: str, default_region: str) -> None:
        self._account = default_account
        self._region = default_region

    def __call__(self, request: HttpRequest, signing_name: str) -> Caller:
        access_key, region = _named(request)
        account = access_key if access_key is not None and _ACCOUNT.fullmatch(access_key) else self._account
        return Caller(account, region or self._region, access_key, root(account))


class SignedAuthenticator:
    """Takes requests signed with a known key (Signature Version 4), and no others."""

    def __init__(self, secrets: Callable[[str], Secret | None], clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock

    def __call__(self, request: HttpRequest, signing_name: str) -> Caller:
        """Raises AwsError with AWS's literal."""
        claim = verify.claim(request.headers, request.query)
        if claim is None:
            raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        now = self._clock.now()
        secret = self._secrets(claim.access_key)
        if secret is None or not _same(secret.token, claim.token):
            raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
        verify.check(
            claim,
            request.method,
            request.path,
            request.headers,
            request.body,
            secret_key=secret.secret_key,
            service=signing_name,
            now=now,
        )
        if secret.expires is not None and secret.expires <= now:
            raise AwsError("ExpiredTokenException", "The security token included in the request is expired", 403)
        return Caller(secret.account, claim.scope.region, claim.access_key, secret.arn or root(secret.account))


def root(account: str) -> str:
    """The ARN of an account's root."""
    return f"arn:aws:iam::{account}:root"


def _same(known: str | None, given: str | None) -> bool:
    if known is None or given is None:
        return known is given
    return hmac.compare_digest(known.encode(), given.encode())


def _named(request: HttpRequest) -> tuple[str | None, str | None]:
    """Access key and Region that a request names, without any proof."""
    text = verify.header(request.headers, b"authorization") or unquote(request.query.decode("latin-1"))
    match = _CREDENTIAL.search(text)
    if match is None:
        return None, None
    parts = match[1].split("/")
    region = parts[2] if len(parts) == 5 and _REGION.fullmatch(parts[2]) else None
    return parts[0], region
