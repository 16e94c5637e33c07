"""Request validation: required parameters (400), then the body against the model for its media type (400).

AWS: "Request validation for REST APIs". A parameter that is blank counts as missing; header names match in any case. A
body of a media type that has no model is not looked at. What exactly is wrong with a body is not told to the caller,
unless a gateway response shows `$context.error.validationErrorString`.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.language.media import first_media_type
from gatewright.language.schema import Schema
from gatewright.program.records import MethodProgram, RequiredParameter

_LINE: Final = 1024  # characters


def build(method: MethodProgram, parts: Parts) -> Step | None:
    validation = method.validation
    if validation is None:
        return None
    required = validation.parameters
    models = dict(validation.models)

    def validate(exchange: Exchange) -> None:
        if required:
            missing = [each.name for each in required if not _value(exchange, each).strip()]
            if missing:
                words = f"Missing required request parameters: [{', '.join(missing)}]"
                raise GatewayError("BAD_REQUEST_PARAMETERS", words, log=words)
        if models:
            kind = first_media_type(exchange.header(b"content-type"))
            model = models.get(kind) or models.get("$default")
            if model is not None:
                _check(exchange.body, kind, model)

    return validate


def _value(exchange: Exchange, parameter: RequiredParameter) -> str:
    """The value of a parameter, empty when there is none: of several the last, as mappings read it."""
    if parameter.location == "header":
        raw = exchange.header(parameter.name.lower().encode())
        return "" if raw is None else raw.decode("latin-1")
    if parameter.location == "path":
        return exchange.path_parameter(parameter.name) or ""
    values = [value for key, value in exchange.query if key == parameter.name]
    return values[-1] if values else ""


def _check(body: bytes, kind: str, model: Schema) -> None:
    problems = model.problems(body)
    if problems:
        found = f"[{', '.join(problems)}]"
        raise GatewayError(
            "BAD_REQUEST_BODY",
            log=_line(f"Request body does not match model schema for content type {kind}: {found}"),
            validation=found,
        )


def _line(text: str) -> str:
    """A line for logs: what the body holds must neither break it nor make it long (AWS cuts at 1,024 bytes)."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[:_LINE])
    return shown if len(text) <= _LINE else f"{shown}…"
