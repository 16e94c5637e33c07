"""Path and query of the request to an HTTP backend.

    http://host/a/{name}     the route's variable; a greedy {proxy+} is written {proxy}
    the route $default       the request's path goes behind the URI's
    a VPC link               the request's path, with the stage in front unless that is $default
    overwrite:path           instead of all of it (unverified for a public URI with a path of its own)

The client's query goes along as it was sent, unless a mapping changes it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.language.query import Pairs, encode_query
from gatewright.language.uri import climbs, recode_path
from gatewright.program.http_api import ProxyIntegration

_PLAIN: Final = re.compile(rb"[A-Za-z0-9/_~:@!$&'()*+,;=-]*(?:\.[A-Za-z0-9/_~:@!$&'()*+,;=-]+)*").fullmatch


class ProxyTarget:
    """The target of one integration's calls."""

    __slots__ = ("_append", "_base", "_fixed", "_path", "_query", "_raw_query")

    def __init__(self, integration: ProxyIntegration, stage: str) -> None:
        uri = integration.uri
        assert uri is not None
        self._append = integration.append_path
        self._path = uri.path
        self._query = uri.query
        constant = len(uri.path) == 1 and len(uri.query) == 1
        self._raw_query = uri.query[0].encode("latin-1", "replace") if constant else b""
        base = uri.path[0].rstrip("/") if self._append else uri.path[0]
        if integration.with_stage and stage != "$default":
            base = f"/{stage}"
        # The path when no variable is in it, but for what is appended.
        self._fixed = constant
        self._base = base.encode("latin-1", "replace")

    def build(self, exchange: HttpExchange, path: str | None, query: Pairs | None) -> bytes:
        """The request target. `path`, `query`: what mappings say instead of the client's. Raises GatewayError."""
        raw = exchange.request.query if query is None else encode_query(query).encode()
        if path is not None:
            return _join(_written(path), raw)
        if self._fixed:
            target = self._base + _followed(exchange.path) if self._append else self._base
            own = self._raw_query
        else:
            target = _fill(exchange, self._path, in_path=True).encode("latin-1", "replace")
            own = _fill(exchange, self._query, in_path=False).encode("latin-1", "replace")
            if self._append:
                target = target.rstrip(b"/") + _followed(exchange.path)
        if own:
            raw = b"%b&%b" % (own, raw) if raw else own
        return _join(target, raw)


def _join(path: bytes, query: bytes) -> bytes:
    return b"%b?%b" % (path, query) if query else path


def _followed(path: bytes) -> bytes:
    """The client's path as it is appended. Raises GatewayError for one that leads out of its place."""
    if _PLAIN(path) is not None:
        return path
    text = path.decode("utf-8", "replace")
    _stay(unquote(text, errors="replace"))
    return recode_path(text).encode()


def _written(path: str) -> bytes:
    """A path that a mapping made. Raises GatewayError."""
    _stay(unquote(path, errors="replace"))
    return quote(path, safe="%/!$&'()*+,;=:@-._~").encode()


def _fill(exchange: HttpExchange, pieces: tuple[str, ...], *, in_path: bool) -> str:
    if len(pieces) == 1:
        return pieces[0]
    out = list(pieces)
    for index in range(1, len(pieces), 2):
        name = pieces[index].rstrip("+")
        raw = exchange.path_parameter(name)
        if raw is None:
            raise configuration_error(f"Invalid endpoint address: no value for {{{name}}}")
        value = unquote(raw, errors="replace")
        if in_path:
            _stay(value)
            out[index] = recode_path(raw)
        else:
            out[index] = quote(value, safe="")
    return "".join(out)


def _stay(value: str) -> None:
    """Refuse a client's value that would lead to another part of the backend than the integration names."""
    if climbs(value):
        raise GatewayError("BAD_REQUEST_PARAMETERS", log="A path value leads out of its place by '..'")
