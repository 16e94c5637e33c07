"""Domain names: CreateDomainName, GetDomainName(s), UpdateDomainName, DeleteDomainName.

One document per domain name, for both APIs of the control plane: kept under its name or, a private one, under its id,
because names of private ones repeat. Truststore and certificate come from elsewhere (domain_materials). A public name
is unique in its Region, whatever the account. Policies are answered as they were given (the AWS CLI's examples show
it), not escaped once more as those of APIs are.
https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gatewright.aws.pagination import page
from gatewright.catalog import arns, defaults, hosted_zones, ids, patch, quotas, tls_policies
from gatewright.catalog.patches import domain_name as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import domain_materials, lookup, policies, tags
from gatewright.control.rest.domain_materials import Fetched
from gatewright.store.base import Body

_GIVEN = (
    "certificateName",
    "certificateArn",
    "regionalCertificateName",
    "regionalCertificateArn",
    "securityPolicy",
    "endpointAccessMode",
    "mutualTlsAuthentication",
    "ownershipVerificationCertificateArn",
    "policy",
    "routingMode",
    "tags",
)
_UPLOADED = ("certificateBody", "certificatePrivateKey", "certificateChain")
# A host name of two labels or more, the first of which may be a wildcard; no address, no "localhost".
_NAME = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Under these names AWS's own services are called, here too, and this node itself.
_TAKEN = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".api.aws",
    ".localhost",
    ".localstack.cloud",
    ".docker.internal",
    ".containers.internal",
)
_CERTIFICATE = re.compile(r"arn:[\w-]+:(?:acm:[\w-]+:\d{12}:certificate/\S+|iam::\d{12}:server-certificate/\S+)")
_TRUSTSTORE = re.compile(r"s3://[a-z0-9.-]{3,63}/\S+")
_SUFFIX = {"aws-cn": "amazonaws.com.cn"}


def create_domain_name(call: Call, params: Params) -> Params | None:
    return create(call, params, lambda domain: domain)


def create(call: Call, params: Params, show: Callable[[Body], Body], fetched: Fetched | None = None) -> Params | None:
    """None: the call goes on in another transaction, once what the name needs was fetched."""
    name = params["domainName"]
    _check_name(name)
    if any(params.get(member) for member in _UPLOADED):
        raise errors.bad_request(
            "Gatewright takes no uploaded certificates: name one by its ARN, and give its files to the server "
            "(tls_certificate and tls_key)"
        )
    tags.check(params.get("tags") or {})
    endpoint = params.get("endpointConfiguration") or {}
    if endpoint.get("vpcEndpointIds"):
        raise errors.bad_request("vpcEndpointIds are not allowed for domain names")  # unverified wording
    domain: Body = {"domainName": name, "_created": call.now}
    domain |= {member: params[member] for member in _GIVEN if params.get(member) not in (None, "", {}, [])}
    domain["endpointConfiguration"] = defaults.endpoint(endpoint.get("types"), endpoint.get("ipAddressType"))
    _check(domain)
    private = is_private(domain)
    if not private and any(not is_private(each.body) for each in _same_name(call, name)):
        raise errors.bad_request("The domain name you provided already exists.")
    _room(call, private)
    if private:
        domain["domainNameId"] = call.new_id("domain_name")

    def again(later: Call, found: Fetched) -> Params | None:
        return create(later, params, show, found)

    if fetched is None and domain_materials.postpone(call, domain, None, again, renew=True):
        return None
    domain_materials.settle(domain, fetched)
    _settle(call, domain)
    call.publish_domains = True
    return show(call.insert("domain_name", "", key_of(domain), domain))


def get_domain_name(call: Call, params: Params) -> Params:
    return find(call, params)


def get_domain_names(call: Call, params: Params) -> Params:
    """The caller's domain names in order of name. Nobody shares theirs with other accounts here."""
    known = [] if params.get("resourceOwner") == "OTHER_ACCOUNTS" else call.list("domain_name", "")
    known.sort(key=_order)
    items, position = page(known, _order, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_domain_name(call: Call, params: Params, fetched: Fetched | None = None) -> Params | None:
    domain = find(call, params)
    operations = patch.operations(params.get("patchOperations"))
    patched = patch.apply(table.TABLE, domain, operations)

    def again(later: Call, found: Fetched) -> Params | None:
        return update_domain_name(later, params, found)

    renew = any((each.path or "").startswith("/mutualTlsAuthentication/") for each in operations)
    return save(call, domain, patched, fetched, again, renew=renew)


def save(
    call: Call, domain: Body, patched: Body, fetched: Fetched | None, again: domain_materials.Again, *, renew: bool
) -> Body | None:
    """Check and store a domain name after a change. Raises BadRequestException.

    None: `again` is to do all this once more, in another transaction, with what was fetched. `renew`: the change names
    the truststore.
    """
    if is_private(domain) is not is_private(patched):
        # unverified wording; AWS's documentation says that it cannot be done
        raise errors.bad_request("Cannot migrate between public and private domain names")
    _check(patched)
    if fetched is None and domain_materials.postpone(call, patched, domain, again, renew=renew):
        return None
    domain_materials.settle(patched, fetched)
    _settle(call, patched)
    call.publish_domains = True
    return call.put("domain_name", "", key_of(patched), patched)


def delete_domain_name(call: Call, params: Params) -> None:
    """Its mappings go with it, and whatever was associated with it."""
    domain = find(call, params)
    for association in call.tx.scan("domain_name_access_association"):
        if association.body["domainNameArn"] == domain["domainNameArn"]:
            call.tx.delete(association.key)
    call.tx.delete_children(call.account, call.region, key_of(domain))
    call.delete("domain_name", "", key_of(domain))
    call.publish_domains = True


def find(call: Call, params: Params) -> Body:
    """The domain name that `domainName` and, for a private one, `domainNameId` name. Raises NotFoundException."""
    domain = lookup.top(call, "domain_name", params.get("domainNameId") or params["domainName"], lookup.NO_DOMAIN)
    if domain["domainName"] != params["domainName"]:
        raise errors.not_found(lookup.NO_DOMAIN)
    return domain


def key_of(domain: Body) -> str:
    """The id under which a domain name and what belongs to it are kept."""
    key: str = domain.get("domainNameId") or domain["domainName"]
    return key


def is_private(domain: Body) -> bool:
    return bool(domain["endpointConfiguration"]["types"] == ["PRIVATE"])


def _check_name(name: str) -> None:
    """unverified wording"""
    if not name:
        raise errors.bad_request("Domain name must be non-empty")
    if len(name) > 253 or _NAME.fullmatch(name) is None or name.endswith(_TAKEN):
        raise errors.bad_request(f"Invalid domain name specified: {name}")


def _check(domain: Body) -> None:
    """What a domain name must be as a whole. unverified: all words but those on a missing certificate."""
    types = domain["endpointConfiguration"]["types"]
    if not types or not set(types) <= set(table.TYPES) or ("PRIVATE" in types and len(types) > 1):
        raise errors.bad_request(f"Invalid EndpointTypes specified. Valid options are {','.join(table.TYPES)}")
    if types == ["PRIVATE"] and domain["endpointConfiguration"].get("ipAddressType") == "ipv4":
        raise errors.bad_request("Only dualstack ipAddressType is supported for private domain names.")
    for kind in types:
        if not domain.get(_CERTIFICATES[kind]):
            raise errors.bad_request(f"A certificate was not provided for the endpoint type {kind}.")
    for member in ("certificateArn", "regionalCertificateArn", "ownershipVerificationCertificateArn"):
        if domain.get(member) and _CERTIFICATE.fullmatch(domain[member]) is None:
            raise errors.bad_request(f"Invalid certificate ARN: {domain[member]}")
    for member, service in (("policy", "execute-api"), ("managementPolicy", "apigateway")):
        policies.check(domain.get(member), service)
        if domain.get(member) and not is_private(domain):
            raise errors.bad_request(f"{member} is supported for private domain names only")
    _check_security_policy(domain)
    _check_mutual_tls(domain)


# Where each endpoint type has its certificate.
_CERTIFICATES = {"EDGE": "certificateArn", "PRIVATE": "certificateArn", "REGIONAL": "regionalCertificateArn"}


def _check_security_policy(domain: Body) -> None:
    """AWS: "Choose a security policy for your custom domain", "Supported security policies". unverified wording"""
    name: str = domain.get("securityPolicy") or tls_policies.DEFAULT.name
    if name not in tls_policies.POLICIES:
        raise errors.bad_request("Invalid security policy specified")
    if not tls_policies.is_enhanced(name):
        return
    if not domain.get("endpointAccessMode"):
        raise errors.bad_request(f"The security policy {name} needs an endpoint access mode")
    edge = "EDGE" in domain["endpointConfiguration"]["types"]
    if edge is not name.endswith("_EDGE"):
        kind = "edge-optimized" if edge else "regional and private"
        raise errors.bad_request(f"The security policy {name} is not supported for {kind} domain names")


def _check_mutual_tls(domain: Body) -> None:
    """unverified wording"""
    truststore = domain.get("mutualTlsAuthentication")
    if truststore is None:
        return
    if domain["endpointConfiguration"]["types"] != ["REGIONAL"]:
        raise errors.bad_request("Mutual TLS is supported for regional domain names only")
    if domain.get("securityPolicy") == "TLS_1_0":
        raise errors.bad_request("Mutual TLS requires the security policy TLS_1_2 or newer")
    if tls_policies.is_enhanced(domain.get("securityPolicy")):
        raise errors.bad_request("Mutual TLS is not supported with an enhanced security policy")
    if _TRUSTSTORE.fullmatch(truststore.get("truststoreUri") or "") is None:
        raise errors.bad_request("Invalid truststoreUri specified. It must be of the form s3://bucket-name/key-name")


def _settle(call: Call, domain: Body) -> None:
    """Give a domain name the members that its endpoints have, and take those of others away."""
    name, types = domain["domainName"], domain["endpointConfiguration"]["types"]
    domain.setdefault("securityPolicy", "TLS_1_2")
    domain.setdefault("routingMode", "BASE_PATH_MAPPING_ONLY")
    domain["domainNameStatus"] = "AVAILABLE"
    domain["domainNameArn"] = arns.domain_name(call.region, call.account, name, domain.get("domainNameId"))
    own: dict[str, Any] = {}
    if "REGIONAL" in types:
        suffix = _SUFFIX.get(arns.partition(call.region), "amazonaws.com")
        label = f"d-{ids.new_id('regional_domain', call.below)}"
        own["regionalDomainName"] = domain.get("regionalDomainName") or f"{label}.execute-api.{call.region}.{suffix}"
        own["regionalHostedZoneId"] = hosted_zones.REGIONAL.get(call.region)
    if "EDGE" in types:
        own["distributionDomainName"] = domain.get("distributionDomainName") or _distribution(call)
        own["distributionHostedZoneId"] = hosted_zones.DISTRIBUTION
    if "REGIONAL" not in types or len(types) > 1:
        own["certificateUploadDate"] = domain.get("certificateUploadDate") or call.now
    for member in _ENDPOINT_MEMBERS:
        domain.pop(member, None)
    domain |= {member: value for member, value in own.items() if value is not None}


_ENDPOINT_MEMBERS = (
    "regionalDomainName",
    "regionalHostedZoneId",
    "distributionDomainName",
    "distributionHostedZoneId",
    "certificateUploadDate",
)


def _distribution(call: Call) -> str:
    return f"d{ids.new_id('regional_domain', call.below)}{ids.new_id('distribution', call.below)[:3]}.cloudfront.net"


def _same_name(call: Call, name: str) -> list[Any]:
    """Domain names of this name in the Region, whatever the account."""
    return [each for each in call.tx.find("domain_name", name) if each.key.region == call.region]


def _room(call: Call, private: bool) -> None:
    if not call.unlimited:
        same = [each for each in call.list("domain_name", "") if is_private(each) is private]
        if len(same) >= quotas.DOMAINS[private].most:
            raise errors.limit(quotas.DOMAINS[private])


def _order(domain: Body) -> str:
    return f"{domain['domainName']} {key_of(domain)}"
