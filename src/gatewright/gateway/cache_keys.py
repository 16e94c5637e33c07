"""What answers are cached by: namespace, verb, and the cache key parameters of the integration; never who calls.

AWS: "Use method or integration parameters as cache keys to index cached responses". A header or a parameter of the
query may come several times: all its values count, in order, for were it only one of them, a backend that reads another
one could be made to answer one caller for all. Headers count with their spelling, because events keep it, and those
that the gateway adds or completes as backends see them. unverified: these three, and that the verb counts.

Parts are told apart by their lengths, so that no two sets of values make the same key. With the extension
`cache_per_caller` what the authorizer found out of the caller counts, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final

from gatewright.gateway.authorizers.sources import ADDED
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.view import RequestView
from gatewright.language.mapping import Source, read
from gatewright.language.policy.base import Principal
from gatewright.program.caching import Caching

_Pieces = Callable[[Exchange], list[bytes]]
KeyOf = Callable[[Exchange], bytes]
_ABSENT: Final = b"-"
_LONGEST: Final = 512  # bytes; what callers send may be long, and its digest does as well


def key_of(part: str, verb: str, caching: Caching, *, per_caller: bool) -> KeyOf:
    """What makes the keys of a method's answers. `part`: of the stage's cache."""
    prefix = b"".join(_part(text.encode()) for text in (part, caching.namespace, verb))
    readers = [_reader(source) for source in caching.keys]
    if per_caller:
        readers.append(_caller)
    elif caching.by_signer:
        readers.append(_signer)
    if not readers:
        return lambda exchange: prefix

    def key(exchange: Exchange) -> bytes:
        parts = [prefix]
        for read_pieces in readers:
            pieces = read_pieces(exchange)
            parts.append(b"%d;" % len(pieces) if pieces else _ABSENT)
            parts += [_part(piece) for piece in pieces]
        made = b"".join(parts)
        return made if len(made) <= _LONGEST else b"#" + blake2b(made, digest_size=32).digest()

    return key


def _part(value: bytes) -> bytes:
    return b"%d:%b" % (len(value), value)


def _reader(source: Source) -> _Pieces:
    name = source.name
    if source.kind in ("header", "multivalueheader"):
        return _header(name)
    if source.kind in ("querystring", "multivaluequerystring"):
        return lambda exchange: _query(exchange, name)
    if source.kind == "path":
        return lambda exchange: _path(exchange, name)
    return lambda exchange: [text.encode("utf-8", "surrogatepass") for text in read(source, RequestView(exchange))]


def _header(name: str) -> _Pieces:
    added = ADDED.get(name.lower())
    if added is not None:
        return lambda exchange: [str(added(exchange)).encode()]
    wanted = name.lower().encode()

    def pieces(exchange: Exchange) -> list[bytes]:
        if exchange.header(wanted) is None:
            return []
        return [piece for each in exchange.request.headers if each[0].lower() == wanted for piece in each]

    return pieces


def _query(exchange: Exchange, name: str) -> list[bytes]:
    """Decoded; where a backend that gets the query as it was sent may read it in another way, the query as well."""
    values = [value for key, value in exchange.query if key == name]
    pieces = [value.encode("utf-8", "surrogatepass") for value in values]
    raw = exchange.request.query
    if b";" in raw or any("\ufffd" in value for value in values):
        pieces.append(b"\xff" + raw)  # no value begins so: they are UTF-8
    return pieces


def _path(exchange: Exchange, name: str) -> list[bytes]:
    return [exchange.values[exchange.names.index(name)]] if name in exchange.names else []


def _signer(exchange: Exchange) -> list[bytes]:
    """Who has signed: the backend is called as this caller."""
    grant: Grant | None = exchange.grant
    return [] if grant is None else [_named(grant.principal)]


def _named(principal: Principal) -> bytes:
    return f"{principal.account} {principal.arn} {principal.user_id}".encode()


def _caller(exchange: Exchange) -> list[bytes]:
    """What the authorizer said of the caller: principal, context or claims, and the usage key."""
    grant: Grant | None = exchange.grant
    if grant is None:
        return []
    said: Mapping[str, object] = grant.context or {}
    return [
        _named(grant.principal),
        json.dumps(dict(grant.identity), sort_keys=True, default=repr).encode(),
        json.dumps(dict(said), sort_keys=True, default=repr).encode(),
        (grant.usage_key or "").encode(),
    ]
