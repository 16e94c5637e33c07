"""SSM in the query protocol, which AWS still speaks and moto does not: `POST /?Action=GetParameter&Name=…`.

API Gateway calls SSM's actions so; what it then answers to `Accept: application/json` was recorded. A query becomes a
call of the JSON protocol, its answer the query protocol's. Parameters are read by the rules of Smithy's awsQuery:
`Member`, `List.member.1`, `Map.entry.1.key`, `Structure.Member`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import uuid4

from gatewright.companions.form import parameters
from gatewright.companions.wsgi import Environ, Served

_SERVICES = frozenset({"ssm"})
_MOST = 1000  # items of one list


class Query:
    """One call in the query protocol."""

    def __init__(self, service: str, action: str, parameters: Mapping[str, str]) -> None:
        self._action = action
        model = _model(service)
        self._target = f"{model.metadata['targetPrefix']}.{action}"
        self._type = f"application/x-amz-json-{model.metadata['jsonVersion']}"
        known = action in model.operation_names
        shape = model.operation_model(action).input_shape if known else None
        self._input = (_read(shape, "", parameters) if shape is not None else None) or {}

    def apply(self, environ: Environ) -> Environ:
        """The same call in the JSON protocol."""
        body = json.dumps(self._input).encode()
        changed = {
            "QUERY_STRING": "",
            "CONTENT_TYPE": self._type,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_AMZ_TARGET": self._target,
            "wsgi.input": io.BytesIO(body),
        }
        return environ | changed

    def answer(self, served: Served) -> Served:
        """The answer in the query protocol's JSON."""
        status, headers, body = served
        try:
            said = json.loads(body) if body else {}
        except ValueError:
            return served
        request_id = str(uuid4())
        answer: dict[str, Any]
        if status < 400:
            result = {f"{self._action}Result": said, "ResponseMetadata": {"RequestId": request_id}}
            answer = {f"{self._action}Response": result}
        else:
            code = str(said.get("__type", "InternalFailure")).rpartition("#")[2]
            error = {"Code": code, "Message": said.get("message") or said.get("Message"), "Type": "Sender"}
            answer = {"Error": error, "RequestId": request_id}
        kept = [header for header in headers if header[0].lower() != b"content-type"]
        return status, [*kept, (b"Content-Type", b"application/json")], json.dumps(answer).encode()


def read_query(service: bytes | None, environ: Environ) -> Query | None:
    """The query that a request is, None for any other request."""
    name = service.decode("latin-1") if service is not None else ""
    if name not in _SERVICES or "HTTP_X_AMZ_TARGET" in environ:
        return None
    given = parameters(environ)
    action = given.get("Action")
    return Query(name, action, given) if action else None


@lru_cache(maxsize=4)
def _model(service: str) -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model(service)


def _read(shape: Any, prefix: str, parameters: Mapping[str, str]) -> Any:
    """The value of a shape, None when no parameter names it."""
    kind = shape.type_name
    if kind in ("structure", "list", "map"):
        if prefix and not any(name.startswith(prefix + ".") for name in parameters):
            return None
        return _COMPOSED[kind](shape, prefix, parameters)
    text = parameters.get(prefix)
    if text is None:
        return None
    if kind == "boolean":
        return text.lower() == "true"
    if kind in ("integer", "long") and text.lstrip("-").isdigit():
        return int(text)
    return text


def _structure(shape: Any, prefix: str, parameters: Mapping[str, str]) -> Any:
    begin = f"{prefix}." if prefix else ""
    pairs = ((name, _read(member, begin + name, parameters)) for name, member in shape.members.items())
    return {name: value for name, value in pairs if value is not None}


def _list(shape: Any, prefix: str, parameters: Mapping[str, str]) -> Any:
    values = []
    for number in range(1, _MOST):
        value = _read(shape.member, f"{prefix}.member.{number}", parameters)
        if value is None:
            break
        values.append(value)
    return values


def _map(shape: Any, prefix: str, parameters: Mapping[str, str]) -> Any:
    values = {}
    for number in range(1, _MOST):
        key = parameters.get(f"{prefix}.entry.{number}.key")
        if key is None:
            break
        values[key] = _read(shape.value, f"{prefix}.entry.{number}.value", parameters)
    return values


_COMPOSED = {"structure": _structure, "list": _list, "map": _map}
