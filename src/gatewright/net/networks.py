"""Sets of addresses, written as CIDR blocks, and whom a request comes from when some of them are proxies.

X-Forwarded-For is written by whoever sends a request, and each proxy adds the address that it was called from. So it is
read from the right: what a trusted proxy wrote is true, and the first address that is not a trusted one itself is the
client's. What stands further to the left is only what the client says.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from gatewright.net.base import Header

_REMEMBERED = 4096  # addresses
_FORWARDED = b"x-forwarded-for"


class Networks:
    """Some CIDR blocks (or single addresses), IPv4 and IPv6. Raises ValueError for what is none."""

    __slots__ = ("_blocks", "_known")

    def __init__(self, blocks: Iterable[str]) -> None:
        self._blocks = tuple(ipaddress.ip_network(block) for block in blocks)
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def contains(self, address: str) -> bool:
        """Whether an address is in one of the blocks; what is no address ("", of a unix socket) is not."""
        if not self._blocks:
            return False
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[address] = self._look(address)
        return known

    def client(self, peer: str, headers: Sequence[Header]) -> str:
        """Who sends a request that comes from `peer`, one of these: see the module."""
        hops = [hop for name, value in headers if name.lower() == _FORWARDED for hop in value.split(b",")]
        client = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break  # nobody knows what was before it: the last one that is known counts
            client = address
            if not self.contains(address):
                break
        return client

    def _look(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in block for block in self._blocks)


def plain(address: str) -> str:
    """An address as policies name it: of IPv4 in IPv6 only the IPv4, without a zone ("fe80::1%eth0")."""
    address = address.partition("%")[0]
    if not address.startswith("::ffff:"):
        return address
    mapped = ipaddress.IPv6Address(address).ipv4_mapped
    return address if mapped is None else str(mapped)


def _address(hop: bytes) -> str | None:
    """The address in an element of X-Forwarded-For, which may have a port ("192.0.2.1:80", "[2001:db8::1]:80")."""
    text = hop.strip().decode("latin-1")
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return plain(str(ipaddress.ip_address(text)))
    except ValueError:
        return None
