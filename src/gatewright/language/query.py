"""Query strings as API Gateway reads them: `+` is a space, `;` splits like `&`, order and duplicates are kept."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

Pairs = list[tuple[str, str]]


def parse_query(raw: bytes) -> Pairs:
    """All name-value pairs in order, decoded. Invalid UTF-8 becomes U+FFFD; a bare name has the value ""."""
    if not raw:
        return []
    if b";" in raw:
        raw = raw.replace(b";", b"&")
    plain = b"%" not in raw and b"+" not in raw and raw.isascii()
    pairs: Pairs = []
    for item in raw.split(b"&"):
        if not item:
            continue
        name, _, value = item.partition(b"=")
        if plain:
            pairs.append((name.decode("ascii"), value.decode("ascii")))
        else:
            pairs.append((_decode(name), _decode(value)))
    return pairs


def encode_query(pairs: Pairs) -> str:
    """Pairs as a query string; everything but unreserved characters is percent-encoded."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def _decode(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")
