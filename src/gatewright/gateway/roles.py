"""Roles that integrations are called as (`credentials`): STS AssumeRole, its answer kept until shortly before its end.

However many requests wait for a role, one call is under way. AWS:
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from gatewright.aws.sigv4 import Credentials
from gatewright.clock import Clock
from gatewright.gateway.endpoints import Endpoint, Signer
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.net.base import Upstream, UpstreamError, UpstreamResponse

_SESSION: Final = "BackplaneAssumeRoleSession"  # as AWS names API Gateway's sessions
_MARGIN: Final = (
    300.0  # seconds before the end from which on new credentials are fetched, while the old ones still serve
)
_LEAST: Final = 10.0  # seconds that credentials must still be good for
_TIMEOUT: Final = 10.0
_MEMBER: Final = re.compile(rb"<(AccessKeyId|SecretAccessKey|SessionToken|Expiration)>([^<]*)</")
_FAILED: Final = re.compile(rb"<Message>([^<]*)</")


class Grant:
    """Temporary credentials. `expires` in epoch seconds."""

    __slots__ = ("credentials", "expires")

    def __init__(self, credentials: Credentials, expires: float) -> None:
        self.credentials = credentials
        self.expires = expires


Waiting = Callable[[Grant | GatewayError], None]


class AssumedRole:
    """The credentials of one role."""

    __slots__ = ("_arn", "_clock", "_grant", "_sts", "_upstream", "_waiting")

    def __init__(self, arn: str, sts: Endpoint, upstream: Upstream, clock: Clock) -> None:
        self._arn = arn
        self._sts = sts
        self._upstream = upstream
        self._clock = clock
        self._grant: Grant | None = None
        self._waiting: list[Waiting] = []

    def current(self) -> Grant | None:
        """The credentials, as long as they are good; those that end soon are replaced meanwhile."""
        grant = self._grant
        if grant is None:
            return None
        left = grant.expires - self._clock.now()
        if left < _MARGIN and not self._waiting:
            self.fetch(_ignore)
        return grant if left >= _LEAST else None

    def fetch(self, done: Waiting) -> None:
        """Get credentials."""
        self._waiting.append(done)
        if len(self._waiting) > 1:
            return
        body = urlencode(
            {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": self._arn, "RoleSessionName": _SESSION}
        ).encode()
        headers = [(b"Content-Type", b"application/x-www-form-urlencoded"), (b"Accept", b"text/xml")]
        sts = self._sts
        if sts.problem is not None or sts.sign is None:
            self._end(configuration_error(sts.problem or "there is no endpoint of STS"))
            return
        signed = sts.sign(sts.origin, b"POST", b"/", headers, body)
        try:
            self._upstream.fetch(sts.origin, b"POST", b"/", signed, body, self._answered, timeout=_TIMEOUT)
        except ValueError as error:
            self._end(_refused(self._arn, str(error)))

    def _answered(self, result: UpstreamResponse | UpstreamError) -> None:
        if isinstance(result, UpstreamError):
            self._end(_refused(self._arn, f"STS gave no answer: {result.detail or result.failure}"))
            return
        grant = read_grant(result.body) if result.status == 200 else None
        if grant is None:
            found = _FAILED.search(result.body)
            why = html.unescape(found[1].decode("utf-8", "replace")) if found else f"STS answered {result.status}"
            self._end(_refused(self._arn, why))
            return
        self._grant = grant
        self._end(grant)

    def _end(self, result: Grant | GatewayError) -> None:
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done(result)


def _ignore(result: Grant | GatewayError) -> None:
    """Nobody waits for this one."""


class RoleSigner:
    """A role as it signs for one service (`endpoints.Role`)."""

    __slots__ = ("_grant", "_make", "_role", "_signer")

    def __init__(self, role: AssumedRole, make: Callable[[Credentials], Signer]) -> None:
        self._role = role
        self._make = make
        self._grant: Grant | None = None
        self._signer: Signer | None = None

    def signer(self) -> Signer | None:
        grant = self._role.current()
        return None if grant is None else self._of(grant)

    def fetch(self, done: Callable[[Signer | GatewayError], None]) -> None:
        self._role.fetch(lambda result: done(result if isinstance(result, GatewayError) else self._of(result)))

    def _of(self, grant: Grant) -> Signer:
        signer = self._signer
        if signer is None or grant is not self._grant:
            self._grant = grant
            self._signer = signer = self._make(grant.credentials)
        return signer


def read_grant(body: bytes) -> Grant | None:
    """The credentials in an answer of AssumeRole; None when it holds none."""
    found = {name.decode(): html.unescape(value.decode("utf-8", "replace")) for name, value in _MEMBER.findall(body)}
    try:
        expires = datetime.fromisoformat(found["Expiration"]).timestamp()
        key = Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    except (KeyError, ValueError):
        return None
    return Grant(key, expires)


def _refused(arn: str, why: str) -> GatewayError:
    return configuration_error(f"API Gateway does not have permission to assume the provided role {arn} ({why})")
