"""UpdateDomainName.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateDomainName-Patch. What the values must be
is checked with the whole domain name afterwards.
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog import endpoints
from gatewright.catalog.patch import Document, Effect, Operation, PatchError, Row, Table, plain

TYPES = ("EDGE", "REGIONAL", "PRIVATE")
ROUTING = ("BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING")
_ALL = ("add", "replace", "remove")


def _types(domain: Document, keys: tuple[str, ...], patch: Operation) -> None:
    """A public domain name may have both endpoints while it moves from one to the other; one must stay."""
    if patch.value not in TYPES:
        raise PatchError(f"Invalid EndpointTypes specified. Valid options are {','.join(TYPES)}")
    endpoint = domain.setdefault("endpointConfiguration", {})
    types = [each for each in endpoint.get("types") or () if each != patch.value]
    if patch.op == "add":
        types.append(patch.value)
    endpoint["types"] = types


def _first_type(domain: Document, keys: tuple[str, ...], patch: Operation) -> None:
    """Some clients (Terraform) replace the type at an index."""
    if patch.value not in TYPES:
        raise PatchError(f"Invalid EndpointTypes specified. Valid options are {','.join(TYPES)}")
    domain.setdefault("endpointConfiguration", {})["types"] = [patch.value]


def _truststore(name: str) -> Effect:
    """An empty truststore turns mutual TLS off."""
    member = e.member("mutualTlsAuthentication", name)

    def effect(domain: Document, keys: tuple[str, ...], patch: Operation) -> None:
        member(domain, keys, patch)
        truststore = domain["mutualTlsAuthentication"]
        if not truststore or (name == "truststoreUri" and name not in truststore):
            del domain["mutualTlsAuthentication"]

    return effect


TABLE = Table(
    (
        Row("/certificateArn", _ALL, e.member("certificateArn")),
        Row("/certificateName", _ALL, e.member("certificateName")),
        Row("/regionalCertificateArn", _ALL, e.member("regionalCertificateArn")),
        Row("/regionalCertificateName", _ALL, e.member("regionalCertificateName")),
        Row(
            "/endpointConfiguration/ipAddressType",
            ("replace",),
            e.member(
                "endpointConfiguration",
                "ipAddressType",
                convert=e.choice(("ipv4", "dualstack"), "ipAddressType must be either ipv4 or dualstack."),
            ),
        ),
        Row("/endpointConfiguration/types", ("add", "remove"), _types),
        Row("/endpointConfiguration/types/{type}", ("replace",), _first_type),
        Row("/endpointAccessMode", ("replace",), e.member("endpointAccessMode", convert=endpoints.access_mode)),
        Row("/managementPolicy", ("replace",), e.member("managementPolicy")),
        Row("/mutualTlsAuthentication/truststoreUri", _ALL, _truststore("truststoreUri")),
        Row("/mutualTlsAuthentication/truststoreVersion", _ALL, _truststore("truststoreVersion")),
        Row("/ownershipVerificationCertificateArn", _ALL, e.member("ownershipVerificationCertificateArn")),
        Row("/policy", ("replace",), e.member("policy")),
        Row(
            "/routingMode",
            ("replace",),
            e.member("routingMode", convert=e.choice(ROUTING, "Invalid routing mode specified")),
        ),
        Row("/securityPolicy", ("replace",), e.member("securityPolicy", convert=endpoints.security_policy)),
    ),
    plain,
)
