"""Actions of AWS services as HTTP APIs call them: parameters of an `integrationSubtype` → a request, not yet signed.

What each service calls the parameters is a table; the protocols are those of its API reference: JSON for EventBridge,
Kinesis and Step Functions, the query protocol for SQS (so that it answers with XML), REST for AppConfig. Lists and maps
come as JSON text. unverified: that they do, and that `Data` of Kinesis-PutRecord is base64 already, as the service's
own API takes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from gatewright.catalog.services import Service
from gatewright.net.base import Header

Values = Mapping[str, str]
_FORM: Header = (b"Content-Type", b"application/x-www-form-urlencoded; charset=utf-8")


class BadParameterError(ValueError):
    """A parameter's value that cannot be what the action takes. The message says which."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A request to a service."""

    method: bytes
    target: bytes
    headers: tuple[Header, ...]
    body: bytes


def make_call(subtype: str, service: Service, values: Values) -> ServiceCall:
    """The call of a subtype's action. Raises BadParameterError."""
    action = subtype.partition("-")[2]
    if service.id == "sqs":
        return _query(action, service, values)
    if subtype == "AppConfig-GetConfiguration":
        return _configuration(values)
    return _json(action, service, _DOCUMENTS[subtype](values))


def _json(action: str, service: Service, document: Mapping[str, Any]) -> ServiceCall:
    headers: tuple[Header, ...] = (
        (b"Content-Type", f"application/x-amz-json-{service.json_version}".encode()),
        (b"X-Amz-Target", f"{service.target}.{action}".encode()),
    )
    return ServiceCall(b"POST", b"/", headers, orjson.dumps(document))


def _events(values: Values) -> dict[str, Any]:
    entry: dict[str, Any] = {name: value for name, value in values.items() if name not in ("Time", "Resources")}
    if "Resources" in values:
        entry["Resources"] = _list("Resources", values["Resources"])
    if "Time" in values:
        entry["Time"] = _time(values["Time"])
    return {"Entries": [entry]}


def _camel(values: Values) -> dict[str, Any]:
    """Members of Step Functions begin with a small letter."""
    return {name[0].lower() + name[1:]: value for name, value in values.items()}


# What a JSON service gets, by subtype.
_DOCUMENTS: Mapping[str, Callable[[Values], Mapping[str, Any]]] = {
    "EventBridge-PutEvents": _events,
    "Kinesis-PutRecord": lambda values: values,
    "StepFunctions-StartExecution": _camel,
    "StepFunctions-StartSyncExecution": _camel,
    "StepFunctions-StopExecution": _camel,
}

# Members of SQS's query protocol that are lists and maps, by the parameter's name.
_LISTS: Final = {"AttributeNames": "AttributeName", "MessageAttributeNames": "MessageAttributeName"}
_MAPS: Final = {"MessageAttributes": "MessageAttribute", "MessageSystemAttributes": "MessageSystemAttribute"}


def _query(action: str, service: Service, values: Values) -> ServiceCall:
    pairs = [("Action", action), ("Version", service.version or "")]
    for name, value in values.items():
        if name in _LISTS:
            items = enumerate(_list(name, value), 1)
            pairs += [(f"{_LISTS[name]}.{number}", item) for number, item in items]
        elif name in _MAPS:
            pairs += _attributes(name, value)
        else:
            pairs.append((name, value))
    return ServiceCall(b"POST", b"/", (_FORM,), urlencode(pairs).encode())


def _attributes(name: str, text: str) -> list[tuple[str, str]]:
    """`{"city": {"DataType": "String", "StringValue": "Ulm"}}` as numbered members."""
    found = _parsed(name, text)
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise BadParameterError(f"{name} is no JSON object of attributes")
    pairs = []
    for number, (key, attribute) in enumerate(found.items(), 1):
        prefix = f"{_MAPS[name]}.{number}"
        pairs.append((f"{prefix}.Name", key))
        pairs += [(f"{prefix}.Value.{member}", str(value)) for member, value in attribute.items()]
    return pairs


def _configuration(values: Values) -> ServiceCall:
    if any(values[name] in (".", "..") for name in ("Application", "Environment", "Configuration")):
        raise BadParameterError("a name leads out of its place in the path")
    path = "/applications/{Application}/environments/{Environment}/configurations/{Configuration}"
    path = path.format(**{name: quote(value, safe="") for name, value in values.items()})
    query = {"client_id": values["ClientId"]}
    if "ClientConfigurationVersion" in values:
        query["client_configuration_version"] = values["ClientConfigurationVersion"]
    return ServiceCall(b"GET", f"{path}?{urlencode(query)}".encode(), (), b"")


def _list(name: str, text: str) -> list[str]:
    """A JSON list of texts; one that is written with commas is taken too."""
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    found = _parsed(name, text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise BadParameterError(f"{name} is no JSON list of texts")
    return found


def _time(text: str) -> float:
    """Epoch seconds, as the JSON protocol has times. Given as such, or by RFC 3339."""
    try:
        return float(text) if text.replace(".", "", 1).isdigit() else datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise BadParameterError("Time is no RFC 3339 timestamp") from None


def _parsed(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadParameterError(f"{name} is no JSON") from None
