"""Keeps a process from reaching out: companions stand in for AWS, so nothing in them may ask AWS or anyone else.

An audit hook (PEP 578) sees every connection and name look-up that Python code makes and lets only loopback addresses
through; unix sockets are refused too, since Docker's is one. It cannot be taken off again: for a process of its own.
"""

from __future__ import annotations

import ipaddress
import logging
import sys
from typing import Any

log = logging.getLogger(__name__)

_TO = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})  # (socket, address)
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})  # (host, …)


def seal() -> None:
    """From now on this process talks to loopback addresses only; anything else raises PermissionError."""
    sys.addaudithook(_check)


def _check(event: str, args: tuple[Any, ...]) -> None:
    if event in _TO:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else address
        if address is None or (isinstance(address, tuple) and is_local(host)):
            return
    elif event in _NAMES:
        host = args[0]
        if is_local(host):
            return
    else:
        return
    log.warning("companions stay on this machine: %s %r was refused", event, host)
    raise PermissionError(f"companions stay on this machine: {host!r} is out of reach")


def is_local(host: object) -> bool:
    """Whether a host, as socket functions take it, is this machine."""
    name = host.decode("latin-1") if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost"):
        return True
    if not isinstance(name, str):
        return False
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name.endswith(".localhost")
