"""TestInvokeMethod and TestInvokeAuthorizer: the API as it is now, deployed or not.

The method is compiled alone, so that what is wrong elsewhere does not matter, and without authorizer, API key and
resource policy, which AWS does not ask for here. It runs after the transaction: a backend may take its time, and may
call the control plane itself. https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from gatewright.aws.base import AwsError
from gatewright.catalog import variables
from gatewright.control import errors
from gatewright.control.base import MethodTester
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.deploy import links
from gatewright.deploy.base import CompileError
from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble
from gatewright.deploy.freeze import freeze
from gatewright.deploy.stage_document import certificate
from gatewright.program.records import TEST_STAGE, Simulation, StageProgram
from gatewright.store.base import Body

# What AWS's ANY stands for; a method of another name runs as it is called.
_ANY = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_TOO_LONG = "The execution of the method did not end in time"
# The resource of an authorizer that is tried (observed).
_TRIED = {"id": "test-invoke-resource-id", "path": "/"}
_UNSOUND = frozenset("\r\n\0")


def test_invoke_method(call: Call, params: Params) -> None:
    """Prepares the run, which gives the answer. An unknown API is told as an unknown resource (recorded)."""
    resource = lookup.resource(call, params)
    verb, method = _method(resource, params)
    simulation = _simulation(call, params, resource["path"])
    bare = method | {"authorizationType": "NONE", "apiKeyRequired": False}
    program = _program(call, params, resource | {"resourceMethods": {verb: bare}})
    asked = params["httpMethod"] if params["httpMethod"] != "ANY" else "GET"  # unverified

    def run(tester: MethodTester) -> Mapping[str, Any]:
        try:
            return tester.invoke(program, asked, simulation)
        except TimeoutError:
            raise AwsError("ServiceUnavailableException", _TOO_LONG, 503) from None

    call.run = run


def test_invoke_authorizer(call: Call, params: Params) -> None:
    """Prepares the run, as above. The authorizer guards a method that is made for it.

    https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeAuthorizer.html
    """
    authorizer = lookup.child(call, params, "authorizer", "authorizerId", lookup.NO_AUTHORIZER)
    method = {
        "authorizationType": "COGNITO_USER_POOLS" if authorizer["type"] == "COGNITO_USER_POOLS" else "CUSTOM",
        "authorizerId": authorizer["id"],
        "apiKeyRequired": False,
        "methodIntegration": {"type": "MOCK"},
    }
    simulation = replace(_simulation(call, params, "/"), context=params.get("additionalContext") or {})
    program = _program(call, params, _TRIED | {"resourceMethods": {"GET": method}})

    def run(tester: MethodTester) -> Mapping[str, Any]:
        try:
            return tester.authorize(program, simulation)
        except TimeoutError:
            raise AwsError("ServiceUnavailableException", _TOO_LONG, 503) from None

    call.run = run


def _method(resource: Body, params: Params) -> tuple[str, Body]:
    verb = params["httpMethod"]
    methods = resource.get("resourceMethods", {})
    if verb not in methods and "ANY" in methods and verb in _ANY:
        verb = "ANY"
    return verb, lookup.method_of(resource, {"httpMethod": verb})


def _simulation(call: Call, params: Params, resource_path: str) -> Simulation:
    """Without a path the resource's own stands for it, braces and all (recorded)."""
    path, _, query = (params.get("pathWithQueryString") or resource_path).partition("?")
    headers = [(name, value) for name, value in (params.get("headers") or {}).items()]
    several = {name: values for name, values in (params.get("multiValueHeaders") or {}).items() if values is not None}
    for name, values in several.items():
        headers = [header for header in headers if header[0] != name] + [(name, value) for value in values]
    if any(_UNSOUND & set(f"{name}{value}") or not name.isascii() for name, value in headers):
        raise errors.bad_request("Invalid header specified")  # unverified wording
    return Simulation(
        path=_sent(path if path.startswith("/") else f"/{path}"),
        query=_sent(query),
        headers=tuple((name, value or "") for name, value in headers),
        body=params.get("body") or "",
        identity={
            "accountId": call.account,
            "apiKey": "test-invoke-api-key",
            "apiKeyId": "test-invoke-api-key-id",
            "accessKey": call.caller.access_key,
            "caller": call.account,
            "user": call.account,
            "userArn": call.caller.arn,
        },
    )


def _sent(text: str) -> str:
    """Path or query as a client would send it: what no request line can hold comes encoded."""
    return quote(text, safe=string.punctuation, errors="replace")


def _certificate(call: Call, wanted: str | None) -> str | None:
    if wanted and call.get("client_certificate", "", wanted) is None:
        raise errors.not_found(lookup.NO_CERTIFICATE)
    return wanted


def _program(call: Call, params: Params, resource: Body) -> StageProgram:
    """The API with this one resource, as a stage of its own. Raises BadRequestException."""
    variables.check(params.get("stageVariables") or {})
    snapshot = freeze(call.tx, call.account, call.region, params["restApiId"])
    snapshot["resources"] = [resource]
    snapshot["api"] = {name: value for name, value in snapshot["api"].items() if name != "minimumCompressionSize"}
    stage = {"stageName": TEST_STAGE, "variables": params.get("stageVariables") or {}}
    document = assemble(call.account, call.region, snapshot, stage, "")
    at = call.key("stage", params["restApiId"], TEST_STAGE)
    document |= links.known(call.tx, at, document, call.settings.vpc_link_targets)
    document |= certificate(call.tx, at, _certificate(call, params.get("clientCertificateId")))
    try:
        return replace(compile_program(document), policy=None)
    except CompileError as error:
        raise errors.bad_request(f"Gatewright cannot serve {error}") from None
