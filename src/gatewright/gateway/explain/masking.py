"""What gives access is shown but for its end: headers and query parameters of credentials."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from gatewright.gateway.execution_log import hidden_pairs, is_secret, masked
from gatewright.gateway.seen import Seen
from gatewright.net.base import Header

_LINE = re.compile(r"^([A-Za-z0-9-]+):(.*)$", re.MULTILINE)


def identity_names(seen: Seen) -> frozenset[str]:
    """Names of the headers and parameters that an authorizer takes for who calls, in lower case."""
    authorizer = getattr(seen.part, "authorizer", None)
    sources = getattr(authorizer, "sources", None) or [getattr(authorizer, "source", None)]
    names = {source.name.lower() for source in sources if source is not None}
    header = getattr(authorizer, "header", None)
    return frozenset(names | ({header.decode().lower()} if isinstance(header, bytes) else set()))


def headers(sent: Sequence[Header], secret: Collection[str] = ()) -> list[tuple[str, str]]:
    """Headers as they were sent; `secret`: more names, in lower case."""
    shown = []
    for name, value in sent:
        text, key = value.decode("utf-8", "replace"), name.decode("latin-1")
        shown.append((key, masked(text) if is_secret(key) or key.lower() in secret else text))
    return shown


def target(sent: bytes, secret: Collection[str] = ()) -> str:
    """A request target."""
    path, mark, query = sent.decode("latin-1").partition("?")
    return path + mark + pairs(query, secret)


def canonical(text: str, secret: Collection[str] = ()) -> str:
    """A canonical request of a signature."""

    def hidden(line: re.Match[str]) -> str:
        name = line[1].lower()
        return f"{line[1]}:{masked(line[2])}" if is_secret(name) or name in secret else line[0]

    return _LINE.sub(hidden, pairs(text, secret))


def pairs(text: str, secret: Collection[str] = ()) -> str:
    """A text in which `name=value` may stand, as addresses and log lines have it."""
    return hidden_pairs(text, secret)
