"""From a host name to addresses: literals and loopback names without DNS, others through the system, briefly cached.

Every name under `.localhost` is loopback (RFC 6761 section 6.3), and so is `.localhost.localstack.cloud`, which
existing tests and tools use.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

_LOOPBACK = ("127.0.0.1", "::1")
_LOOPBACK_NAMES = ("localhost", "localhost.localstack.cloud")
_LOOPBACK_SUFFIXES = (".localhost", ".localhost.localstack.cloud")
_TTL = 5.0  # seconds
_MAX = 512


class Resolver:
    """Resolves names on one event loop."""

    def __init__(self) -> None:
        self._cache: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def addresses(self, host: str) -> tuple[str, ...]:
        """IP addresses to try, in order; at least one. Raises socket.gaierror."""
        name = host.lower().rstrip(".").removeprefix("[").removesuffix("]")
        if name in _LOOPBACK_NAMES or name.endswith(_LOOPBACK_SUFFIXES):
            return _LOOPBACK
        try:
            return (str(ipaddress.ip_address(name)),)
        except ValueError:
            pass
        loop = asyncio.get_running_loop()
        known = self._cache.get(name)
        if known is not None and known[0] > loop.time():
            return known[1]
        try:
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from None
        addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        if len(self._cache) >= _MAX:
            self._cache.clear()
        self._cache[name] = (loop.time() + _TTL, addresses)
        return addresses
