"""The execution log of one request, in the words of AWS (recorded from TestInvokeMethod).

Steps write to it only where `Exchange.log` is not None. Lines are cut at AWS's length; what gives access is masked but
for its last characters, in whatever line it comes again: headers and query parameters that are called so, and what an
authorizer is asked about. The lines of a backend call are absent when no backend was called (MOCK).

A stage's log (see `execution_logs`) has less or more than that: at level ERROR only what belongs to a failure; headers,
parameters and bodies only with data trace; and of a refusal the gateway response. unverified: which lines belong to
which level and to data trace, as AWS documents them by example only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from gatewright.clock import Clock
from gatewright.net.base import Header

_LONGEST: Final = 1024  # characters of a line
_SECRET: Final = re.compile(
    r"token|signature|secret|passw|credential|session|cookie|authorization|api[-_]?key|^auth|^code$|^key$",
    re.IGNORECASE,
)
# From the begin of a word on alone: in a long text without pairs every sign would else be a begin.
_PAIR: Final = re.compile(r"(?<![^&=?\s])([^&=?\s]++)=([^&?\s]++)")
_TELLING: Final = 8  # characters from which on a secret is looked for in other lines
_LOOKED: Final = 16 * 1024  # characters of a line in which it is
# Headers between processes of a node, as AWS calls them.
_CALLED: Final = {
    b"x-gatewright-source-arn": b"X-Amz-Source-Arn",
    b"x-gatewright-source-account": b"X-Amz-Source-Account",
}
_SHOWN: Final = 6  # of a secret's characters, at most, and no more than a third of them
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Pairs = Iterable[tuple[str, str]]


class ExecutionLog:
    """Lines with the time of each, in epoch seconds. `failed` says whether the execution has failed.

    `errors_only`: level ERROR. `data`: with what came and went. `refusals`: with the gateway response of a failure.
    """

    __slots__ = ("_clock", "_data", "_errors_only", "_refusals", "_secrets", "failed", "lines")

    def __init__(self, clock: Clock, *, errors_only: bool = False, data: bool = True, refusals: bool = False) -> None:
        self._clock = clock
        self._errors_only = errors_only
        self._data = data
        self._refusals = refusals
        self._secrets: dict[str, str] = {}
        self.failed = False
        self.lines: list[tuple[float, str]] = []

    def write(self, line: str) -> None:
        """A line of what happens."""
        if not self._errors_only:
            self._add(line)

    def trace(self, words: str, body: bytes) -> None:
        """A line with a body; only with data trace."""
        if self._data:
            self.write(f"{words}{_text(body)}")

    def hide(self, headers: Pairs, query: Pairs) -> None:
        """Know the secrets of a request before the first line is written."""
        for name, value in (*headers, *query):
            if is_secret(name):
                self.hide_value(value)

    def hide_value(self, secret: str) -> None:
        """A secret that stands alone, or behind a scheme ("Bearer …")."""
        for text in (secret, secret.rpartition(" ")[2]):
            if len(text) >= _TELLING:
                self._secrets[text] = masked(text)

    def _add(self, line: str) -> None:
        if self._secrets:
            line = line[:_LOOKED]
            for secret, shown in self._secrets.items():
                line = line.replace(secret, shown)
        if len(line) > _LONGEST:
            line = f"{line[:_LONGEST]} [TRUNCATED]"
        self.lines.append((self._clock.now(), line))

    def begin(
        self, request_id: str, verb: str, path: str, parameters: Pairs, query: Pairs, headers: Pairs, body: bytes
    ) -> None:
        """The method request."""
        self.write(f"Starting execution for request: {request_id}")
        self.write(f"HTTP Method: {verb}, Resource Path: {path}")
        if not self._data:
            return
        self.write(f"Method request path: {_map(parameters)}")
        shown = ((name, masked(value) if is_secret(name) else value) for name, value in query)
        self.write(f"Method request query string: {_map(shown)}")
        self.write(f"Method request headers: {_headers(headers)}")
        self.write(f"Method request body before transformations: {_text(body)}")

    def sending(self, uri: str, headers: Sequence[Header], body: bytes) -> None:
        """The request to the endpoint."""
        uri = hidden_pairs(uri)
        if self._data:
            self.write(f"Endpoint request URI: {uri}")
            self.write(f"Endpoint request headers: {_headers(_decoded(headers))}")
            self.trace("Endpoint request body after transformations: ", body)
        self.write(f"Sending request to {uri}")

    def received(self, status: int, seconds: float, headers: Sequence[Header], body: bytes | None) -> None:
        """The endpoint's answer; without its body (None) when that passes through as it arrives."""
        self.write(f"Received response. Status: {status}, Integration latency: {round(seconds * 1000)} ms")
        if not self._data:
            return
        self.write(f"Endpoint response headers: {_headers(_decoded(headers))}")
        if body is not None:
            self.trace("Endpoint response body before transformations: ", body)

    def fail(self, line: str | None) -> None:
        """The execution ends with a gateway response; `line` says why, in AWS's words."""
        self.failed = True
        if line is not None:
            self._add(line)

    def refused(self, kind: str, status: int, head: bytes, body: bytes) -> None:
        """The gateway response that ends the execution."""
        if self._refusals:
            self._add(f"Gateway response type: {kind} with status code: {status}")
            self._add(f"Gateway response body: {_text(body)}")
            self._add(f"Gateway response headers: {_headers(read_head(head))}")

    def end(self, status: int, head: bytes | None = None, body: bytes | None = None) -> None:
        """The answer. `head` is a block of header lines; None when the answer was passed through."""
        if self.failed:
            self._add(f"Method completed with status: {status}")
            return
        if body is not None:
            self.trace("Method response body after transformations: ", body)
        if head is not None and self._data:
            self.write(f"Method response headers: {_headers(read_head(head))}")
        self.write("Successfully completed execution")
        self.write(f"Method completed with status: {status}")

    def text(self, request_id: str) -> str:
        """All lines as TestInvokeMethod answers them."""
        lines = [f"Execution log for request {request_id}"]
        lines += (f"{_date(at)} : {line}" for at, line in self.lines)
        return "\n".join(lines) + "\n"


def read_head(head: bytes) -> list[tuple[str, str]]:
    """A block of header lines as names and values."""
    lines = (line.partition(": ") for line in head.decode("utf-8", "replace").split("\r\n") if line)
    return [(name, value) for name, _, value in lines]


def _decoded(headers: Sequence[Header]) -> Pairs:
    return ((_CALLED.get(name, name).decode("latin-1"), value.decode("utf-8", "replace")) for name, value in headers)


def is_secret(name: str) -> bool:
    """Whether what a header or query parameter of this name says gives access."""
    return _SECRET.search(name) is not None


def masked(secret: str) -> str:
    """A secret but for its last characters."""
    hidden = len(secret) - (min(_SHOWN, len(secret) // 3) if len(secret) > _SHOWN else 0)
    return "*" * hidden + secret[hidden:]


def hidden_pairs(text: str, names: Collection[str] = ()) -> str:
    """A text in which `name=value` may stand, as in addresses. `names`: more that are secret, in lower case."""

    def hidden(pair: re.Match[str]) -> str:
        name = pair[1]
        return f"{name}={masked(pair[2])}" if is_secret(name) or name.lower() in names else pair[0]

    return _PAIR.sub(hidden, text)


def _headers(headers: Pairs) -> str:
    """Several values of one name joined by commas, secrets masked."""
    joined: dict[str, str] = {}
    for name, value in headers:
        if is_secret(name):
            value = masked(value)
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return _map(joined.items())


def _map(pairs: Pairs) -> str:
    return "{" + ", ".join(f"{name}={value}" for name, value in pairs) + "}"


def _text(body: bytes) -> str:
    """unverified: AWS's words for what is no text."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return "[Binary Data]"


def _date(at: float) -> str:
    when = time.gmtime(at)
    day, month = _DAYS[when.tm_wday], _MONTHS[when.tm_mon]
    return f"{day} {month} {when.tm_mday:02} {when.tm_hour:02}:{when.tm_min:02}:{when.tm_sec:02} UTC {when.tm_year}"
