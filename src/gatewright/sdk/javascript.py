"""Api → a JavaScript client in the layout and with the calls of AWS's: `apigClientFactory.newClient(config)`.

It runs in browsers (script elements) and in Node.js 18 and newer, and needs nothing else.
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-generate-sdk-javascript.html
"""

from __future__ import annotations

from typing import Any

from gatewright.sdk import names
from gatewright.sdk.base import Api, Files, Method
from gatewright.sdk.render import render, static

_FOLDER = "apiGateway-js-sdk"
_CORE = ("utils", "simpleHttpClient", "sigV4Client", "apiGatewayClient")
# What every object has, and `then`, which would make the client look like a promise.
_RESERVED = ("then", "constructor", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf")


def files(api: Api) -> Files:
    """The client's files."""
    made = {
        f"{_FOLDER}/lib/apiGatewayCore/{name}.js": static(f"javascript/lib/apiGatewayCore/{name}.js") for name in _CORE
    }
    methods = _methods(api)
    variables = {"api": api, "methods": methods, "schemas": {model.name: model.schema for model in api.models}}
    for name in ("apigClient.js", "README.md", "package.json"):
        made[f"{_FOLDER}/{name}"] = render(f"javascript/{name}.j2", **variables)
    return made


def _methods(api: Api) -> list[dict[str, Any]]:
    """Each method under the name of its path and verb, and under its operation's name where that is free."""
    taken = names.Taken(*_RESERVED)
    made = [_method(method, taken.give(names.by_path(method.path, method.verb))) for method in api.methods]
    for each, method in zip(made, api.methods, strict=True):
        alias = names.camel(method.operation)
        each["alias"] = taken.give(alias) if alias and taken.free(alias) else ""
    return made


def _method(method: Method, name: str) -> dict[str, Any]:
    def of(place: str) -> list[str]:
        return [parameter.name for parameter in method.parameters if parameter.place == place]

    return {
        "name": name,
        "method": method,
        "request": {
            "verb": method.verb,
            "path": method.path,
            "pathParams": of("path"),
            "queryParams": of("querystring"),
            "headerParams": of("header"),
            "required": [parameter.name for parameter in method.parameters if parameter.required],
        },
    }
