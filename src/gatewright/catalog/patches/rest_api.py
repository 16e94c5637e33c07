"""UpdateRestApi.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateRestApi-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog import endpoints
from gatewright.catalog.patch import Document, Operation, PatchError, Row, Table, plain
from gatewright.catalog.quotas import COMPRESSION_BYTES

COMPRESSION = f"Invalid minimum compression size, must be between 0 and {COMPRESSION_BYTES}"
PRIVATE_NEEDS_DUALSTACK = "Only dualstack ipAddressType is supported for Private APIs."
ENDPOINTS_NEED_PRIVATE = "VPCEndpoints can only be specified with PRIVATE apis."
TYPES = ("REGIONAL", "EDGE", "PRIVATE")


def _endpoint_type(api: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    """The only endpoint type, whatever index or type the path names; a private API becomes dualstack (recorded)."""
    if patch.value not in TYPES:
        raise PatchError(f"Invalid EndpointTypes specified. Valid options are {','.join(TYPES)}")
    endpoint = api.setdefault("endpointConfiguration", {})
    endpoint["types"] = [patch.value]
    if patch.value == "PRIVATE":
        endpoint["ipAddressType"] = "dualstack"
    else:
        endpoint.pop("vpcEndpointIds", None)


def _ip_address_type(api: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    if patch.value not in ("ipv4", "dualstack"):
        raise PatchError("ipAddressType must be either ipv4 or dualstack.")
    endpoint = api.setdefault("endpointConfiguration", {})
    if patch.value == "ipv4" and "PRIVATE" in endpoint.get("types", ()):
        raise PatchError(PRIVATE_NEEDS_DUALSTACK)
    endpoint["ipAddressType"] = patch.value


TABLE = Table(
    (
        # unverified: AWS's words for an empty name
        Row("/name", ("replace",), e.member("name", convert=e.required("REST API name must be non-empty"))),
        Row("/description", ("add", "replace", "remove"), e.member("description")),
        # unverified: AWS's words for another source
        Row(
            "/apiKeySource",
            ("replace",),
            e.member("apiKeySource", convert=e.choice(("HEADER", "AUTHORIZER"), "Invalid API key source specified")),
        ),
        Row("/binaryMediaTypes/{type}", ("add", "replace", "remove"), e.element("binaryMediaTypes")),
        Row("/disableExecuteApiEndpoint", ("replace",), e.member("disableExecuteApiEndpoint", convert=e.boolean)),
        Row("/endpointAccessMode", ("replace",), e.member("endpointAccessMode", convert=endpoints.access_mode)),
        Row("/endpointConfiguration/ipAddressType", ("replace",), _ip_address_type),
        Row(
            "/endpointConfiguration/types/{type}",
            ("replace",),
            _endpoint_type,
            refusal="Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
        ),
        Row(
            "/endpointConfiguration/vpcEndpointIds",
            ("add", "remove"),
            e.value_element("endpointConfiguration", "vpcEndpointIds"),
        ),
        Row(
            "/minimumCompressionSize",
            ("replace",),
            e.member("minimumCompressionSize", convert=e.integer(0, COMPRESSION_BYTES, COMPRESSION, empty_clears=True)),
        ),
        Row("/policy", ("replace",), e.member("policy")),
        Row("/securityPolicy", ("replace",), e.member("securityPolicy", convert=endpoints.security_policy)),
    ),
    plain,
)
