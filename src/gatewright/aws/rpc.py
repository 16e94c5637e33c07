"""Services whose operations are named in the request: AWS's JSON, query and CBOR protocols, from botocore's models.

Which one a client speaks its SDK decides, and it has changed over the years, so a service here takes all three:

    application/x-amz-json-1.0, -1.1    X-Amz-Target: {prefix}.{operation}
    application/x-www-form-urlencoded   Action={operation}, members as Name.member.1.Other; the answer is XML
    application/cbor                    /service/{prefix}/operation/{operation}, smithy-protocol: rpc-v2-cbor

Handlers see the SDK's member names, timestamps as epoch seconds. Sources: the protocol pages of Smithy's AWS
documentation (awsJson, awsQuery, rpcv2Cbor, awsQueryCompatible).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.loaders
import botocore.model
import cbor2
import orjson
from uuid_utils import uuid4

from gatewright.aws.base import AwsError, Caller, HttpRequest, HttpResponse, Params

log = logging.getLogger("gatewright.aws")

Handler = Callable[[Caller, Params], Params]
Authenticate = Callable[[HttpRequest, str], Caller]

_PATH = re.compile(rb"/service/[^/]+/operation/([A-Za-z]+)")
_LISTS = re.compile(r"(.+)\.member\.([1-9]\d{0,4})(?:\.(.+))?")
_SENDER = 500  # errors below are the caller's


class Protocol(Enum):
    """How a request is written, and its answer."""

    JSON = "application/x-amz-json-1.0"
    QUERY = "text/xml"
    CBOR = "application/cbor"


class RpcService:
    """One service's operations. Safe to share among threads.

    `handlers` by operation; others of the model answer that they are not served (501 NotImplemented).
    """

    def __init__(self, name: str, handlers: Mapping[str, Handler], authenticate: Authenticate) -> None:
        description = botocore.loaders.Loader().load_service_model(name, "service-2")
        self._model = botocore.model.ServiceModel(description, name)
        self._handlers = handlers
        self._authenticate = authenticate

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Never raises."""
        request_id = str(uuid4())
        protocol = Protocol.JSON
        try:
            protocol, name, read = self._read(request)
            caller = self._authenticate(request, self._model.signing_name)
            operation = self._operation(name)
            params = read(operation.input_shape) if operation.input_shape is not None else {}
            _check(operation.input_shape, params)
            result = self._handlers[name](caller, params)
        except AwsError as error:
            return _refusal(protocol, error, request_id)
        except Exception:  # a fault of ours: the caller learns nothing of it, the operator everything
            log.exception("request %s: %s failed", request_id, self._model.service_name)
            return _refusal(protocol, AwsError("InternalServiceFault", "Internal failure", 500), request_id)
        return self._answer(protocol, operation, result, request_id)

    def _operation(self, name: str) -> botocore.model.OperationModel:
        if name not in self._model.operation_names:
            raise AwsError("InvalidAction", f"The action {name} is not valid for this web service.")
        if name not in self._handlers:
            raise AwsError("NotImplemented", f"{self._model.service_name} {name} is not served here.", 501)
        return self._model.operation_model(name)

    def _read(self, request: HttpRequest) -> tuple[Protocol, str, Callable[[botocore.model.Shape], Params]]:
        """Protocol, operation, and what reads its parameters. Raises AwsError for what is none of the protocols."""
        headers = {name.lower(): value for name, value in request.headers}
        media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        path = _PATH.fullmatch(request.path)
        if path is not None:
            return Protocol.CBOR, path[1].decode(), lambda shape: _typed(shape, _cbor(request.body))
        target = headers.get(b"x-amz-target", b"").decode("latin-1")
        if target:
            return Protocol.JSON, target.rpartition(".")[2], lambda shape: _typed(shape, _json(request.body))
        form = request.body if media == b"application/x-www-form-urlencoded" else request.query
        pairs = dict(parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True))
        return Protocol.QUERY, pairs.get("Action", ""), lambda shape: _typed(shape, _tree(pairs))

    def _answer(
        self, protocol: Protocol, operation: botocore.model.OperationModel, result: Params, request_id: str
    ) -> HttpResponse:
        shape = operation.output_shape
        if protocol is Protocol.JSON:
            body = orjson.dumps(_plain(shape, result))
        elif protocol is Protocol.CBOR:
            body = cbor2.dumps(_plain(shape, result, moments=True))
        else:
            inside = "" if shape is None else _xml(shape, result)
            name = operation.name
            body = (
                f'<{name}Response xmlns="{self._model.metadata.get("xmlNamespace", "")}">'
                f"<{name}Result>{inside}</{name}Result>"
                f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
            ).encode()
        return HttpResponse(200, _headers(protocol, request_id), body)


def _headers(protocol: Protocol, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [(b"Content-Type", protocol.value.encode()), (b"x-amzn-RequestId", request_id.encode())]
    return [*headers, (b"smithy-protocol", b"rpc-v2-cbor")] if protocol is Protocol.CBOR else headers


def _refusal(protocol: Protocol, error: AwsError, request_id: str) -> HttpResponse:
    fault = "Sender" if error.status < _SENDER else "Receiver"
    headers = [*_headers(protocol, request_id), (b"x-amzn-query-error", f"{error.code};{fault}".encode())]
    if protocol is Protocol.QUERY:
        body = (
            f"<ErrorResponse><Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>"
            f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        ).encode()
    else:
        document = {"__type": error.code, "message": error.message}
        body = orjson.dumps(document) if protocol is Protocol.JSON else cbor2.dumps(document)
    return HttpResponse(error.status, headers, body)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise AwsError("SerializationException", "The request is no JSON document") from None


def _cbor(body: bytes) -> Any:
    try:
        return cbor2.loads(body) if body else {}
    except (cbor2.CBORDecodeError, ValueError, OverflowError, RecursionError):
        raise AwsError("SerializationException", "The request is no CBOR document") from None


def _tree(pairs: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of the query protocol as maps and lists: `A.member.1.B=x` is {"A": [{"B": "x"}]}."""
    tree: dict[str, Any] = {}
    lists: dict[str, dict[int, dict[str, str]]] = {}
    below: dict[str, dict[str, str]] = {}
    for name, value in pairs.items():
        first, _, rest = name.partition(".")
        match = _LISTS.fullmatch(name) if rest.startswith("member.") else None
        if match is not None and match[1] == first:
            lists.setdefault(first, {}).setdefault(int(match[2]), {})[match[3] or ""] = value
        elif (nested := re.fullmatch(r"member\.([1-9]\d{0,4})(?:\.(.+))?", rest)) is not None:
            lists.setdefault(first, {}).setdefault(int(nested[1]), {})[nested[2] or ""] = value
        elif rest:
            below.setdefault(first, {})[rest] = value
        else:
            tree[first] = value
    for name, members in lists.items():
        tree[name] = [_item(members[at]) for at in sorted(members)]
    return tree | {name: _tree(members) for name, members in below.items()}


def _item(members: Mapping[str, str]) -> Any:
    return members[""] if members.keys() == {""} else _tree(members)


def _typed(shape: botocore.model.Shape, value: Any) -> Any:
    """A value as the model has it: texts of the query protocol become numbers, timestamps epoch seconds."""
    kind = shape.type_name
    try:
        if isinstance(shape, botocore.model.StructureShape):
            known = shape.members
            return {
                name: _typed(known[name], each) for name, each in value.items() if name in known and each is not None
            }
        if isinstance(shape, botocore.model.ListShape):
            if not isinstance(value, list):
                raise TypeError
            return [_typed(shape.member, each) for each in value]
        if kind == "timestamp":
            return _moment(value)
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("double", "float"):
            return float(value)
        if kind == "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise AwsError("InvalidParameterValue", f"The value {str(value)[:100]!r} is no {kind}.") from None
    if not isinstance(value, str):
        raise AwsError("InvalidParameterValue", f"The value {str(value)[:100]!r} is no text.")
    return value


def _moment(value: Any) -> float:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            read = datetime.fromisoformat(value)
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    return float(value)


def _check(shape: botocore.model.StructureShape | None, params: Params, where: str = "") -> None:
    """Raises AwsError for what the model requires and is not there."""
    if shape is None:
        return
    for name in shape.required_members:
        if name not in params:
            raise AwsError("MissingParameter", f"The parameter {where}{name} is required.")
    for name, value in params.items():
        member = shape.members[name]
        if isinstance(member, botocore.model.StructureShape):
            _check(member, value, f"{where}{name}.")
        elif isinstance(member, botocore.model.ListShape) and isinstance(member.member, botocore.model.StructureShape):
            for number, each in enumerate(value, 1):
                _check(member.member, each, f"{where}{name}.member.{number}.")


def _plain(shape: botocore.model.Shape | None, value: Any, *, moments: bool = False) -> Any:
    """A result for JSON, or (`moments`) for CBOR, which has timestamps of its own."""
    if isinstance(shape, botocore.model.StructureShape):
        return {
            name: _plain(shape.members[name], each, moments=moments) for name, each in value.items() if each is not None
        }
    if isinstance(shape, botocore.model.ListShape):
        return [_plain(shape.member, each, moments=moments) for each in value]
    if shape is not None and shape.type_name == "timestamp" and moments:
        return cbor2.CBORTag(1, float(value))
    return value


def _xml(shape: botocore.model.Shape, value: Any) -> str:
    if isinstance(shape, botocore.model.StructureShape):
        return "".join(
            f"<{name}>{_xml(shape.members[name], each)}</{name}>" for name, each in value.items() if each is not None
        )
    if isinstance(shape, botocore.model.ListShape):
        return "".join(f"<member>{_xml(shape.member, each)}</member>" for each in value)
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
