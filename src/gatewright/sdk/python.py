"""Api → a Python client: a package for `pip install` or plain import, typed, on the standard library alone.

Not among AWS's SDK types; Gatewright adds it.
"""

from __future__ import annotations

import json
from typing import Any

from gatewright.sdk import names
from gatewright.sdk.annotations import shape_of
from gatewright.sdk.base import Api, Files, Method
from gatewright.sdk.render import render, static

PACKAGE = "apig_client"  # unless the caller names it
_FOLDER = "apiGateway-python-sdk"
# What a client has besides the API's methods, and the names that a generated method uses itself.
_METHODS = ("invoke_url", "region")
_ARGUMENTS = ("self", "body", "headers", "query")
_BODY = "bytes | str | None"


def files(api: Api, package: str = PACKAGE) -> Files:
    """The client's files. `package`: a Python identifier."""
    models = _models(api)
    variables = {
        "api": api,
        "package": package,
        "distribution": package.replace("_", "-").strip("-") or "client",
        "version": "1.0.0",
        "doc": " ".join(f"{api.name}: a client generated from a deployed REST API.".split()),
        "methods": _methods(api, {model["name"]: model["identifier"] for model in models}),
        "models": models,
        "schemas": json.dumps({model.name: model.schema for model in api.models}),
    }
    made = {
        f"{_FOLDER}/{package}/_core.py": static("python/package/_core.py"),
        f"{_FOLDER}/{package}/py.typed": "",
    }
    for name in ("__init__.py", "client.py", "models.py"):
        made[f"{_FOLDER}/{package}/{name}"] = render(f"python/package/{name}.j2", **variables)
    for name in ("pyproject.toml", "README.md"):
        made[f"{_FOLDER}/{name}"] = render(f"python/{name}.j2", **variables)
    return made


def _methods(api: Api, models: dict[str, str]) -> list[dict[str, Any]]:
    """Each method under the name of its path and verb, and under its operation's name where that is free."""
    taken = names.Taken(*_METHODS)
    made = [
        _method(method, taken.give(names.snake(names.by_path(method.path, method.verb))), models)
        for method in api.methods
    ]
    for each, method in zip(made, api.methods, strict=True):
        alias = names.snake(method.operation)
        each["alias"] = taken.give(alias) if alias and taken.free(alias) else ""
    return made


def _method(method: Method, name: str, models: dict[str, str]) -> dict[str, Any]:
    taken = names.Taken(*_ARGUMENTS)
    parameters = [
        {
            "identifier": taken.give(names.snake(parameter.name) or parameter.place),
            "annotation": "Values" if parameter.place == "querystring" else "Value",
            "name": parameter.name,
            "place": parameter.place,
            "required": parameter.required,
        }
        for parameter in method.parameters
    ]
    model = models.get(method.body or "")
    return {
        "name": name,
        "method": method,
        "parameters": parameters,
        "body": f"models.{model} | {_BODY}" if model else "Any",
        "doc": _doc(method),
    }


def _doc(method: Method) -> str:
    lines = [f"{method.verb} {method.path}"]
    lines += [f"Answers {status} with the model {model}." for status, model in method.returns.items()]
    if method.api_key:
        lines.append("Needs an API key.")
    if method.authorization == "AWS_IAM":
        lines.append("Needs access_key and secret_key.")
    return "\n".join(lines)


def _models(api: Api) -> list[dict[str, Any]]:
    taken = names.Taken("SCHEMAS", "TypedDict", "TypeAlias", "Any")
    identifiers = {model.name: taken.give(names.pascal(model.name) or "Model") for model in api.models}
    return [
        {
            "name": model.name,
            "identifier": identifiers[model.name],
            "description": model.description,
            "doc": " ".join(model.description.split()) or f"The model {model.name}.",
            **shape_of(model.schema, identifiers),
        }
        for model in api.models
    ]
