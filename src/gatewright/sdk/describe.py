"""Snapshot → Api.

A method ANY becomes one method per verb that the resource does not define itself (unverified: whether AWS does so).
Path parameters are those of the path, declared or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.sdk.base import Api, Method, Model, Parameter

VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_PLACES = ("path", "querystring", "header")
_IN_PATH = re.compile(r"\{([^{}]+?)\+?\}")

Body = Mapping[str, Any]


def describe(snapshot: Body, *, region: str, url: str) -> Api:
    """The API of a deployment's snapshot; methods in order of path and verb."""
    api = snapshot["api"]
    resources = sorted(snapshot.get("resources") or (), key=lambda resource: str(resource["path"]))
    return Api(
        name=str(api.get("name") or ""),
        version=str(api.get("version") or ""),
        description=str(api.get("description") or ""),
        region=region,
        url=url.rstrip("/"),
        methods=tuple(method for resource in resources for method in _methods(resource)),
        models=tuple(sorted(map(_model, snapshot.get("models") or ()), key=lambda model: model.name)),
    )


def _methods(resource: Body) -> Iterator[Method]:
    methods: Body = resource.get("resourceMethods") or {}
    for verb in VERBS:
        method = methods.get(verb, methods.get("ANY"))
        if method is not None:
            yield _method(str(resource["path"]), verb, method, own=verb in methods)


def _method(path: str, verb: str, method: Body, *, own: bool) -> Method:
    models = [str(name) for _, name in sorted((method.get("requestModels") or {}).items())]
    return Method(
        path=path,
        verb=verb,
        operation=str(method.get("operationName") or "") if own else "",
        parameters=tuple(_parameters(path, method.get("requestParameters") or {})),
        body=models[0] if models else None,
        returns=dict(_returns(method.get("methodResponses") or {})),
        authorization=str(method.get("authorizationType") or "NONE"),
        api_key=bool(method.get("apiKeyRequired")),
    )


def _parameters(path: str, declared: Body) -> Iterator[Parameter]:
    inside = dict.fromkeys(_IN_PATH.findall(path))
    yield from (Parameter(name, "path", required=True) for name in inside)
    for expression, required in sorted(declared.items()):
        parts = str(expression).split(".", 3)
        if len(parts) == 4 and parts[2] in _PLACES and not (parts[2] == "path" and parts[3] in inside):
            yield Parameter(parts[3], parts[2], required=bool(required) and parts[2] != "path")


def _returns(responses: Body) -> Iterator[tuple[str, str]]:
    for status, response in sorted(responses.items()):
        models = sorted((response.get("responseModels") or {}).items())
        if models:
            yield str(status), str(models[0][1])


def _model(model: Body) -> Model:
    return Model(str(model["name"]), str(model.get("description") or ""), _schema(model.get("schema")))


def _schema(text: Any) -> dict[str, Any]:
    """A schema that is no JSON object says nothing."""
    try:
        schema = json.loads(text or "", parse_constant=lambda word: None)
        json.dumps(schema, allow_nan=False)  # 1e999 reads as infinite
    except (ValueError, TypeError, RecursionError):
        return {}
    return schema if isinstance(schema, dict) else {}
