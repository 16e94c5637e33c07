"""A backend's answer as the client gets it: mapped, without what belongs to one hop, without foreign CORS headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gatewright.gateway.exchange import Answer
from gatewright.gateway.headers import NameTable
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.http_api.mapping import change_answer
from gatewright.gateway.http_api.view import HttpView
from gatewright.language.parameter_mapping import Change
from gatewright.net.base import Header

# What belongs to one hop, what the server writes anew, and the id that must be ours alone.
_DROPPED: Final = frozenset(
    {
        b"apigw-requestid",
        b"connection",
        b"content-length",
        b"date",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_CORS: Final = b"access-control-"


def _kept(lowered: bytes, name: bytes) -> bytes:
    return b"" if lowered in _DROPPED else name + b": "


def _kept_without_cors(lowered: bytes, name: bytes) -> bytes:
    return b"" if lowered in _DROPPED or lowered.startswith(_CORS) else name + b": "


# How a header line begins; b"": it is dropped.
_ALL: NameTable[bytes] = NameTable(_kept)
_WITHOUT_CORS: NameTable[bytes] = NameTable(_kept_without_cors)

Changes = Mapping[int, tuple[Change, ...]]


class Answering:
    """How the answers of one route are made."""

    __slots__ = ("_changes", "_names", "_seen", "_seen_lines")

    def __init__(self, changes: Changes, *, cors: bool) -> None:
        """`cors`: the API answers for CORS itself."""
        self._changes = changes
        self._names = _WITHOUT_CORS if cors else _ALL
        self._seen: Sequence[Header] = ()  # the head of the last answer
        self._seen_lines = b""

    def answer(
        self,
        exchange: HttpExchange,
        status: int,
        headers: list[Header],
        body: bytes,
        length: int | None = None,
    ) -> Answer:
        """The client's answer. Raises GatewayError."""
        if self._changes:
            changes = self._changes.get(status)
            if changes is not None:
                status, headers = change_answer(changes, HttpView(exchange, headers, body), status, headers)
                return Answer(status, self._lines(headers), body, length)
        if headers != self._seen:  # a backend under load sends the same head again and again
            self._seen_lines = self._lines(headers)
            self._seen = headers
        return Answer(status, self._seen_lines, body, length)

    def _lines(self, headers: Sequence[Header]) -> bytes:
        names = self._names
        lines: list[bytes] = []
        for name, value in headers:
            beginning = names[name]
            if beginning:
                lines.append(beginning + value + b"\r\n")
        return b"".join(lines)
