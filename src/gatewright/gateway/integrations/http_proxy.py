"""HTTP_PROXY: the client's request goes to the backend, and the backend's answer to the client.

AWS: "Set up HTTP proxy integrations". Only request parameters can be mapped; status and body pass unchanged.
"""

from __future__ import annotations

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.headers import ANSWER_HTTP_PROXY, NOT_FORWARDED, NameTable, response_lines
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers, origin_of
from gatewright.gateway.live import Parts
from gatewright.gateway.payload import convert_request, convert_response
from gatewright.gateway.view import RequestView
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import HttpProxyIntegration, MethodProgram

_AUTHORIZATION = b"authorization"
_SIGNED = b"AWS4-HMAC-SHA256"
_JSON_TYPE = b"Content-Type: application/json\r\n"
# Looked at one by one; every other header is forwarded as it is.
_SPECIAL = NOT_FORWARDED | {
    _AUTHORIZATION,
    b"x-amzn-trace-id",
    b"x-amzn-apigateway-api-id",
    b"x-forwarded-for",
    b"x-forwarded-port",
    b"x-forwarded-proto",
}

_NAMES: NameTable[bytes | None] = NameTable(lambda lowered, _: lowered if lowered in _SPECIAL else None)
_ACCEPT: Header = (b"Accept", b"application/json")
_HTTP: Header = (b"X-Forwarded-Proto", b"http")
_HTTPS: Header = (b"X-Forwarded-Proto", b"https")


def build(integration: HttpProxyIntegration, method: MethodProgram, parts: Parts) -> Step:
    if integration.uri is None:
        return _no_address
    return HttpProxy(integration, parts).run


def _no_address(exchange: Exchange) -> None:
    raise configuration_error("Invalid endpoint address")


class HttpProxy:
    """One HTTP_PROXY integration, ready to run."""

    __slots__ = ("_api_id", "_authority", "_backend", "_binary", "_handling", "_mapped", "_method", "_target")

    def __init__(self, integration: HttpProxyIntegration, parts: Parts) -> None:
        assert integration.uri is not None
        uri = integration.uri
        self._method = integration.method
        self._target = TargetBuilder(uri, integration.parameters, forward=True)
        self._mapped = header_sources(integration.parameters)
        self._binary = parts.program.binary
        self._handling = integration.content_handling
        self._authority: Header = (b"Host", uri.authority.encode())
        self._api_id: Header = (b"X-Amzn-Apigateway-Api-Id", parts.program.api_id.encode())
        self._backend = Backend(origin_of(uri, integration.verify), integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        body = exchange.body
        if body:
            binary = self._binary.matches(exchange.header(b"content-type"))
            body = convert_request(body, binary, self._handling)
        headers = forwarded_headers(exchange)
        headers.append(self._api_id)
        if self._mapped:
            headers = _overwrite(headers, mapped_headers(self._mapped, RequestView(exchange)), self._authority)
        else:
            headers.append(self._authority)
        target = self._target.build(exchange)
        return self._backend.call(exchange, self._method or exchange.verb.encode(), target, headers, body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        lines, typed = response_lines(response.headers, ANSWER_HTTP_PROXY)
        if not typed:
            lines.append(_JSON_TYPE)
        body = response.body
        if not body:
            length = _announced(response) if exchange.request.method == "HEAD" else None
            return Answer(response.status, b"".join(lines), body, length)
        if self._binary.any or not body.isascii():
            body = self._converted(exchange, response)
        return Answer(response.status, b"".join(lines), body)

    def _converted(self, exchange: Exchange, response: UpstreamResponse) -> bytes:
        """The body by the rules for text and binary. What the backend compressed passes as it is (unverified)."""
        kind = None
        for name, value in response.headers:
            lowered = name.lower()
            if lowered == b"content-encoding" and value.lower() != b"identity":
                return response.body
            if lowered == b"content-type":
                kind = value
        return convert_response(
            response.body,
            binary=self._binary.matches(kind),
            wanted_binary=self._binary.matches(exchange.header(b"accept")),
            any_binary=self._binary.any,
            handling=None,
        )


def _announced(response: UpstreamResponse) -> int | None:
    """The length of the body that the backend would have sent to GET."""
    length = next((value for name, value in response.headers if name.lower() == b"content-length"), b"")
    return int(length) if length.isdigit() and len(length) < 20 else None


def forwarded_headers(exchange: Exchange) -> list[Header]:
    """The client's headers as the backend gets them, with those that the gateway adds."""
    request = exchange.request
    headers: list[Header] = []
    forwarded_for = request.peer.encode()
    special = _NAMES
    for header in request.headers:
        name = special[header[0]]
        if name is None:
            headers.append(header)
        elif name == b"x-forwarded-for":
            forwarded_for = header[1] + b", " + forwarded_for
        elif name == _AUTHORIZATION and not header[1].startswith(_SIGNED):
            headers.append(header)
    if exchange.header(b"accept") is None:
        headers.append(_ACCEPT)
    headers.append((b"X-Forwarded-For", forwarded_for))
    headers.append((b"X-Forwarded-Port", forwarded_port(request.host, request.scheme)))
    headers.append(_HTTPS if request.scheme == "https" else _HTTP)
    headers.append((b"X-Amzn-Trace-Id", exchange.trace))
    connection = exchange.header(b"connection")
    if connection is not None and connection.lower() not in (b"keep-alive", b"close"):
        nominated = {token.strip().lower() for token in connection.split(b",")}
        return [header for header in headers if header[0].lower() not in nominated]
    return headers


def forwarded_port(host: bytes, scheme: str) -> bytes:
    """The port the client called."""
    _, colon, port = host.rpartition(b":")
    if colon and port.isdigit():
        return port
    return b"443" if scheme == "https" else b"80"


def _overwrite(headers: list[Header], mapped: list[Header], authority: Header) -> list[Header]:
    names = {name.lower() for name, _ in mapped}
    kept = [header for header in headers if header[0].lower() not in names]
    kept += mapped
    if b"host" not in names:
        kept.append(authority)
    return kept
