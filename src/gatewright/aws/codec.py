"""One operation's codec: from an HTTP request to checked parameters, from a result to an HTTP answer.

Everything that the model says is looked up when the codec is made; a request only walks tables. Types come first: a
body that does not fit is refused (`SerializationException`) before any constraint is looked at. Then all violations
are reported together: body members in the model's order, then labels, query and headers (recorded).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from gatewright.aws import eventstream
from gatewright.aws.base import AwsError, HttpRequest, Params
from gatewright.aws.check import Checkers, Found, display_name, message
from gatewright.aws.decode import Decoders, MalformedError, text_decoder
from gatewright.aws.dialects import Dialect, dialect
from gatewright.aws.encode import Encoders
from gatewright.aws.query import Query
from gatewright.aws.shapes import Member, OperationModel, Shape

Headers = list[tuple[bytes, bytes]]


class ServiceCodec:
    """The codecs of one service's operations, each made when first needed."""

    def __init__(self, service: str) -> None:
        self.dialect = dialect(service)
        self.decoders = Decoders()
        self.checkers = Checkers(self.dialect)
        self.encoders = Encoders(fraction=self.dialect.fraction)
        self._made: dict[str, tuple[RequestParser, ResultWriter]] = {}

    def of(self, operation: OperationModel) -> tuple[RequestParser, ResultWriter]:
        made = self._made.get(operation.name)
        if made is None:
            made = self._made[operation.name] = RequestParser(operation, self), ResultWriter(operation, self)
        return made


class RequestParser:
    """Turns requests for one operation into parameters under the SDK's names."""

    def __init__(self, operation: OperationModel, service: ServiceCodec) -> None:
        members = operation.input.members if operation.input else ()
        self._operation = operation
        self._dialect = service.dialect
        body = [member for member in members if member.location == "body"]
        placed = [member for member in members if member.location != "body"]
        payload = operation.input.payload if operation.input else None
        self._payload = next((member for member in body if member.name == payload), None)
        self._decode_payload = service.decoders.of(self._payload.shape) if self._payload else None
        self._decode_body = service.decoders.structure(body) if body else None
        self._labels = [(m.wire, m.name, text_decoder(m.shape)) for m in placed if m.location == "uri"]
        self._query = [_query_member(m, service.dialect) for m in placed if _is_plain_query(m)]
        self._query_map = next((m for m in placed if m.location == "querystring" and m.shape.type == "map"), None)
        self._claimed = {m.wire for m in placed if _is_plain_query(m)} | {key for key, _ in operation.constants}
        self._headers = [_header_member(m) for m in placed if m.location in ("header", "headers")]
        self._check_body = service.checkers.members(body)
        self._check_placed = service.checkers.members(placed)
        self._prefix = f"{display_name(operation.name)}Input." if service.dialect.prefix else ""

    def parse(self, request: HttpRequest, labels: Mapping[str, str], query: Query) -> Params:
        """The checked parameters. Raises AwsError."""
        try:
            body = self._read_body(request.body)
            placed = self._read_placed(request, labels, query)
        except MalformedError as error:
            raise AwsError(self._dialect.serialization, str(error)) from None
        found: Found = []
        self._check_body(body, self._prefix, found)
        self._check_placed(placed, "", found)
        if found:
            raise self._violated(found)
        return {**placed, **body}

    def _violated(self, found: Found) -> AwsError:
        for violation in found:
            literal = self._dialect.literals.get((self._operation.name, violation.path))
            if literal is not None:
                return AwsError(self._dialect.validation, literal)
        return AwsError(self._dialect.validation, message(found))

    def _read_body(self, body: bytes) -> Params:
        if self._payload is not None and self._decode_payload is not None:
            return self._read_payload(self._payload, self._decode_payload, body)
        if self._decode_body is None:
            return {}
        if not body:
            if self._dialect.empty_body is not None:
                raise AwsError("BadRequestException", self._dialect.empty_body)
            return {}
        found: Params = self._decode_body(_json(body))
        return found

    def _read_payload(self, member: Member, decode: Any, body: bytes) -> Params:
        if member.shape.type == "blob":
            return {member.name: body} if body or member.required else {}
        if member.shape.type == "string":
            return {member.name: body.decode("utf-8", "replace")} if body else {}
        return {member.name: decode(_json(body))} if body else {}

    def _read_placed(self, request: HttpRequest, labels: Mapping[str, str], query: Query) -> Params:
        found: Params = {}
        for wire, name, decode in self._labels:
            found[name] = decode(labels[wire])
        for wire, name, read in self._query:
            value = read(query, wire)
            if value is not None:
                found[name] = value
        if self._query_map is not None:
            rest = _query_map(self._query_map.shape, query, self._claimed)
            if rest:
                found[self._query_map.name] = rest
        if self._headers:
            headers = _fold(request.headers)
            for wire, name, read in self._headers:
                value = read(headers, wire)
                if value is not None:
                    found[name] = value
        return found


class ResultWriter:
    """Turns results of one operation into answers."""

    def __init__(self, operation: OperationModel, service: ServiceCodec) -> None:
        output = operation.output
        members = output.members if output else ()
        self._status = operation.status
        self._status_member = next((m.name for m in members if m.location == "statusCode"), None)
        self._headers = [(m, service.encoders.text(m.shape)) for m in members if m.location in ("header", "headers")]
        body = [member for member in members if member.location == "body"]
        self._payload = next((m for m in body if output and m.name == output.payload), None)
        self._encode_payload = service.encoders.of(self._payload.shape) if self._payload else None
        self._encode = service.encoders.structure(body) if output else None
        self._encoders = service.encoders
        self._blob_type = service.dialect.blob_type

    def write(self, result: Params | None) -> tuple[int, Headers, bytes]:
        """Status, headers and body."""
        given = result or {}
        headers = self._write_headers(given)
        body, type_ = self._write_body(given)
        status = self._status
        if self._status_member is not None and given.get(self._status_member) is not None:
            status = int(given[self._status_member])
        if status != 204 and not any(name.lower() == b"content-type" for name, _ in headers):
            headers.insert(0, (b"Content-Type", type_))
        return status, headers, body

    def _write_headers(self, given: Params) -> Headers:
        headers: Headers = []
        for member, encode in self._headers:
            value = given.get(member.name)
            if value is None:
                continue
            if member.location == "headers":
                headers += [((member.wire + key).encode(), str(each).encode()) for key, each in value.items()]
            elif member.json_value:
                headers.append((member.wire.encode(), base64.b64encode(orjson.dumps(value))))
            else:
                headers.append((member.wire.encode(), encode(value).encode()))
        return headers

    def _write_body(self, given: Params) -> tuple[bytes, bytes]:
        if self._encode is None:
            return b"", b"application/json"
        if self._payload is None or self._encode_payload is None:
            return orjson.dumps(self._encode(given)), b"application/json"
        value = given.get(self._payload.name)
        if self._payload.shape.events:
            return eventstream.encode(self._payload.shape, value or (), self._encoders), eventstream.CONTENT_TYPE
        if self._payload.shape.type in ("blob", "string"):
            return _bytes(value), self._blob_type
        return orjson.dumps(self._encode_payload(value or {})), b"application/json"


def _bytes(value: bytes | str | None) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else bytes(value)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # unverified: AWS's text for a body that is not JSON.
        raise MalformedError("Unable to parse the request body as JSON") from None


def _is_plain_query(member: Member) -> bool:
    return member.location == "querystring" and member.shape.type != "map"


def _query_member(member: Member, dialect: Dialect) -> Any:
    shape = member.shape
    if shape.type != "list":
        decode = text_decoder(shape)

        def read(query: Query, wire: str) -> Any:
            value = query.first(wire)
            return None if value is None else decode(value)

        return member.wire, member.name, read
    assert shape.element is not None
    element = text_decoder(shape.element)
    commas = member.wire in dialect.comma_lists

    def read_all(query: Query, wire: str) -> Any:
        values = query.all(wire)
        if commas:
            values = [piece for value in values for piece in value.split(",")]
        return [element(value) for value in values] or None

    return member.wire, member.name, read_all


def _query_map(shape: Shape, query: Query, claimed: set[str]) -> dict[str, Any]:
    """All keys of the query that no other member and no constant of the URI takes."""
    assert shape.element is not None
    if shape.element.type == "list":
        return {key: query.all(key) for key in query if key not in claimed}
    return {key: query.first(key) for key in query if key not in claimed}


def _fold(headers: Headers) -> dict[str, str]:
    folded: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "replace").strip()
        folded[key] = f"{folded[key]},{text}" if key in folded else text
    return folded


def _header_member(member: Member) -> Any:
    wire, shape = member.wire.lower(), member.shape
    if member.location == "headers":

        def read_prefixed(headers: Mapping[str, str], prefix: str) -> Any:
            return {key[len(prefix) :]: value for key, value in headers.items() if key.startswith(prefix)} or None

        return wire, member.name, read_prefixed
    if member.json_value:
        return wire, member.name, _read_json_header
    if shape.type == "list":
        assert shape.element is not None
        element = text_decoder(shape.element)

        def read_list(headers: Mapping[str, str], key: str) -> Any:
            return [element(each.strip()) for each in headers[key].split(",")] if key in headers else None

        return wire, member.name, read_list
    decode = text_decoder(shape)
    return wire, member.name, lambda headers, key: decode(headers[key]) if key in headers else None


def _read_json_header(headers: Mapping[str, str], key: str) -> Any:
    if key not in headers:
        return None
    try:
        return orjson.loads(base64.b64decode(headers[key], validate=True))
    except ValueError:
        raise MalformedError("Invalid Base64 encoding") from None
