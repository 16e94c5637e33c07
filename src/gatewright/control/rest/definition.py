"""Puts a definition into the store: through the handlers of the single operations, so that their checks and words hold.

What fails is noted with the words of AWS's imports and left out; whoever runs this discards the transaction then.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewright.aws.base import AwsError
from gatewright.catalog import gateway_responses as catalog
from gatewright.control.call import Call, Params
from gatewright.control.rest import (
    authorizers,
    documentation_parts,
    gateway_responses,
    integration_responses,
    integrations,
    method_responses,
    methods,
    resources,
)
from gatewright.control.rest.imported_documents import put_documentation, put_models, put_validators
from gatewright.openapi.base import Definition
from gatewright.store.base import Body

_METHOD = ("apiKeyRequired", "authorizationType", "authorizationScopes", "operationName")
_MAPS = ("requestParameters", "requestModels")
_NAMED = {"authorizer": "authorizerId", "validator": "requestValidatorId"}


class Application:
    """One definition on its way into one API.

    `fresh`: the API was just made; `overwrite`: nothing else shall remain, but for documentation that is `kept`.
    """

    def __init__(
        self, call: Call, api_id: str, definition: Definition, *, fresh: bool, overwrite: bool, kept: bool
    ) -> None:
        self._call = call
        self._api_id = api_id
        self._definition = definition
        self._fresh = fresh
        self._overwrite = overwrite
        self._kept = kept
        self._problems: list[str] = []
        self._full = False  # a quota was met: what follows would only meet it again
        self._paths: dict[str, Body] = {}
        self._namespaces: dict[str, str] = {}  # by the id of a resource that was there before
        self._ids: dict[str, dict[str, str]] = {}

    def run(self) -> list[str]:
        """Put everything; what went wrong, a line each."""
        if self._overwrite:
            self._clear()
        call, api_id, definition = self._call, self._api_id, self._definition
        self._problems += put_models(call, api_id, definition.models)
        self._ids["validator"] = put_validators(call, api_id, definition.validators)
        self._put_authorizers()
        self._put_gateway_responses()
        self._put_documentation()
        self._put_resources()
        if self._full:
            return self._problems
        for path, verbs in definition.resources.items():
            for verb, method in verbs.items():
                if path in self._paths:
                    self._put_method(self._paths[path], verb, method)
        return self._problems

    def _try(self, what: str, handler: Callable[[Call, Params], Params | None], params: Params) -> Params | None:
        """What an operation answers; None after noting why it refuses."""
        try:
            return handler(self._call, {"restApiId": self._api_id} | params) or {}
        except AwsError as error:
            self._full |= error.code == "LimitExceededException"
            self._problems.append(f"{what}: {error.message}")
            return None

    def _clear(self) -> None:
        """Take away what the document does not define. Kept under its id: what has a name in both (recorded)."""
        call, api_id, definition = self._call, self._api_id, self._definition
        wanted = {"/"} | {above for path in definition.resources for above in _upwards(path)}
        for resource in call.list("resource", api_id):
            if resource["path"] not in wanted:
                call.delete("resource", api_id, resource["id"])
            elif resource.pop("resourceMethods", None) is not None:
                call.put("resource", api_id, resource["id"], resource)
        keep = {
            "model": {each["name"] for each in definition.models},
            "request_validator": {each["name"] for each in definition.validators},
            "authorizer": {each["name"] for each in definition.authorizers},
            "gateway_response": {each["responseType"] for each in definition.gateway_responses},
        }
        for kind, names in keep.items():
            for document in call.tx.list(call.account, call.region, kind, api_id):
                if (document.body.get("name") or document.body.get("responseType")) not in names:
                    call.delete(kind, api_id, document.key.id)
        if not self._kept:
            call.tx.delete_children(call.account, call.region, api_id, "documentation_part")

    def _put_authorizers(self) -> None:
        """In place of the authorizer of that name, under its id, or new."""
        known = {each["name"]: each["id"] for each in self._call.list("authorizer", self._api_id)}
        for authorizer in self._definition.authorizers:
            name = authorizer["name"]
            if name in known:
                handler: Callable[[Call, Params], Params | None] = self._replace_authorizer(known[name])
            else:
                handler = authorizers.create_authorizer
            made = self._try(f"Unable to create Authorizer '{name}'", handler, authorizer)
            if made:
                known[name] = made["id"]
        self._ids["authorizer"] = known

    def _replace_authorizer(self, id: str) -> Callable[[Call, Params], Params]:
        return lambda call, params: call.put("authorizer", self._api_id, id, {"id": id} | authorizers.composed(params))

    def _put_gateway_responses(self) -> None:
        for response in self._definition.gateway_responses:
            kind = response["responseType"]
            if kind not in catalog.KINDS:  # unverified wording
                self._problems.append(f"Unable to put gateway response '{kind}': Invalid response type specified")
                continue
            self._try(f"Unable to put gateway response '{kind}'", gateway_responses.put_gateway_response, response)

    def _put_documentation(self) -> None:
        for part in self._definition.documentation:
            try:
                documentation_parts.check(part["location"], part["properties"])
            except AwsError as error:  # unverified wording
                self._problems.append(
                    f"Unable to create documentation part of type '{part['location']['type']}': {error.message}"
                )
        put_documentation(self._call, self._api_id, self._definition.documentation)

    def _put_resources(self) -> None:
        """The resources of all paths, parents first."""
        self._paths = {each["path"]: each for each in self._call.list("resource", self._api_id)}
        if self._overwrite and not self._fresh:
            # Recorded: a resource that was there before has methods with a cache namespace of their own.
            self._namespaces = {each["id"]: self._call.new_id("resource") for each in self._paths.values()}
        failed: set[str] = set()
        for path in sorted(self._definition.resources):
            for above in _upwards(path):
                if self._full:
                    return
                if above in self._paths or any(each in failed for each in _upwards(above)):
                    continue
                parent, _, part = above.rpartition("/")
                what = f"Unable to create resource at path '{above}'"
                params = {"parentId": self._paths[parent or "/"]["id"], "pathPart": part}
                made = self._try(what, resources.create_resource, params)
                if made is None:
                    failed.add(above)
                else:
                    self._paths[above] = made

    def _put_method(self, resource: Body, verb: str, method: Body) -> None:
        path, at = resource["path"], {"resourceId": resource["id"], "httpMethod": verb}
        stored = self._call.get("resource", self._api_id, resource["id"]) or resource
        if stored.get("resourceMethods", {}).pop(verb, None) is not None:
            self._call.put("resource", self._api_id, resource["id"], stored)
        given = {name: method[name] for name in (*_METHOD, *_MAPS) if name in method}
        for name, member in _NAMED.items():
            if method.get(name):  # a name that is not known is refused as an id that is not known
                given[member] = self._ids[name].get(method[name], method[name])
        where = f"'{verb}' for resource at path '{path}'"
        what = f"Unable to put method '{verb}' on resource at path '{path}'"
        if self._try(what, methods.put_method, at | given) is None:
            return
        for response in method.get("methodResponses", {}).values():
            self._try(f"Unable to put method response on {where}", method_responses.put_method_response, at | response)
        integration = method.get("methodIntegration")
        if integration is not None:
            self._put_integration(at, integration, where)

    def _put_integration(self, at: Params, integration: Body, where: str) -> None:
        params = {name: value for name, value in integration.items() if name != "integrationResponses"}
        params["integrationHttpMethod"] = params.pop("httpMethod", None)
        params.setdefault("type", "")
        if at["resourceId"] in self._namespaces:
            params.setdefault("cacheNamespace", self._namespaces[at["resourceId"]])
        what = f"Unable to put integration on {where}"
        if params["type"] not in _TYPES:  # unverified wording for others than the empty one
            kind = params["type"]
            reason = f"Invalid integration type specified: {kind}" if kind else _NO_TYPE
            self._problems.append(f"{what}: {reason}")
            return
        if self._try(what, integrations.put_integration, params | at) is None:
            return
        what = f"Unable to put integration response on {where}"
        for response in integration.get("integrationResponses", {}).values():
            self._try(what, integration_responses.put_integration_response, at | response)


_TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
_NO_TYPE = "Enumeration value for Type must be non-empty"


def _upwards(path: str) -> list[str]:
    """The paths of a resource and of all above it but the root, from the top."""
    parts = path[1:].split("/") if path != "/" else []
    return ["/" + "/".join(parts[: at + 1]) for at in range(len(parts))]
