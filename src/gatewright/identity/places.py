"""Where an issuer's documents are found, and which issuers are asked at all.

An issuer is an https URL; its discovery document lies below it (OpenID Connect Discovery 1.0, section 4), and names
where the keys are: somewhere under https. Beside that the operator may say that an issuer's documents lie elsewhere
(setting issuer_urls), and the local profile knows plain http on this machine, and user pools of the companions.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gatewright.net.base import Header, Origin
from gatewright.net.url import locate

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT = 1.5  # seconds for one document; AWS's
_STARTING = 15.0  # seconds for companions, which may have to be started
_HEADERS = ((b"Accept", b"application/json"), (b"User-Agent", b"Gatewright"))  # some refuse who has no name
_POOL = re.compile(r"https://(cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)(/[\w-]+)")
_POOL_KEYS = "/.well-known/jwks.json"


class PlaceError(ValueError):
    """A place that is not asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """One GET request."""

    origin: Origin
    target: bytes
    headers: tuple[Header, ...] = _HEADERS
    timeout: float = TIMEOUT  # seconds


@dataclass(frozen=True, slots=True)
class Places:
    """What this node knows of places. `urls`: issuer → base URL; `companions`: who serves user pools here."""

    urls: Mapping[str, str] = field(default_factory=dict)
    local: bool = False
    companions: Origin | None = None

    def known_keys(self, issuer: str) -> Place | None:
        """The key set of an issuer that needs no discovery: a companion's user pool."""
        pool = _POOL.fullmatch(issuer)
        if pool is None or self.companions is None or self._base(issuer) is not None:
            return None
        headers = ((b"Host", pool[1].encode()), *_HEADERS)
        return Place(self.companions, (pool[2] + _POOL_KEYS).encode(), headers, _STARTING)

    def discovery(self, issuer: str) -> Place:
        """The discovery document of an issuer. Raises PlaceError."""
        base = self._base(issuer)
        if base is not None:
            return _place(base + DISCOVERY)
        if "?" in issuer:
            raise PlaceError("an issuer has no query")  # OpenID Connect Discovery 1.0, section 3
        place = _place(issuer.rstrip("/") + DISCOVERY)
        if place.origin.scheme != "https" and not (self.local and is_loopback(place.origin.host)):
            raise PlaceError("issuers are asked over https only")
        return place

    def keys(self, issuer: str, url: str) -> Place:
        """The key set that the discovery document of an issuer names. Raises PlaceError."""
        base, prefix = self._base(issuer), issuer.rstrip("/") + "/"
        if base is not None and url.startswith(prefix):
            return _place(f"{base}/{url.removeprefix(prefix)}")
        place = _place(url)
        if place.origin.scheme != "https" and place.origin != self.discovery(issuer).origin:
            raise PlaceError("jwks_uri is not an https URL")
        return place

    def _base(self, issuer: str) -> str | None:
        base = self.urls.get(issuer)
        return None if base is None else base.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a name or address can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _place(url: str) -> Place:
    try:
        return Place(*locate(url))
    except ValueError as error:
        raise PlaceError(str(error)) from None
