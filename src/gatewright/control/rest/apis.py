"""REST APIs: CreateRestApi, GetRestApi(s), UpdateRestApi, DeleteRestApi.

Editing an API changes nothing that is served until it is deployed again.
https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html
"""

from __future__ import annotations

from typing import Any

from gatewright.aws.pagination import page
from gatewright.catalog import arns, defaults, patch, quotas
from gatewright.catalog.patches import rest_api as table
from gatewright.control import errors
from gatewright.control.api_ids import new_api_id
from gatewright.control.call import Call, Params
from gatewright.control.rest import base_path_mappings, clone, lookup, models, policies, tags, usage_plans
from gatewright.store.base import Body

_COPIED = (
    "name",
    "description",
    "version",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "policy",
    "tags",
    "securityPolicy",
    "endpointAccessMode",
)


def create_rest_api(call: Call, params: Params) -> Params:
    """A new API with its root resource, or a copy of the API that `cloneFrom` names."""
    _check_new(params)
    source = _source(call, params)
    api_id = new_api_id(call, "rest_api", params.get("tags") or {})
    api = (clone.members(source) if source else defaults.rest_api()) | _given(params)
    api |= {"id": api_id, "createdDate": call.now, "endpointConfiguration": _endpoint(params, source)}
    if api.get("policy"):
        api["policy"] = _policy(call, api, source)
    check_endpoints(api)
    _room(call, api)
    call.insert("rest_api", "", api_id, api)
    api["rootResourceId"] = clone.contents(call, source["id"], api_id) if source else _root(call, api_id)
    call.put("rest_api", "", api_id, api)
    return _shown(api)


def get_rest_api(call: Call, params: Params) -> Params:
    return {"tags": {}} | _shown(lookup.rest_api(call, params))


def get_rest_apis(call: Call, params: Params) -> Params:
    """The account's APIs in the order of their creation."""
    apis = sorted(call.list("rest_api", ""), key=lookup.age)
    items, position = page(apis, lookup.age, params.get("position"), params.get("limit"))
    return {"items": [_shown(api) for api in items], "position": position}


def update_rest_api(call: Call, params: Params) -> Params:
    api = lookup.rest_api(call, params)
    patched = patch.apply(table.TABLE, api, patch.operations(params.get("patchOperations")))
    if patched.get("policy") and patched["policy"] != api.get("policy"):
        patched["policy"] = policies.stored(patched["policy"], arns.executed(call.region, call.account, api["id"]))
    check_endpoints(patched)
    call.put("rest_api", "", patched["id"], patched)
    return {"tags": {}} | _shown(patched)


def delete_rest_api(call: Call, params: Params) -> None:
    """The API with everything under it; its stages stop being served."""
    api = lookup.rest_api(call, params)
    domains = base_path_mappings.domains_of(call, api["id"])
    if domains:
        raise errors.bad_request(
            f"Deleting RestApi {api['id']} failed. Please remove all base path mappings related to the RestApi in your "
            f"domains: {', '.join(domains)}"
        )
    call.publish |= {(api["id"], stage["stageName"]) for stage in call.list("stage", api["id"])}
    call.tx.delete_children(call.account, call.region, api["id"])
    call.delete("rest_api", "", api["id"])
    usage_plans.forget_stage(call, api["id"])


def _check_new(params: Params) -> None:
    if not params["name"]:
        raise errors.bad_request("REST API name must be non-empty")  # unverified wording
    if params.get("description") == "":
        raise errors.bad_request("Description cannot be an empty string")
    size = params.get("minimumCompressionSize")
    if size is not None and not 0 <= size <= quotas.COMPRESSION_BYTES:
        raise errors.bad_request(table.COMPRESSION)
    _check_endpoint(params.get("endpointConfiguration") or {})
    policies.check(params.get("policy"))
    tags.check(params.get("tags") or {})


def _check_endpoint(endpoint: Body) -> None:
    types = endpoint.get("types")
    if types is None:
        return
    if not types:
        raise errors.bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if len(types) > 1:
        raise errors.bad_request("Cannot create an api with multiple Endpoint Types.")
    if types == ["PRIVATE"] and endpoint.get("ipAddressType") == "ipv4":
        raise errors.bad_request(table.PRIVATE_NEEDS_DUALSTACK)


def check_endpoints(api: Body) -> None:
    """VPC endpoints are for private APIs (words as clients report them). Raises BadRequestException."""
    endpoint = api["endpointConfiguration"]
    if endpoint.get("vpcEndpointIds") and endpoint["types"] != ["PRIVATE"]:
        raise errors.bad_request(table.ENDPOINTS_NEED_PRIVATE)


def _policy(call: Call, api: Body, source: Body | None) -> str:
    if source is not None and api["policy"] == source.get("policy"):
        return policies.moved(api["policy"], source["id"], api["id"])
    return policies.stored(api["policy"], arns.executed(call.region, call.account, api["id"]))


def _given(params: Params) -> Body:
    """What was given; empty lists and maps leave no trace (recorded)."""
    return {name: params[name] for name in _COPIED if params.get(name) not in (None, [], {}, "")}


def _endpoint(params: Params, source: Body | None) -> Body:
    given = params.get("endpointConfiguration")
    if not given and source:
        return dict(source["endpointConfiguration"])
    given = given or {}
    extra = {"vpcEndpointIds": given["vpcEndpointIds"]} if given.get("vpcEndpointIds") else {}
    return defaults.endpoint(given.get("types"), given.get("ipAddressType")) | extra


def _room(call: Call, api: Body) -> None:
    if call.unlimited:
        return
    kind = api["endpointConfiguration"]["types"][0]
    same = [other for other in call.list("rest_api", "") if other["endpointConfiguration"]["types"] == [kind]]
    if len(same) >= quotas.APIS[kind].most:
        raise errors.limit(quotas.APIS[kind])


def _source(call: Call, params: Params) -> Body | None:
    return lookup.rest_api(call, {"restApiId": params["cloneFrom"]}) if params.get("cloneFrom") else None


def _root(call: Call, api_id: str) -> str:
    root_id = call.new_id("root_resource", api_id)
    call.insert("resource", api_id, root_id, {"id": root_id, "path": "/"})
    models.insert_defaults(call, api_id)
    return root_id


def _shown(api: Body) -> dict[str, Any]:
    """An API as AWS answers it."""
    return api | {"policy": policies.escaped(api["policy"])} if api.get("policy") else api
