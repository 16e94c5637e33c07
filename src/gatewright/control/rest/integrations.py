"""Integrations: PutIntegration, GetIntegration, UpdateIntegration, DeleteIntegration.

PutIntegration replaces the integration with its responses (unverified). On the wire its `httpMethod` is the backend's
verb (SDK: integrationHttpMethod). https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
"""

from __future__ import annotations

from gatewright.catalog import defaults, patch, quotas
from gatewright.catalog.patches import integration as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, mappings, methods, uris
from gatewright.store.base import Body

_GIVEN = (
    "uri",
    "connectionType",
    "connectionId",
    "credentials",
    "requestParameters",
    "passthroughBehavior",
    "cacheNamespace",
    "cacheKeyParameters",
    "contentHandling",
    "timeoutInMillis",
    "tlsConfig",
    "responseTransferMode",
    "integrationTarget",
)
_HTTP = ("HTTP", "HTTP_PROXY")
_REMOTE_ONLY = ("uri", "httpMethod", "connectionType", "connectionId", "credentials")


def put_integration(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    if not params["type"]:
        raise errors.bad_request("Enumeration value for Type must be non-empty")  # unverified wording
    integration = defaults.integration(resource["id"]) | {"type": params["type"]}
    integration |= {name: params[name] for name in _GIVEN if params.get(name) not in (None, "")}
    if params.get("integrationHttpMethod"):
        integration["httpMethod"] = params["integrationHttpMethod"]
    if params.get("requestTemplates") is not None:
        integration["requestTemplates"] = mappings.shown_templates(params["requestTemplates"])
    # unverified: that lower case is understood here as in OpenAPI documents
    integration["passthroughBehavior"] = table.passthrough(integration["passthroughBehavior"].upper())
    _settle(call, params["restApiId"], method, integration)
    method["methodIntegration"] = integration
    lookup.save_resource(call, params, resource)
    return integration


def get_integration(call: Call, params: Params) -> Params:
    return lookup.integration_of(lookup.method_of(lookup.resource(call, params), params))


def update_integration(call: Call, params: Params) -> Params:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    integration = lookup.integration_of(method)
    patched = patch.apply(table.TABLE, integration, patch.operations(params.get("patchOperations")))
    _settle(call, params["restApiId"], method, patched)
    method["methodIntegration"] = patched
    lookup.save_resource(call, params, resource)
    return patched


def delete_integration(call: Call, params: Params) -> None:
    resource = lookup.resource(call, params)
    method = lookup.method_of(resource, params)
    lookup.integration_of(method)
    del method["methodIntegration"]
    lookup.save_resource(call, params, resource)


def _settle(call: Call, api_id: str, method: Body, integration: Body) -> None:
    """Check an integration as a whole, and take away what its type does not have."""
    if integration["type"] == "MOCK":
        for name in _REMOTE_ONLY:
            integration.pop(name, None)
    else:
        _check_verb(integration.get("httpMethod"))
        uris.check(integration["type"], integration.get("uri"))
        _check_credentials(integration)
    _settle_connection(call, api_id, integration)
    streaming = _check_transfer(integration)
    _check_timeout(call, integration["timeoutInMillis"], streaming=streaming)
    mappings.check_templates(integration.get("requestTemplates") or {})
    mappings.check_request_mapping(integration.get("requestParameters") or {}, method)


def _check_verb(verb: str | None) -> None:
    if not verb:
        raise errors.bad_request("Enumeration value for HttpMethod must be non-empty")
    if verb not in methods.VERBS:
        raise errors.bad_request(methods.BAD_VERB)


def _check_credentials(integration: Body) -> None:
    """AWS services are called with a role; Lambda functions may do without, by their own permission."""
    credentials = integration.get("credentials")
    if credentials:
        if not uris.is_role(credentials):
            raise errors.bad_request(uris.BAD_ARN)  # unverified wording
    elif integration["type"] == "AWS" and not uris.is_lambda(integration["uri"]):
        raise errors.bad_request("Role ARN must be specified for AWS integrations")


def _settle_connection(call: Call, api_id: str, integration: Body) -> None:
    if integration["type"] in _HTTP:
        integration.setdefault("connectionType", "INTERNET")
    link = integration.get("connectionId")
    if integration.get("connectionType") != "VPC_LINK":
        return
    if not link:
        raise errors.bad_request("Connection ID must be specified for connection type VPC_LINK")  # unverified wording
    if not link.startswith("${stageVariables.") and call.get("vpc_link", "", link) is None:
        raise errors.bad_request("Invalid Vpc Link identifier specified")  # unverified status


def _check_transfer(integration: Body) -> bool:
    """Whether the answer is streamed. unverified: AWS's words for each refusal."""
    mode = integration.get("responseTransferMode")
    if mode not in (None, "BUFFERED", "STREAM"):
        raise errors.bad_request("Invalid response transfer mode specified")
    if mode != "STREAM":
        return False
    if integration["type"] not in ("HTTP_PROXY", "AWS_PROXY"):
        raise errors.bad_request(
            "Response transfer mode STREAM is only supported for integrations of type HTTP_PROXY and AWS_PROXY"
        )
    if integration["type"] == "AWS_PROXY" and not uris.streams(integration["uri"]):
        raise errors.bad_request(uris.NOT_STREAMING)
    return True


def _check_timeout(call: Call, timeout: int, *, streaming: bool) -> None:
    most = max(call.settings.max_timeout, quotas.STREAM_TIMEOUT if streaming else 0)
    if not quotas.MINIMUM_TIMEOUT <= timeout <= most:
        raise errors.bad_request(f"Timeout should be between {quotas.MINIMUM_TIMEOUT} ms and {most} ms")
