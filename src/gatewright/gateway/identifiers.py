"""Request ids, extended request ids, trace ids, and the two spellings of the request time."""

from __future__ import annotations

import os
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from uuid_utils import uuid4

_UUID: Final = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MONTHS: Final = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_id(sent: bytes | None) -> bytes:
    """A new UUID, or the client's own `x-amzn-RequestId` when that is one (AWS: the client may choose it)."""
    if sent is not None and _UUID.fullmatch(sent):
        return sent
    return str(uuid4()).encode()


class _Pool:
    """Random strings, made many at a time: one call of the operating system for all of them."""

    __slots__ = ("_make", "_stock")
    _BATCH = 256

    def __init__(self, make: Callable[[int], list[bytes]]) -> None:
        self._make = make
        self._stock: list[bytes] = []

    def take(self) -> bytes:
        if not self._stock:
            self._stock = self._make(self._BATCH)
        return self._stock.pop()


def _extended_ids(count: int) -> list[bytes]:
    text = urlsafe_b64encode(os.urandom(12 * count))
    return [text[at : at + 15] + b"=" for at in range(0, 16 * count, 16)]


def _trace_tails(count: int) -> list[bytes]:
    text = os.urandom(12 * count).hex().encode()
    return [text[at : at + 24] for at in range(0, 24 * count, 24)]


# x-amz-apigw-id: 16 characters of URL-safe base64, the last one "=".
extended_request_id = _Pool(_extended_ids).take
_trace_tail = _Pool(_trace_tails).take


def trace_id(sent: bytes | None, now: float) -> bytes:
    """X-Amzn-Trace-Id for the backend: the client's, completed when it names only a root, or a new root.

    unverified: what AWS makes of a client value without Root; here it is kept.
    """
    if sent is None:
        return b"Root=%b" % new_root(now)
    if b"Root=" in sent:
        return answered_trace_id(sent)
    return sent


def new_root(now: float) -> bytes:
    """The root of a new trace, as X-Ray writes it."""
    return b"1-%08x-%b" % (int(now), _trace_tail())


def answered_trace_id(sent_on: bytes) -> bytes:
    """X-Amzn-Trace-Id for the answer: always with Parent and Sampled."""
    if b"Parent=" in sent_on:
        return sent_on
    return b"%b;Parent=%b;Sampled=0" % (sent_on, _trace_tail()[:16])


class RequestTimes:
    """`dd/MMM/yyyy:HH:mm:ss +0000`, formatted once per second."""

    __slots__ = ("_second", "_text")

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def text(self, now: float) -> str:
        second = int(now)
        if second != self._second:
            at = time.gmtime(second)
            self._text = (
                f"{at.tm_mday:02}/{_MONTHS[at.tm_mon]}/{at.tm_year}:{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} +0000"
            )
            self._second = second
        return self._text
