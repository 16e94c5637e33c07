"""ImportRestApi and PutRestApi: an OpenAPI document becomes an API, or changes one.

One transaction: an error discards everything. The document's problems, and those of putting what it defines, are
reported together. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
"""

from __future__ import annotations

from gatewright.catalog import arns, defaults, endpoints, quotas
from gatewright.catalog.patches import rest_api as table
from gatewright.control import errors, import_report
from gatewright.control.call import Call, Params
from gatewright.control.rest import apis, lookup, policies
from gatewright.control.rest.definition import Application
from gatewright.openapi import base_path, reader
from gatewright.openapi.base import Definition, DocumentError
from gatewright.store.base import Body

_PARAMETERS = ("basepath", "ignore", "endpointConfigurationTypes")
_BAD_TYPE = f"Invalid EndpointTypes specified. Valid options are {','.join(table.TYPES)}"
_SOURCES = ("HEADER", "AUTHORIZER")
# What a document can say of an API. Overwriting without saying it gives the default (unverified for all but
# binaryMediaTypes); id, tags and endpoint types stay.
_SAID = (
    "name",
    "version",
    "description",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "policy",
    "securityPolicy",
    "endpointAccessMode",
)


def import_rest_api(call: Call, params: Params) -> Params:
    """A new API. Without Empty and Error, the models that other new APIs have (recorded)."""
    options = _options(params)
    definition = _read(call, params, options)
    _check_api(definition.api)
    endpoint = dict(definition.api.get("endpointConfiguration") or {})
    if options.get("endpointConfigurationTypes"):
        endpoint["types"] = [each.strip() for each in options["endpointConfigurationTypes"].split(",")]
    made = apis.create_rest_api(call, definition.api | {"endpointConfiguration": endpoint})
    application = Application(call, made["id"], definition, fresh=True, overwrite=True, kept=False)
    return _finish(params, application, definition) | made


def put_rest_api(call: Call, params: Params) -> Params:
    """Merge the document into the API, or have it take the API's place (`mode`)."""
    api = lookup.rest_api(call, params)
    options = _options(params)
    definition = _read(call, params, options)
    overwrite = (params.get("mode") or "merge") == "overwrite"
    changed = _changed(api, definition.api, overwrite)
    _check_api(definition.api)
    if definition.api.get("policy"):
        base = arns.executed(call.region, call.account, api["id"])
        changed["policy"] = policies.stored(definition.api["policy"], base)
    _check_endpoint(changed["endpointConfiguration"])
    apis.check_endpoints(changed)
    call.put("rest_api", "", api["id"], changed)
    kept = options.get("ignore") == "documentation"
    application = Application(call, api["id"], definition, fresh=False, overwrite=overwrite, kept=kept)
    return _finish(params, application, definition) | apis.get_rest_api(call, params)


def _options(params: Params) -> dict[str, str]:
    """The parameters that only imports have. unverified: AWS's words for bad ones."""
    given: dict[str, str] = {name: value for name, value in (params.get("parameters") or {}).items() if value}
    for name in given:
        if name not in _PARAMETERS:
            raise errors.bad_request(f"Invalid parameter specified: {name}. Valid options are {','.join(_PARAMETERS)}")
    for name, allowed in (("basepath", base_path.MODES), ("ignore", ("documentation",))):
        if given.get(name, allowed[0]) not in allowed:
            raise errors.bad_request(f"Invalid {name} specified. Valid options are {','.join(allowed)}")
    for kind in given.get("endpointConfigurationTypes", "EDGE").split(","):
        if kind.strip() not in table.TYPES:
            raise errors.bad_request(_BAD_TYPE)
    return given


def _read(call: Call, params: Params, options: dict[str, str]) -> Definition:
    variables = import_report.variables(call)
    try:
        definition = reader.read(params.get("body") or b"", variables, base=options.get("basepath", "ignore"))
    except DocumentError as error:
        raise import_report.refusal(error.problems, error.warnings) from None
    if options.get("ignore") == "documentation":
        definition.documentation = []
    return definition


def _finish(params: Params, application: Application, definition: Definition) -> Params:
    """Apply the definition; refuse it for what went wrong, or as asked for what was only warned of."""
    problems = application.run()
    if problems:
        raise import_report.refusal(problems, definition.warnings)
    if definition.warnings and params.get("failOnWarnings"):
        raise import_report.warned(definition.warnings)
    return {"warnings": definition.warnings} if definition.warnings else {}


def _check_api(api: Body) -> None:
    size = api.get("minimumCompressionSize")
    if size is not None and not 0 <= size <= quotas.COMPRESSION_BYTES:
        raise errors.bad_request(table.COMPRESSION)
    if api.get("apiKeySource", "HEADER") not in _SOURCES:
        raise errors.bad_request("Invalid API key source specified")  # unverified wording
    endpoints.security_policy(api.get("securityPolicy"))
    endpoints.access_mode(api.get("endpointAccessMode"))
    _check_endpoint(api.get("endpointConfiguration") or {})
    policies.check(api.get("policy"))


def _check_endpoint(endpoint: Body) -> None:
    if endpoint.get("ipAddressType", "ipv4") not in ("ipv4", "dualstack"):
        raise errors.bad_request("ipAddressType must be either ipv4 or dualstack.")
    if any(kind not in table.TYPES for kind in endpoint.get("types", ())):
        raise errors.bad_request(_BAD_TYPE)
    if endpoint.get("types") == ["PRIVATE"] and endpoint.get("ipAddressType") == "ipv4":
        raise errors.bad_request(table.PRIVATE_NEEDS_DUALSTACK)


def _changed(api: Body, said: Body, overwrite: bool) -> Body:
    """The API with what the document says; merging unites binary media types (recorded)."""
    if overwrite:
        kept = {name: value for name, value in api.items() if name not in _SAID}
        changed = kept | defaults.rest_api() | {name: said[name] for name in _SAID if name in said}
    else:
        changed = api | {name: said[name] for name in _SAID if name in said}
        types = [*(api.get("binaryMediaTypes") or ()), *(said.get("binaryMediaTypes") or ())]
        if types:
            changed["binaryMediaTypes"] = list(dict.fromkeys(types))
    endpoint = said.get("endpointConfiguration") or {}
    given = {name: endpoint[name] for name in ("vpcEndpointIds", "ipAddressType") if name in endpoint}
    changed["endpointConfiguration"] = api["endpointConfiguration"] | given
    return changed
