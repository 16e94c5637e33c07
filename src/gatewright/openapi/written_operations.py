"""Methods → operations, in either dialect: the counterpart of `operations`."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from gatewright.openapi import integrations, security
from gatewright.openapi.base import REFERENCE, VERBS, Body, Definition
from gatewright.openapi.documentation import PARAMETERS, Index, made_up
from gatewright.openapi.operations import VALIDATOR

_KEYS = {verb: key for key, verb in VERBS.items()}
_PLACES = {"querystring": "query", "path": "path", "header": "header"}
_TEXT = {"type": "string"}
_SAID = ("description",)


class Operations:
    """Writes the operations of one document; `used` are the names of the security schemes that they need."""

    def __init__(self, definition: Definition, said: Index, *, swagger: bool, wanted: Set[str]) -> None:
        self._said = said
        self._swagger = swagger
        self._wanted = wanted
        self.used: set[str] = set()
        taken = {each["name"] for each in definition.authorizers}
        self.names = {kind: _free(kind, taken) for kind in ("api_key", "sigv4")}

    def item(self, path: str, methods: dict[str, Body]) -> Body:
        """The path item of a resource."""
        about = {} if self._swagger else self._said.find("RESOURCE", ("summary", "description"), path)
        return about | {_KEYS[verb]: self._operation(path, verb, method) for verb, method in methods.items()}

    def _operation(self, path: str, verb: str, method: Body) -> Body:
        written = dict(self._said.method(path, verb))
        if method.get("operationName"):
            written["operationId"] = method["operationName"]
        parameters = self._parameters(path, verb, method)
        models = method.get("requestModels") or {}
        if self._swagger:
            written |= _types(method)
            if models:
                parameters.append(self._body(path, verb, models))
        if parameters:
            written["parameters"] = parameters
        if models and not self._swagger:
            content = {kind: {"schema": self._reference(name)} for kind, name in models.items()}
            about = self._said.find("REQUEST_BODY", _SAID, path, verb)
            written["requestBody"] = about | {"content": content, "required": True}
        written["responses"] = {
            status: self._response(path, verb, status, response)
            for status, response in (method.get("methodResponses") or {}).items()
        }
        requirements = security.requirements_of(method, self.names)
        if requirements:
            written["security"] = requirements
            self.used.update(name for requirement in requirements for name in requirement)
        if "apigateway" in self._wanted and method.get("validator"):
            written[VALIDATOR] = method["validator"]
        if "integrations" in self._wanted and "methodIntegration" in method:
            written[integrations.INTEGRATION] = integrations.write(method["methodIntegration"])
        return written

    def _parameters(self, path: str, verb: str, method: Body) -> list[Body]:
        written = []
        for key, required in (method.get("requestParameters") or {}).items():
            _, _, kind, name = key.split(".", 3)
            parameter: Body = {"name": name, "in": _PLACES[kind]}
            parameter |= self._said.find(PARAMETERS[_PLACES[kind]], _SAID, path, verb, name=name)
            if self._swagger or required:
                parameter["required"] = bool(required)
            written.append(parameter | (_TEXT if self._swagger else {"schema": _TEXT}))
        return written

    def _body(self, path: str, verb: str, models: dict[str, str]) -> Body:
        """Swagger 2.0 knows one model for all types: that of JSON, or else the first."""
        name = models.get("application/json") or next(iter(models.values()))
        about = self._said.find("REQUEST_BODY", _SAID, path, verb)
        return {"in": "body", "name": name, **about, "required": True, "schema": self._reference(name)}

    def _response(self, path: str, verb: str, status: str, response: Body) -> Body:
        written: Body = {"description": made_up(status)} | self._said.find("RESPONSE", _SAID, path, verb, status)
        models = response.get("responseModels") or {}
        if self._swagger and models:
            written["schema"] = self._reference(models.get("application/json") or next(iter(models.values())))
        headers = {}
        for key, required in (response.get("responseParameters") or {}).items():
            name = key.removeprefix("method.response.header.")
            about = self._said.find("RESPONSE_HEADER", _SAID, path, verb, status, name)
            if not self._swagger and required:
                about["required"] = True
            headers[name] = about | (_TEXT if self._swagger else {"schema": _TEXT})
        if headers:
            written["headers"] = headers
        if not self._swagger:
            written["content"] = {kind: {"schema": self._reference(name)} for kind, name in models.items()}
        return written

    def _reference(self, model: str) -> Body:
        return {"$ref": (REFERENCE if self._swagger else "#/components/schemas/") + model}


def _types(method: Body) -> Body:
    """What an operation consumes and produces: the types of its models, or where it has none of its templates.

    Swagger 2.0 has one list for all responses: that they have models of different types is lost.
    """
    integration = method.get("methodIntegration") or {}
    responses = (method.get("methodResponses") or {}).values()
    answers = (integration.get("integrationResponses") or {}).values()
    consumes: Any = method.get("requestModels") or integration.get("requestTemplates") or {}
    produces = dict.fromkeys(kind for each in responses for kind in each.get("responseModels") or {})
    if not produces:
        produces = dict.fromkeys(kind for each in answers for kind in each.get("responseTemplates") or {})
    written = {"consumes": list(consumes), "produces": list(produces)}
    return {name: kinds for name, kinds in written.items() if kinds}


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
