"""The values that condition operators compare: numbers, dates, addresses, Booleans, bytes. None: it is none of them.

AWS: "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_EPOCH = re.compile(r"-?[0-9]{5,20}(?:\.[0-9]{1,9})?")
# https://www.w3.org/TR/NOTE-datetime, the forms that AWS names; also without a zone (UTC) and without colons in it.
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MAPPED = IPv6Network("::ffff:0:0/96")
_IPV4 = 0xFFFFFFFF
_LONGEST_ADDRESS = 64  # with a zone


def number(text: str) -> Decimal | None:
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def instant(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 date or of such a number. Four digits alone are a year."""
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[part] or least) for part, least in _PARTS)
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=_zone(found["zone"]))
        since = (whole - _START) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    return Decimal(since) + Decimal("0." + (found["fraction"] or "0"))


_PARTS = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.strip().lower())


def binary(text: str) -> bytes | None:
    """The bytes of Base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Network:
    """A range of addresses as numbers, both ends within."""

    version: int
    first: int
    last: int


def network(text: str) -> Network | None:
    """An address or a CIDR range; bits behind the prefix count for nothing. IPv4 within IPv6 is IPv4."""
    _, slash, prefix = text.strip().partition("/")
    if slash and not re.fullmatch("[0-9]{1,3}", prefix):  # a netmask instead of a prefix is no CIDR
        return None
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    first, last = int(found.network_address), int(found.broadcast_address)
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        return Network(4, first & _IPV4, last & _IPV4)
    return Network(found.version, first, last)


def address(text: str) -> tuple[int, int] | None:
    """Version and number. IPv4 within IPv6 (::ffff:10.0.0.1, as a socket for both reports it) is IPv4."""
    return _address(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=4096)
def _address(text: str) -> tuple[int, int] | None:
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.version, int(found)
