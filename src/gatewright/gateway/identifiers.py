"""Request ids, extended request ids, trace ids, and the two spellings of the request time."""

from __future__ import annotations

import re
import time
from binascii import b2a_base64
from random import getrandbits

from uuid_utils import uuid4

_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def request_id(sent: bytes | None) -> bytes:
    """A new UUID, or the client's own `x-amzn-RequestId` when that is one (AWS: the client may choose it)."""
    if sent is not None and _UUID.fullmatch(sent):
        return sent
    return str(uuid4()).encode()


def extended_request_id() -> bytes:
    """The 16 characters of x-amz-apigw-id: 11 random bytes in URL-safe base64."""
    return b2a_base64(getrandbits(88).to_bytes(11, "big"), newline=False).translate(_URL_SAFE)


def trace_id(sent: bytes | None, now: float) -> bytes:
    """X-Amzn-Trace-Id for the backend: the client's, completed when it names only a root, or a new root.

    unverified: what AWS makes of a client value without Root; here it is kept.
    """
    if sent is None:
        return b"Root=1-%08x-%024x" % (int(now), getrandbits(96))
    if b"Root=" in sent and b"Parent=" not in sent:
        return b"%b;Parent=%016x;Sampled=0" % (sent, getrandbits(64))
    return sent


def answered_trace_id(sent_on: bytes) -> bytes:
    """X-Amzn-Trace-Id for the answer: always with Parent and Sampled."""
    if b"Parent=" in sent_on:
        return sent_on
    return b"%b;Parent=%016x;Sampled=0" % (sent_on, getrandbits(64))


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
