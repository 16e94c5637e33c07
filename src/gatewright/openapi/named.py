"""A deployment's snapshot → a definition: ids become names, defaults and what the store adds fall away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from gatewright.catalog import defaults
from gatewright.openapi.base import REFERENCE, Body, Definition, DocumentError
from gatewright.openapi.schemas import referring

_API = (
    "name",
    "version",
    "description",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "policy",
    "endpointConfiguration",
    "securityPolicy",
    "endpointAccessMode",
)
_METHOD = (
    "httpMethod",
    "authorizationType",
    "apiKeyRequired",
    "operationName",
    "authorizationScopes",
    "requestParameters",
    "requestModels",
    "methodResponses",
)
_BORN_WITH = frozenset(name for name, *_ in defaults.MODELS)
_INTEGRATION: Body = {"cacheKeyParameters": [], "timeoutInMillis": defaults.TIMEOUT, "connectionType": "INTERNET"}


def definition(snapshot: Mapping[str, Any]) -> Definition:
    """The definition that a snapshot froze. Raises DocumentError for models that are used and are no JSON schema."""
    authorizers = {each["id"]: each["name"] for each in snapshot.get("authorizers", ())}
    validators = {each["id"]: each["name"] for each in snapshot.get("requestValidators", ())}
    resources = {
        resource["path"]: {
            verb: _method(method, resource["id"], authorizers, validators)
            for verb, method in (resource.get("resourceMethods") or {}).items()
        }
        for resource in snapshot["resources"]
    }
    return Definition(
        api={name: snapshot["api"][name] for name in _API if snapshot["api"].get(name) is not None},
        resources=_leaves(resources),
        models=_models(snapshot.get("models", ()), set(_used(resources))),
        authorizers=[_without_id(each) for each in snapshot.get("authorizers", ())],
        validators=[_without_id(each) for each in snapshot.get("requestValidators", ())],
        gateway_responses=[dict(each) for each in snapshot.get("gatewayResponses", ())],
    )


def _without_id(document: Mapping[str, Any]) -> Body:
    return {name: value for name, value in document.items() if name != "id" and not name.startswith("_")}


def _leaves(resources: dict[str, dict[str, Body]]) -> dict[str, dict[str, Body]]:
    """Resources that have methods, or nothing below them; the others come back with what is below."""
    paths = list(resources)
    return {
        path: methods
        for path, methods in resources.items()
        if methods or not any(other != path and other.startswith(path.rstrip("/") + "/") for other in paths)
        if methods or path != "/"
    }


def _method(method: Mapping[str, Any], resource_id: str, authorizers: Body, validators: Body) -> Body:
    found = {name: method[name] for name in _METHOD if method.get(name) not in (None, {}, [], "")}
    found.setdefault("apiKeyRequired", False)
    if method.get("authorizerId") in authorizers:
        found["authorizer"] = authorizers[method["authorizerId"]]
    if method.get("requestValidatorId") in validators:
        found["validator"] = validators[method["requestValidatorId"]]
    integration = method.get("methodIntegration")
    if integration is not None:
        found["methodIntegration"] = {
            name: value
            for name, value in integration.items()
            if value is not None
            and value != _INTEGRATION.get(name)
            and (name, value) != ("cacheNamespace", resource_id)
        }
    return found


def _used(resources: dict[str, dict[str, Body]]) -> Iterator[str]:
    """The models that methods name."""
    for methods in resources.values():
        for method in methods.values():
            yield from (method.get("requestModels") or {}).values()
            for response in (method.get("methodResponses") or {}).values():
                yield from (response.get("responseModels") or {}).values()


def _models(documents: Any, used: set[str]) -> list[Body]:
    """All models but those that every API is born with and none of its methods uses (unverified)."""
    found = []
    for document in documents:
        schema = _schema(document)
        if schema is None:
            if document["name"] in used:
                raise DocumentError("JSON body models are not found")  # unverified wording
            continue
        if document["name"] in _BORN_WITH and document["name"] not in used:
            continue
        found.append(_without_id(document) | {"schema": referring(schema, lambda name: REFERENCE + name)})
    return found


def _schema(model: Mapping[str, Any]) -> Body | None:
    try:
        schema = orjson.loads(model.get("schema") or "null")
    except orjson.JSONDecodeError:
        return None
    return schema if isinstance(schema, dict) else None
