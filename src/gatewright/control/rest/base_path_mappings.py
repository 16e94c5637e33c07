"""Base path mappings: CreateBasePathMapping, GetBasePathMapping(s), UpdateBasePathMapping, DeleteBasePathMapping.

What of a domain name's paths leads to which stage. A mapping without a stage takes the next part of the path for one.
AWS has base paths of several parts ("a/b/c") for its API mappings (apigatewayv2) only and refuses the slash here;
Gatewright takes them here too, because both are the same thing to a caller.
https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch, quotas
from gatewright.catalog.patches import base_path_mapping as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import domain_names, lookup
from gatewright.store.base import Body

NONE = "(none)"
_CHARACTERS = re.compile(r"[A-Za-z0-9$\-_.+!*'()/]{1,300}")


def create_base_path_mapping(call: Call, params: Params) -> Params:
    domain = domain_names.find(call, params)
    mapping: Body = {"basePath": table.base_path(params.get("basePath")), "restApiId": params["restApiId"]}
    if params.get("stage") not in (None, "", NONE):
        mapping["stage"] = params["stage"]
    _check(call, domain, mapping)
    parent = domain_names.key_of(domain)
    _check_free(call, parent, mapping["basePath"])
    lookup.room_for(call, "base_path_mapping", parent, quotas.COUNTS["base_path_mapping"])
    mapping["_id"] = call.new_id("base_path_mapping", parent)  # what apigatewayv2 calls it by
    call.publish_domains = True
    return call.insert("base_path_mapping", parent, mapping["basePath"], mapping)


def get_base_path_mapping(call: Call, params: Params) -> Params:
    return _find(call, domain_names.find(call, params), params)


def get_base_path_mappings(call: Call, params: Params) -> Params:
    parent = domain_names.key_of(domain_names.find(call, params))
    mappings = call.list("base_path_mapping", parent)
    items, position = page(mappings, itemgetter("basePath"), params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_base_path_mapping(call: Call, params: Params) -> Params:
    domain = domain_names.find(call, params)
    parent, mapping = domain_names.key_of(domain), _find(call, domain, params)
    patched = patch.apply(table.TABLE, mapping, patch.operations(params.get("patchOperations")))
    if patched.get("stage") == NONE:
        del patched["stage"]
    _check(call, domain, patched)
    if patched["basePath"] != mapping["basePath"]:
        _check_free(call, parent, patched["basePath"])
        call.delete("base_path_mapping", parent, mapping["basePath"])
    call.publish_domains = True
    return call.put("base_path_mapping", parent, patched["basePath"], patched)


def delete_base_path_mapping(call: Call, params: Params) -> None:
    domain = domain_names.find(call, params)
    mapping = _find(call, domain, params)
    call.delete("base_path_mapping", domain_names.key_of(domain), mapping["basePath"])
    call.publish_domains = True


def domains_of(call: Call, api_id: str, stage: str | None = None) -> list[str]:
    """Names of the domains that lead to an API, or to one stage of it."""
    found = []
    for domain in call.list("domain_name", ""):
        mappings = call.list("base_path_mapping", domain_names.key_of(domain))
        if any(each["restApiId"] == api_id and stage in (None, each.get("stage")) for each in mappings):
            found.append(domain["domainName"])
    return found


def _find(call: Call, domain: Body, params: Params) -> Body:
    found = call.get("base_path_mapping", domain_names.key_of(domain), table.base_path(params["basePath"]))
    if found is None:
        raise errors.not_found(lookup.NO_MAPPING)
    return found


def _check(call: Call, domain: Body, mapping: Body) -> None:
    check_base_path(mapping["basePath"])
    api = call.get("rest_api", "", mapping["restApiId"])
    if api is None:
        raise errors.bad_request("Invalid REST API identifier specified")
    if mapping.get("stage") and call.get("stage", api["id"], mapping["stage"]) is None:
        raise errors.bad_request("Invalid stage identifier specified")
    private = api["endpointConfiguration"]["types"] == ["PRIVATE"]
    if private is not domain_names.is_private(domain):
        # unverified wording; AWS's documentation says that private domain names are for private APIs alone
        kind = "private" if private else "public"
        raise errors.bad_request(f"Cannot map a {kind} API to the domain name {domain['domainName']}")


def check_base_path(path: str) -> None:
    """Raises BadRequestException. The words on slashes are those of API mappings."""
    if path == NONE:
        return
    if path.startswith("/") or "//" in path:
        raise errors.bad_request("API mapping key should not start with a '/' or have consecutive '/'s.")
    if path.endswith("/"):
        raise errors.bad_request("API mapping key should not end with a '/'.")
    if _CHARACTERS.fullmatch(path) is None:
        raise errors.bad_request(
            "Base path should only contain letters, numbers, and one of $-_.+!*'()/"  # unverified wording
        )


def _check_free(call: Call, parent: str, path: str) -> None:
    if call.get("base_path_mapping", parent, path) is not None:
        raise errors.conflict(
            "Only one base path mapping is allowed if the base path is empty."
            if path == NONE
            else "Base path already exists for this domain name"
        )
