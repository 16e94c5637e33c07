"""AWS services at a configured endpoint: calls are signed with the server's own AWS credentials (SigV4).

The names are the SDKs': AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_SESSION_TOKEN. Source: "Service-specific endpoints" in the AWS SDKs and Tools reference guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from gatewright.aws.sigv4 import Credentials, sign
from gatewright.clock import Clock
from gatewright.gateway.endpoints import Endpoint
from gatewright.net.base import Header, Origin


@dataclass(frozen=True, slots=True)
class SignedEndpoint:
    """One service at one URL."""

    url: str
    service: str
    credentials: Credentials
    clock: Clock

    def function(self, arn: str) -> Endpoint:
        """The endpoint of this function; its ARN's Region is signed for."""
        region = arn.split(":")[3]

        def signer(
            origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes
        ) -> list[Header]:
            path, _, query = target.partition(b"?")
            named = [(b"Host", host_of(origin)), *headers]
            added = sign(
                method.decode(),
                path,
                query,
                named,
                body,
                credentials=self.credentials,
                region=region,
                service=self.service,
                now=self.clock.now(),
            )
            return [*named, *added]

        return Endpoint(origin_of(self.url), signer)


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
