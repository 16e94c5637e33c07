"""The parts of a request to an HTTP backend that mappings shape: target and headers, built once as far as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.headers import NEVER_SENT, sound
from gatewright.gateway.view import RequestView
from gatewright.language.mapping import Source, View, read
from gatewright.language.query import Pairs, encode_query
from gatewright.language.uri import Uri, climbs, encode_path_value, recode_path
from gatewright.net.base import Header, Identity, Origin
from gatewright.program.records import HttpIntegration, HttpProxyIntegration, RequestParameter, StageProgram

Written = Mapping[str, list[str]]  # what a template wrote: name → values
NOTHING: Written = {}
_MOST_WRITTEN: Final = 64 * 1024  # bytes of headers that a template may write. unverified: AWS's own bound


def origin_of(uri: Uri, integration: HttpIntegration | HttpProxyIntegration, program: StageProgram) -> Origin:
    """Where calls go: to the URI's host, or through a VPC link."""
    via = integration.via
    scheme = uri.scheme if via is None else via.scheme
    return Origin(
        scheme=scheme,
        host=uri.host.strip("[]"),
        port=uri.port,
        verify=integration.verify,
        via=None if via is None else (via.host, via.port),
        identity=Identity(*program.identity) if program.identity is not None and scheme == "https" else None,
    )


class TargetBuilder:
    """Path and query of the backend request. `forward`: the client's own query goes along."""

    __slots__ = ("_forward", "_path", "_path_sources", "_query", "_query_sources", "fixed")

    def __init__(self, uri: Uri, parameters: Sequence[RequestParameter], *, forward: bool) -> None:
        self._forward = forward
        self._path = uri.path
        self._query = uri.query
        self._path_sources = {each.name: each.source for each in parameters if each.location == "path"}
        self._query_sources = [(each.name, each.source) for each in parameters if each.location == "querystring"]
        constant = len(uri.path) == 1 and len(uri.query) == 1 and not self._query_sources
        # The target when no placeholder and no mapping is in it, but for the client's query.
        self.fixed: bytes | None = _join(uri.path[0], uri.query[0]).encode() if constant else None

    def build(self, exchange: Exchange) -> bytes:
        """The request target. Raises GatewayError for a placeholder without a value."""
        raw = exchange.request.query if self._forward else b""
        if self.fixed is not None:
            if not raw:
                return self.fixed
            return self.fixed + (b"&" if b"?" in self.fixed else b"?") + raw
        return self._built(exchange, NOTHING, NOTHING)

    def build_overridden(self, exchange: Exchange, path: Written, query: Written) -> bytes:
        """The target with what a template wrote in place of what mappings say. Raises GatewayError."""
        if self.fixed is not None and not query:
            return self.build(exchange)
        return self._built(exchange, path, query)

    def _built(self, exchange: Exchange, written_path: Written, written_query: Written) -> bytes:
        view = RequestView(exchange)
        path = self._fill(exchange, view, self._path, written_path, in_path=True)
        query = self._fill(exchange, view, self._query, written_path, in_path=False)
        mapped = self._mapped_query(view)
        if written_query:
            mapped = [pair for pair in mapped if pair[0] not in written_query]
            mapped += [(name, value) for name, values in written_query.items() for value in values]
        parts = [query, self._client_query(exchange, mapped), encode_query(mapped)]
        return _join(path, "&".join(part for part in parts if part)).encode("latin-1", "replace")

    def _mapped_query(self, view: RequestView) -> Pairs:
        return [(name, value) for name, source in self._query_sources for value in read(source, view)]

    def _client_query(self, exchange: Exchange, mapped: Pairs) -> str:
        """The client's query as sent; a mapping replaces the client's parameter of the same name."""
        if not self._forward or not exchange.request.query:
            return ""
        replaced = {name for name, _ in mapped}
        if replaced.isdisjoint(name for name, _ in exchange.query):
            return exchange.request.query.decode("latin-1")
        return encode_query([pair for pair in exchange.query if pair[0] not in replaced])

    def _fill(
        self, exchange: Exchange, view: RequestView, pieces: tuple[str, ...], written: Written, *, in_path: bool
    ) -> str:
        if len(pieces) == 1:
            return pieces[0]
        out = list(pieces)
        for index in range(1, len(pieces), 2):
            value: str | None = None
            if pieces[index] in written:
                value = _encoded(",".join(written[pieces[index]]), in_path)
            else:
                source = self._path_sources.get(pieces[index])
                value = None if source is None else _placeholder(exchange, view, source, in_path)
            if value is None:
                raise configuration_error(f"Invalid endpoint address: no value for {{{pieces[index]}}}")
            out[index] = value
        return "".join(out)


def _placeholder(exchange: Exchange, view: RequestView, source: Source, in_path: bool) -> str | None:
    if source.kind == "path" and in_path:
        raw = exchange.path_parameter(source.name)
        if raw is None:
            return None
        _stay(unquote(raw, errors="replace"))
        return recode_path(raw)
    values = read(source, view)
    if not values:
        return None
    value = ",".join(values)
    if in_path and not source.constant:
        _stay(value)
    return encode_path_value(value, slashes=source.constant) if in_path else encode_query([("", value)])[1:]


def _encoded(value: str, in_path: bool) -> str:
    if not in_path:
        return encode_query([("", value)])[1:]
    _stay(value)
    return encode_path_value(value, slashes=False)


def _stay(value: str) -> None:
    """Refuse a client's value that would lead to another part of the backend than the integration names."""
    if climbs(value):
        raise GatewayError("BAD_REQUEST_PARAMETERS", "Bad Request", log="A path value leads out of its place by '..'")


def mapped_headers(sources: Sequence[tuple[bytes, Source]], view: View) -> list[Header]:
    """Headers that mappings write; several values are joined by commas. Raises GatewayError for an unsound value."""
    headers: list[Header] = []
    for name, source in sources:
        values = read(source, view)
        if not values:
            continue
        value = ",".join(values).encode()
        if not sound(name, value):
            raise configuration_error(f"Invalid mapped value for header {name.decode()}")
        headers.append((name, value))
    return headers


def written_headers(written: Mapping[str, list[str]]) -> list[Header]:
    """Headers that a template wrote; several values become several lines.

    Raises GatewayError for an unsound value, and for more than any receiver takes.
    """
    headers: list[Header] = []
    size = 0
    for name, values in written.items():
        for value in values:
            header = (name.encode(), value.encode("utf-8", "replace"))
            size += len(header[0]) + len(header[1])
            if size > _MOST_WRITTEN:
                raise configuration_error(f"Overrides of headers of more than {_MOST_WRITTEN} bytes")
            if not sound(*header):
                raise configuration_error(f"Invalid override of header {name[:100]}")
            headers.append(header)
    return headers


def header_sources(parameters: Sequence[RequestParameter]) -> list[tuple[bytes, Source]]:
    """The mapped headers of an integration, without those that are never sent."""
    return [
        (each.name.encode(), each.source)
        for each in parameters
        if each.location == "header" and each.name.lower().encode() not in NEVER_SENT
    ]


def _join(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
