"""Path items and operations → methods: parameters, bodies, responses, authorization, integration."""

from __future__ import annotations

import re
from typing import Any

from gatewright.openapi import integrations, schemas, security
from gatewright.openapi.base import PREFIX, VERBS, Body
from gatewright.openapi.documentation import PARAMETERS, Collector
from gatewright.openapi.source import Source, is_status, step

VALIDATOR = PREFIX + "request-validator"
_REQUEST = {"query": "querystring", "path": "path", "header": "header"}
_VARIABLE = re.compile(r"\{([^/{}]+?)\+?\}")
_REQUEST_BODY = "request to method '{verb} {path}'"  # unverified wording
_JSON = ("application/json",)
_KNOWN = frozenset({integrations.INTEGRATION, security.AUTH, VALIDATOR, PREFIX + "any-method"})


class Operations:
    """Reads the operations of one document."""

    def __init__(self, source: Source, schemes: security.Schemes, documentation: Collector) -> None:
        self._source = source
        self._schemes = schemes
        self._documentation = documentation

    def item(self, path: str, value: Any, place: str) -> dict[str, Body]:
        """The methods of a path item."""
        node, place = self._source.resolve(value, place)
        self._documentation.resource(node, path)
        shared = node.get("parameters")
        methods = {}
        for key, operation in node.items():
            where = step(place, key)
            if key in VERBS:
                methods[VERBS[key]] = self._method(path, VERBS[key], operation, where, (shared, place))
            elif key == "trace":
                self._source.warn(f"Unsupported method 'TRACE' of resource '{path}'. Ignoring.")  # unverified
            elif key.startswith(PREFIX):
                self._source.warn(f"Unsupported extension '{key}' at '{place}'. Ignoring.")  # unverified
        return methods

    def _method(self, path: str, verb: str, value: Any, place: str, shared: tuple[Any, str]) -> Body:
        source = self._source
        operation = source.mapping(value, place)
        self._documentation.method(operation, path, verb)
        method: Body = {"httpMethod": verb, "authorizationType": "NONE", "apiKeyRequired": False}
        name = source.text(operation.get("operationId"), f"{place}/operationId")
        if name:
            method["operationName"] = name
        self._authorize(operation, place, method)
        self._request(operation, place, method, path, shared)
        responses = self._responses(operation, place, path, verb)
        if responses:
            method["methodResponses"] = responses
        validator = operation.get(VALIDATOR, source.tree.get(VALIDATOR))
        if validator is not None:
            method["validator"] = source.text(validator, step(place, VALIDATOR))
        if operation.get(integrations.INTEGRATION) is not None:
            where = step(place, integrations.INTEGRATION)
            extension = operation[integrations.INTEGRATION]
            method["methodIntegration"] = integrations.read(source, extension, where, verb, path)
        for key in operation:
            if key.startswith(PREFIX) and key not in _KNOWN:
                source.warn(f"Unsupported extension '{key}' at '{place}'. Ignoring.")  # unverified
        return method

    def _authorize(self, operation: Body, place: str, method: Body) -> None:
        own = operation.get("security")
        if own is not None:
            self._schemes.apply(own, f"{place}/security", method)
        else:
            self._schemes.apply(self._source.tree.get("security"), "/security", method)
        security.override(self._source, operation, place, method)

    def _request(self, operation: Body, place: str, method: Body, path: str, shared: tuple[Any, str]) -> None:
        verb = method["httpMethod"]
        found: dict[str, bool] = {f"method.request.path.{name}": True for name in _VARIABLE.findall(path)}
        models: dict[str, str] = {}
        for parameters, owner in ((shared[0], shared[1]), (operation.get("parameters"), place)):
            for at, value in enumerate(self._source.sequence(parameters, f"{owner}/parameters")):
                node, where = self._source.resolve(value, f"{owner}/parameters/{at}")
                if node.get("in") == "body":
                    models |= self._body(operation, node, where, _REQUEST_BODY.format(verb=verb, path=path))
                    self._documentation.note("REQUEST_BODY", node, path=path, method=verb)
                else:
                    self._parameter(node, where, path, verb, found)
        if operation.get("requestBody") is not None:
            node, where = self._source.resolve(operation["requestBody"], f"{place}/requestBody")
            models |= self._content(node, where, _REQUEST_BODY.format(verb=verb, path=path))
            self._documentation.note("REQUEST_BODY", node, path=path, method=verb)
        if found:
            method["requestParameters"] = found
        if models:
            method["requestModels"] = models

    def _parameter(self, node: Body, place: str, path: str, verb: str, found: dict[str, bool]) -> None:
        source = self._source
        if not node:
            return
        name, where = source.text(node.get("name"), f"{place}/name"), node.get("in")
        if not name or not isinstance(where, str):
            source.problem(place, "a parameter needs a name and 'in'")
        elif where in _REQUEST:
            required = source.boolean(node.get("required"), f"{place}/required")
            found[f"method.request.{_REQUEST[where]}.{name}"] = bool(required)
            self._documentation.note(PARAMETERS[where], node, path=path, method=verb, name=name)
        else:  # unverified wording
            source.warn(
                f"Unsupported parameter '{name}' in '{where}' of resource '{path}' and method '{verb}'. Ignoring."
            )

    def _body(self, operation: Body, node: Body, place: str, owner: str) -> dict[str, str]:
        """Swagger 2.0: the schema of the body parameter, for each type that the operation consumes."""
        model = schemas.model_name(self._source, node.get("schema"), f"{place}/schema", owner)
        return dict.fromkeys(self._types(operation, "consumes"), model) if model else {}

    def _types(self, operation: Body, member: str) -> list[str]:
        given = operation.get(member)
        if given is None:
            given = self._source.tree.get(member)
        return self._source.texts(given, f"/{member}") or list(_JSON)

    def _content(self, node: Body, place: str, owner: str) -> dict[str, str]:
        """OpenAPI 3: the schema of each media type."""
        found = {}
        for kind, value, where in self._source.members(node, "content", place):
            schema = self._source.mapping(value, where).get("schema")
            model = schemas.model_name(self._source, schema, f"{where}/schema", owner)
            if model:
                found[kind] = model
        return found

    def _responses(self, operation: Body, place: str, path: str, verb: str) -> dict[str, Body]:
        found = {}
        for status, value, where in self._source.members(operation, "responses", place):
            if status.startswith("x-"):
                continue
            if not is_status(status):  # unverified wording
                self._source.warn(
                    f"Unsupported response code '{status}' of resource '{path}' and method '{verb}'. Ignoring."
                )
                continue
            node, where_ = self._source.resolve(value, where)
            self._documentation.response(node, path, verb, status)
            found[status] = self._response(operation, node, where_, (path, verb, status))
        return found

    def _response(self, operation: Body, node: Body, place: str, owner: tuple[str, str, str]) -> Body:
        path, verb, status = owner
        response: Body = {"statusCode": status}
        headers = {}
        for name, value, where in self._source.members(node, "headers", place):
            header, where_ = self._source.resolve(value, where)
            required = self._source.boolean(header.get("required"), f"{where_}/required")
            headers[f"method.response.header.{name}"] = bool(required)
            self._documentation.note("RESPONSE_HEADER", header, path=path, method=verb, statusCode=status, name=name)
        if headers:
            response["responseParameters"] = headers
        said = f"{status} response to method '{verb} {path}'"
        if self._source.dialect == "2.0":
            model = schemas.model_name(self._source, node.get("schema"), f"{place}/schema", said)
            models = dict.fromkeys(self._types(operation, "produces"), model) if model else {}
        else:
            models = self._content(node, place, said)
        if models:
            response["responseModels"] = models
        return response
