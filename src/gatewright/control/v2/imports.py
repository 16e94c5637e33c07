"""ImportApi and ReimportApi: an OpenAPI document becomes an HTTP API, or takes the place of one.

One transaction: an error discards everything. Issuers of tokens are asked before it. Reimporting keeps the API's id and
its stages, of which those with autoDeploy serve the new definition at once; routes, integrations, authorizers and CORS
are replaced.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.aws.base import AwsError
from gatewright.control import errors, import_report
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags
from gatewright.control.v2 import apis, auto_deploy, issuers, lookup
from gatewright.control.v2.definition import Application
from gatewright.openapi import base_path, http_api_reader
from gatewright.openapi.base import DocumentError
from gatewright.openapi.http_api import HttpApi
from gatewright.store.base import Body

# What a document can say of an API. What it does not say is as in a new one; tags stay (both unverified).
_SAID = ("Name", "Version", "Description", "CorsConfiguration", "DisableExecuteApiEndpoint", "IpAddressType")
_NOT_HTTP = "Import is not supported for WEBSOCKET protocolType"  # unverified wording


def import_api(call: Call, params: Params) -> Params | None:
    definition = _read(call, params)
    return _asked(call, definition, lambda later, dead: _import(later, params, definition, dead))


def reimport_api(call: Call, params: Params) -> Params | None:
    if not lookup.is_http(lookup.api(call, params)):
        raise errors.bad_request(_NOT_HTTP)
    definition = _read(call, params)
    return _asked(call, definition, lambda later, dead: _reimport(later, params, definition, dead))


def _asked(call: Call, definition: HttpApi, finish: Callable[[Call, Mapping[str, str]], Params]) -> Params | None:
    """Finish at once, or when the issuers of the definition were asked."""
    names = {issuer for each in definition.authorizers if (issuer := issuers.of(each))}
    if not names:
        return finish(call, {})
    issuers.ask(call, sorted(names), finish)
    return None


def _import(call: Call, params: Params, definition: HttpApi, dead: Mapping[str, str]) -> Params:
    try:
        api = apis.create_api(call, definition.api | {"ProtocolType": lookup.HTTP})
    except AwsError as error:
        raise _of_api(error, definition) from None
    return api | _finish(call, params, api, definition, dead)


def _reimport(call: Call, params: Params, definition: HttpApi, dead: Mapping[str, str]) -> Params:
    api = lookup.api(call, params)
    kept = {name: value for name, value in api.items() if name not in _SAID}
    changed: Body = kept | apis.defaults(lookup.HTTP) | definition.api
    try:
        apis.check(changed)
        tags.check(changed["Tags"])
    except AwsError as error:
        raise _of_api(error, definition) from None
    call.put("api", "", api["ApiId"], changed)
    apis.empty(call, api["ApiId"])
    call.tx.delete_children(call.account, call.region, api["ApiId"], "api_authorizer")
    return changed | _finish(call, params, changed, definition, dead)


def _read(call: Call, params: Params) -> HttpApi:
    base = params.get("Basepath") or "ignore"
    if base not in base_path.MODES:  # unverified wording
        raise errors.bad_request(f"Invalid basepath specified. Valid options are {','.join(base_path.MODES)}")
    body = (params.get("Body") or "").encode("utf-8", "surrogatepass")
    try:
        return http_api_reader.read(body, import_report.variables(call), base=base)
    except DocumentError as error:
        raise import_report.refusal(error.problems, error.warnings) from None


def _of_api(error: AwsError, definition: HttpApi) -> AwsError:
    """The refusal of what a document says of the API itself (unverified wording)."""
    if error.status != 400:
        return error
    return import_report.refusal([f"Unable to create API: {error.message}"], definition.warnings)


def _finish(call: Call, params: Params, api: Body, definition: HttpApi, dead: Mapping[str, str]) -> Params:
    """Apply the definition; refuse it for what went wrong, or as asked for what was only warned of. Deploy it."""
    with auto_deploy.held(call):
        problems = Application(call, api, definition, dead).run()
    if problems:
        raise import_report.refusal(problems, definition.warnings)
    if definition.warnings and params.get("FailOnWarnings"):
        raise import_report.warned(definition.warnings)
    auto_deploy.run(call, api)
    told = {"Warnings": definition.warnings, "ImportInfo": definition.info}
    return {name: lines for name, lines in told.items() if lines}
