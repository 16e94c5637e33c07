"""Request validation: which of an API's models and validators a stage needs, and what they make of a method.

AWS: "Request validation for REST APIs". A method validates when its validator has a flag on; all others need nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.deploy.methods import RefusedError
from gatewright.language.schema import Schema, SchemaError, compile_schema, reachable
from gatewright.program.records import RequiredParameter, Validation

Body = Mapping[str, Any]
_FLAGS = ("validateRequestBody", "validateRequestParameters")
_PREFIX = "method.request."


def needed(snapshot: Body) -> dict[str, Any]:
    """Members for the program document: {"validators": {id: flags}, "models": {name: schema}}, as far as needed."""
    switched_on = {
        each["id"]: {flag: True for flag in _FLAGS if each.get(flag)}
        for each in snapshot.get("requestValidators") or ()
        if any(each.get(flag) for flag in _FLAGS)
    }
    validators: dict[str, Any] = {}
    names: set[str] = set()
    for method in _methods(snapshot):
        flags = switched_on.get(method.get("requestValidatorId") or "")
        if flags is not None:
            validators[method["requestValidatorId"]] = flags
            if "validateRequestBody" in flags:
                names |= set((method.get("requestModels") or {}).values())
    if not validators:
        return {}
    texts = {each["name"]: each["schema"] for each in snapshot.get("models") or ()}
    wanted = names.union(*(_reachable(name, texts) for name in names))
    models = {name: texts[name] for name in sorted(wanted) if name in texts}
    return {"validators": validators} | ({"models": models} if models else {})


def _reachable(name: str, texts: Mapping[str, str]) -> set[str]:
    try:
        return reachable(texts[name], texts) if name in texts else set()
    except SchemaError:  # compiling says what is wrong
        return set()


def _methods(snapshot: Body) -> Iterator[Body]:
    for resource in snapshot["resources"]:
        yield from (resource.get("resourceMethods") or {}).values()


class Validators:
    """The validators of a program document. Each model is compiled once."""

    def __init__(self, document: Body) -> None:
        self._validators: Body = document.get("validators") or {}
        self._models: Mapping[str, str] = document.get("models") or {}
        self._compiled: dict[str, Schema] = {}

    def compile(self, method: Body) -> Validation | None:
        """What is checked of a method's requests; None: nothing. Raises RefusedError."""
        flags = self._validators.get(method.get("requestValidatorId") or "")
        if not flags:
            return None
        parameters = _required(method) if flags.get("validateRequestParameters") else ()
        models = self._schemas(method) if flags.get("validateRequestBody") else ()
        return Validation(parameters, models) if parameters or models else None

    def _schemas(self, method: Body) -> tuple[tuple[str, Schema], ...]:
        models = method.get("requestModels") or {}
        return tuple((_media_type(kind), self._schema(name)) for kind, name in models.items())

    def _schema(self, name: str) -> Schema:
        if name not in self._compiled:
            if name not in self._models:
                raise RefusedError(f"there is no model {name}, which the request is validated against")
            try:
                self._compiled[name] = compile_schema(self._models[name], self._models)
            except SchemaError as error:
                raise RefusedError(f"model {name} cannot be used to validate requests: {error}") from None
        return self._compiled[name]


def _required(method: Body) -> tuple[RequiredParameter, ...]:
    """In the order in which AWS lists those that are missing: by place (header, path, querystring), then by name."""
    declared = method.get("requestParameters") or {}
    keys = sorted(key for key, required in declared.items() if required is True and key.startswith(_PREFIX))
    return tuple(RequiredParameter(*key.removeprefix(_PREFIX).split(".", 1)) for key in keys)


def _media_type(kind: str) -> str:
    return kind if kind == "$default" else kind.partition(";")[0].strip().lower()
