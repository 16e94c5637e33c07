"""API mappings: CreateApiMapping, GetApiMapping(s), UpdateApiMapping, DeleteApiMapping.

The documents are the base path mappings of REST APIs, so that APIs of all kinds share a domain name; keys may have
several levels, and the longest that fits a request wins.
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
"""

from __future__ import annotations

from gatewright.catalog import quotas, tls_policies
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import base_path_mappings as rest
from gatewright.control.v2 import domain_names, lookup, members
from gatewright.store.base import Body

_NO_MAPPING = "The api mapping resource specified in the request was not found."
_TAKEN = "ApiMapping key already exists for this domain name"
_KIND = "base_path_mapping"


def create_api_mapping(call: Call, params: Params) -> Params:
    domain = domain_names.find(call, params["DomainName"])
    mapping = _mapping(params)
    _check(call, domain, mapping)
    _check_free(call, domain, mapping["basePath"])
    mapping["_id"] = call.new_id(_KIND, domain["domainName"])
    call.publish_domains = True
    return view(call.insert(_KIND, domain["domainName"], mapping["basePath"], mapping))


def get_api_mapping(call: Call, params: Params) -> Params:
    return view(_find(call, params)[1])


def get_api_mappings(call: Call, params: Params) -> Params:
    domain = domain_names.find(call, params["DomainName"])
    mappings = [view(each) for each in call.list(_KIND, domain["domainName"])]
    return members.listed(mappings, lambda mapping: str(mapping["ApiMappingId"]), params)


def update_api_mapping(call: Call, params: Params) -> Params:
    domain, mapping = _find(call, params)
    key = params.get("ApiMappingKey")
    given = {
        "ApiMappingKey": _key(mapping) if key is None else key,
        "ApiId": params["ApiId"],
        "Stage": params.get("Stage") or mapping.get("stage"),
    }
    after = _mapping(given) | {"_id": mapping["_id"]}
    _check(call, domain, after)
    if after["basePath"] != mapping["basePath"]:
        _check_free(call, domain, after["basePath"])
        call.delete(_KIND, domain["domainName"], mapping["basePath"])
    call.publish_domains = True
    return view(call.put(_KIND, domain["domainName"], after["basePath"], after))


def delete_api_mapping(call: Call, params: Params) -> None:
    domain, mapping = _find(call, params)
    call.delete(_KIND, domain["domainName"], mapping["basePath"])
    call.publish_domains = True


def view(mapping: Body) -> Body:
    """A mapping as this service shows it."""
    return {
        "ApiId": mapping["restApiId"],
        "ApiMappingId": mapping["_id"],
        "ApiMappingKey": _key(mapping),
        "Stage": mapping.get("stage"),
    }


def find_stage(call: Call, api_id: str, stage: str | None) -> Body:
    """The API, of either service, whose stage this is. Raises AwsError. unverified: the answer for unknown APIs."""
    for kind, stages in (("api", "api_stage"), ("rest_api", "stage")):
        api = call.get(kind, "", api_id)
        if api is not None:
            if not stage or call.get(stages, api_id, stage) is None:
                raise errors.bad_request("Invalid stage identifier specified")
            return api
    raise lookup.missing("API", api_id)


def _mapping(given: Params) -> Body:
    return {"basePath": given.get("ApiMappingKey") or rest.NONE, "restApiId": given["ApiId"], "stage": given["Stage"]}


def _key(mapping: Body) -> str:
    path: str = mapping["basePath"]
    return "" if path == rest.NONE else path


def _find(call: Call, params: Params) -> tuple[Body, Body]:
    """The domain name and the mapping. Raises AwsError."""
    domain = domain_names.find(call, params["DomainName"])
    wanted = params["ApiMappingId"]
    for document in call.tx.list(call.account, call.region, _KIND, None):
        if document.body["_id"] == wanted:
            if document.key.parent != domain["domainName"]:
                raise errors.bad_request(
                    f"given domain name {domain['domainName']} does not match with mapping definition of mapping "
                    f"{wanted}"
                )
            return domain, document.body
    raise errors.not_found(_NO_MAPPING)


def _check(call: Call, domain: Body, mapping: Body) -> None:
    rest.check_base_path(mapping["basePath"])
    api = find_stage(call, mapping["restApiId"], mapping["stage"])
    others = [each for each in call.list(_KIND, domain["domainName"]) if each["_id"] != mapping.get("_id")]
    if "/" in mapping["basePath"]:
        _check_levels(call, domain, others)
    # unverified: the words of what follows
    if (api.get("endpointConfiguration") or {}).get("types") == ["PRIVATE"]:
        raise errors.bad_request(f"Cannot map a private API to the domain name {domain['domainName']}")
    if api.get("ProtocolType") and domain["endpointConfiguration"]["types"] != ["REGIONAL"]:
        raise errors.bad_request("HTTP and WebSocket APIs can only be mapped to regional domain names")
    if api.get("ProtocolType") and tls_policies.is_enhanced(domain.get("securityPolicy")):
        raise errors.bad_request(
            "HTTP and WebSocket APIs cannot be mapped to domain names with enhanced security policies"
        )
    if any(_is_websocket(call, each["restApiId"]) != (api.get("ProtocolType") == "WEBSOCKET") for each in others):
        raise errors.bad_request("WebSocket APIs cannot share a domain name with REST or HTTP APIs")


def _check_levels(call: Call, domain: Body, others: list[Body]) -> None:
    """Keys of several levels. unverified: words."""
    if domain["endpointConfiguration"]["types"] != ["REGIONAL"] or domain["securityPolicy"] == "TLS_1_0":
        raise errors.bad_request(
            "API mapping keys with multiple levels need a regional domain name with the security policy TLS_1_2"
        )
    quota = quotas.COUNTS[_KIND]
    if not call.unlimited and sum("/" in each["basePath"] for each in others) >= quota.most:
        raise errors.bad_request(quota.message)


def _is_websocket(call: Call, api_id: str) -> bool:
    return (call.get("api", "", api_id) or {}).get("ProtocolType") == "WEBSOCKET"


def _check_free(call: Call, domain: Body, path: str) -> None:
    if call.get(_KIND, domain["domainName"], path) is not None:
        raise errors.conflict(_TAKEN)
