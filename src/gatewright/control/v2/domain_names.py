"""Domain names: CreateDomainName, GetDomainName(s), UpdateDomainName, DeleteDomainName.

The documents are those of REST APIs (`control/rest/domain_names`), seen with other members: one configuration per
endpoint type. Private domain names belong to REST APIs alone and are not seen here (unverified).
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html
"""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import domain_names as rest
from gatewright.control.rest.domain_materials import Fetched
from gatewright.control.v2 import members
from gatewright.store.base import Body

NO_DOMAIN = "The domain name resource specified in the request was not found."
_EXISTS = "The domain name resource already exists."
_ONE = "Exactly one domain name configuration must be specified"  # unverified wording
_ROUTING = {  # as REST APIs call it: as it is called here
    "BASE_PATH_MAPPING_ONLY": "API_MAPPING_ONLY",
    "ROUTING_RULE_ONLY": "ROUTING_RULE_ONLY",
    "ROUTING_RULE_THEN_BASE_PATH_MAPPING": "ROUTING_RULE_THEN_API_MAPPING",
}
_ROUTING_BACK = {here: there for there, here in _ROUTING.items()}
# Members of a configuration, and where the document has them for each endpoint type.
_REGIONAL = {
    "ApiGatewayDomainName": "regionalDomainName",
    "CertificateArn": "regionalCertificateArn",
    "CertificateName": "regionalCertificateName",
    "HostedZoneId": "regionalHostedZoneId",
}
_EDGE = {
    "ApiGatewayDomainName": "distributionDomainName",
    "CertificateArn": "certificateArn",
    "CertificateName": "certificateName",
    "CertificateUploadDate": "certificateUploadDate",
    "HostedZoneId": "distributionHostedZoneId",
}
_PLACES = {"REGIONAL": _REGIONAL, "EDGE": _EDGE}
_GIVEN = ("CertificateArn", "CertificateName")
_SHARED = {
    "DomainNameStatus": "domainNameStatus",
    "SecurityPolicy": "securityPolicy",
    "OwnershipVerificationCertificateArn": "ownershipVerificationCertificateArn",
}


def create_domain_name(call: Call, params: Params) -> Params | None:
    if call.get("domain_name", "", params["DomainName"]) is not None:
        raise errors.conflict(_EXISTS)
    given: Params = {"domainName": params["DomainName"], "tags": params.get("Tags")}
    configurations = params.get("DomainNameConfigurations") or []
    if len(configurations) != 1:
        raise errors.bad_request(_ONE)
    given |= _configured(configurations[0]) | _further(params)
    return rest.create(call, given, view)


def get_domain_name(call: Call, params: Params) -> Params:
    return view(find(call, params["DomainName"]))


def get_domain_names(call: Call, params: Params) -> Params:
    domains = [view(each) for each in call.list("domain_name", "") if not rest.is_private(each)]
    return members.listed(domains, lambda domain: str(domain["DomainName"]), params)


def update_domain_name(call: Call, params: Params, fetched: Fetched | None = None) -> Params | None:
    """What configurations do not name stays as it is."""
    domain = find(call, params["DomainName"])
    configurations = params.get("DomainNameConfigurations")
    after = domain | _further(params, domain)
    if configurations is not None:
        if len(configurations) != 1:
            raise errors.bad_request(_ONE)
        after |= _configured(configurations[0], domain)
    if after.get("mutualTlsAuthentication") == {}:
        del after["mutualTlsAuthentication"]

    def again(later: Call, found: Fetched) -> Params | None:
        return update_domain_name(later, params, found)

    renew = params.get("MutualTlsAuthentication") is not None
    saved = rest.save(call, domain, after, fetched, again, renew=renew)
    return None if saved is None else view(saved)


def delete_domain_name(call: Call, params: Params) -> None:
    rest.delete_domain_name(call, {"domainName": find(call, params["DomainName"])["domainName"]})


def find(call: Call, name: str, id: str | None = None) -> Body:
    """The domain name, a private one by its id. Raises NotFoundException."""
    found = call.get("domain_name", "", id or name)
    if found is None or found["domainName"] != name:
        raise errors.not_found(NO_DOMAIN)
    return found


def view(domain: Body) -> Body:
    """A domain name as this service shows it."""
    shown = {
        "ApiMappingSelectionExpression": "$request.basepath",
        "DomainName": domain["domainName"],
        "DomainNameArn": domain["domainNameArn"],
        "DomainNameConfigurations": [
            _configuration(domain, kind) for kind in domain["endpointConfiguration"]["types"] if kind in _PLACES
        ],
        "RoutingMode": _ROUTING[domain["routingMode"]],
        "Tags": domain.get("tags") or {},
    }
    truststore = domain.get("mutualTlsAuthentication")
    if truststore:
        shown["MutualTlsAuthentication"] = {name[0].upper() + name[1:]: value for name, value in truststore.items()}
    return shown


def _configuration(domain: Body, kind: str) -> Body:
    shown = {"EndpointType": kind, "IpAddressType": domain["endpointConfiguration"].get("ipAddressType")}
    return shown | {name: domain.get(place) for name, place in (_PLACES[kind] | _SHARED).items()}


def _configured(configuration: Body, before: Body | None = None) -> Body:
    """The members of the document for one configuration. unverified: REGIONAL unless another type is given."""
    known = before["endpointConfiguration"] if before else {"types": ["REGIONAL"]}
    kind = configuration.get("EndpointType") or known["types"][0]
    ip = configuration.get("IpAddressType") or known.get("ipAddressType") or "ipv4"
    given: Body = {"endpointConfiguration": {"types": [kind], "ipAddressType": ip}}
    given |= {_PLACES[kind][name]: configuration[name] for name in _GIVEN if configuration.get(name)}
    for name in ("SecurityPolicy", "OwnershipVerificationCertificateArn"):
        if configuration.get(name):
            given[_SHARED[name]] = configuration[name]
    return given


def _further(params: Params, before: Body | None = None) -> Body:
    """What is given beside the configurations; an empty truststore takes mutual TLS away.

    A version alone is one of the truststore that the name has; another URI begins without a version.
    """
    given: Body = {}
    if params.get("RoutingMode"):
        given["routingMode"] = _ROUTING_BACK[params["RoutingMode"]]
    truststore = params.get("MutualTlsAuthentication")
    if truststore is not None:
        if truststore.get("TruststoreUri") == "":
            truststore = {}
        elif truststore and not truststore.get("TruststoreUri") and before is not None:
            known = before.get("mutualTlsAuthentication") or {}
            truststore = {"TruststoreUri": known.get("truststoreUri")} | truststore
        given["mutualTlsAuthentication"] = {
            name[0].lower() + name[1:]: value for name, value in truststore.items() if value is not None
        }
    return given
