"""The door to botocore: its bundled service models, read into `shapes` records.

Only the model files are used: no Session, no client. Reading one and turning it into records takes some 20 ms, once
per process; what is made of an operation (see `codec`) is made when it is first called.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

from gatewright.aws.shapes import Member, OperationModel, ServiceModel, Shape

_PLACE = (
    "shape",
    "documentation",
    "location",
    "locationName",
    "jsonvalue",
    "streaming",
    "idempotencyToken",
    "eventpayload",
)


@cache
def load(name: str) -> ServiceModel:
    """The model of a service by botocore's name ("apigateway"). Raises botocore's UnknownServiceError."""
    document = _loader().load_service_model(name, "service-2")
    shapes = _Shapes(document["shapes"])
    metadata = document["metadata"]
    return ServiceModel(
        name=name,
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        operations={key: _operation(name, key, each, shapes) for key, each in document["operations"].items()},
        errors={key: shapes.named(key) for key, shape in document["shapes"].items() if shape.get("exception")},
    )


@cache
def _loader() -> Loader:
    return Loader()


def _operation(service: str, name: str, document: Mapping[str, Any], shapes: _Shapes) -> OperationModel:
    http = document["http"]
    path, _, query = http["requestUri"].partition("?")
    return OperationModel(
        service=service,
        name=name,
        handler=xform_name(name),
        method=http["method"],
        path=path,
        constants=tuple(_constant(pair) for pair in query.split("&") if pair),
        status=http.get("responseCode", 200),
        input=shapes.member(document["input"]) if "input" in document else None,
        output=shapes.member(document["output"]) if "output" in document else None,
    )


def _constant(pair: str) -> tuple[str, str]:
    key, _, value = pair.partition("=")
    return key, value


class _Shapes:
    """Shapes by name, each made once; a member with constraints of its own gets a shape of its own."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents
        self._made: dict[str, Shape] = {}

    def named(self, name: str) -> Shape:
        shape = self._made.get(name)
        if shape is None:
            shape = Shape(name, self._documents[name]["type"])
            self._made[name] = shape  # before it is filled: shapes may contain themselves
            self._fill(shape, self._documents[name])
        return shape

    def member(self, reference: Mapping[str, Any]) -> Shape:
        """The shape that a reference (a member, an element, an operation's input) points at."""
        own = {key: value for key, value in reference.items() if key not in _PLACE}
        if not own:
            return self.named(reference["shape"])
        document = {**self._documents[reference["shape"]], **own}
        shape = Shape(reference["shape"], document["type"])
        self._fill(shape, document)
        return shape

    def _fill(self, shape: Shape, document: Mapping[str, Any]) -> None:
        shape.enum = tuple(document.get("enum", ()))
        shape.minimum, shape.maximum = document.get("min"), document.get("max")
        shape.pattern = document.get("pattern")
        shape.timestamp = document.get("timestampFormat")
        shape.sensitive = document.get("sensitive", False)
        shape.events = document.get("eventstream", False)
        if document.get("exception"):
            shape.status = document.get("error", {}).get("httpStatusCode", 400)
        if shape.type == "structure":
            shape.payload = document.get("payload")
            required = document.get("required", ())
            shape.members = tuple(self._member(n, m, n in required) for n, m in document["members"].items())
        elif shape.type in ("list", "map"):
            reference = document["member" if shape.type == "list" else "value"]
            shape.element = self.member(reference)
            shape.element_wire = reference.get("locationName")
            shape.key = self.member(document["key"]) if shape.type == "map" else None

    def _member(self, name: str, reference: Mapping[str, Any], required: bool) -> Member:
        return Member(
            name=name,
            wire=reference.get("locationName", name),
            shape=self.member(reference),
            location=reference.get("location", "body"),
            required=required,
            json_value=reference.get("jsonvalue", False),
        )
