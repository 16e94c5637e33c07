"""Puts the definition of an HTTP API into the store: through the handlers of the single operations.

As on AWS, an integration that cannot be made is a warning and leaves its route without a target, and a route that
cannot be made is one, too (both reported by clients). An authorizer that cannot be made is an error, so that its
routes are not left open (unverified).
"""

from __future__ import annotations

from collections.abc import Collection

from gatewright.aws.base import AwsError
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import authorizers, integrations, issuers, lookup, routes
from gatewright.openapi.base import Body
from gatewright.openapi.http_api import INTEGRATIONS, HttpApi

DESCRIPTION = "AutoCreate from OpenAPI Import"
_FAILED = "Unable to create {} for resource at path '{}': {}. Ignoring."
_NO_TYPE = "NONE"  # refused as every type that is not a proxy
_FULL = "TooManyRequestsException"


class Application:
    """One definition on its way into one API that has nothing of its kinds. Warnings go into the definition."""

    def __init__(self, call: Call, api: Body, definition: HttpApi, dead: Collection[str]) -> None:
        """`dead`: issuers that cannot be used."""
        self._call = call
        self._api = api
        self._definition = definition
        self._dead = dead
        self._authorizers: dict[str, str] = {}
        self._targets: dict[str, str | AwsError] = {}

    def run(self) -> list[str]:
        """Put everything; what went wrong, a line each."""
        problems = [problem for each in self._definition.authorizers if (problem := self._put_authorizer(each))]
        if problems:
            return problems
        try:
            for route in self._definition.routes:
                self._put_route(route)
            for name in [each for each in self._definition.integrations if each not in self._targets]:
                self._target(name, f"components.{INTEGRATIONS}.{name}")
        except AwsError as error:  # a quota: what follows would only meet it again
            return [error.message]
        return []

    def _put_authorizer(self, authorizer: Body) -> str | None:
        name, issuer = authorizer["Name"], issuers.of(authorizer)
        if issuer is not None and issuer in self._dead:
            self._warn("authorizer", name, issuers.refusal(issuer))
            return None
        try:
            made = authorizers.make(self._call, self._params(authorizer))
        except AwsError as error:
            return f"Unable to create authorizer '{name}': {error.message}"  # unverified wording
        self._authorizers[name] = made["AuthorizerId"]
        return None

    def _put_route(self, route: Body) -> None:
        key, params = route["RouteKey"], self._params(route)
        if params.get("authorizer", "") not in ("", *self._authorizers):
            self._warn("route", key, errors.bad_request("its authorizer could not be created"))
            return
        target = self._target(params.pop("integration"), key) if "integration" in params else None
        if target:
            params["Target"] = f"{lookup.TARGET}{target}"
        if "authorizer" in params:
            params["AuthorizerId"] = self._authorizers[params.pop("authorizer")]
        try:
            routes.make(self._call, self._api, params, free=True)
        except AwsError as error:
            self._warn("route", key, error)  # unverified wording

    def _target(self, name: str, place: str) -> str | None:
        """The id of an integration, made when it is first asked for."""
        if name not in self._targets:
            self._targets[name] = self._put_integration(self._definition.integrations[name])
        found = self._targets[name]
        if isinstance(found, str):
            return found
        self._warn("integration", place, found)
        return None

    def _put_integration(self, integration: Body) -> str | AwsError:
        params = {"IntegrationType": _NO_TYPE, "Description": DESCRIPTION} | self._params(integration)
        try:
            return str(integrations.create_integration(self._call, params)["IntegrationId"])
        except AwsError as error:
            return error

    def _warn(self, noun: str, place: str, error: AwsError) -> None:
        """Raises the error if it is that of a quota."""
        if error.code == _FULL:
            raise error
        self._definition.warnings.append(_FAILED.format(noun, place, error.message.removesuffix(".")))

    def _params(self, members: Body) -> Params:
        return {"ApiId": self._api["ApiId"]} | members
