from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"
REGIONAL: dict[str, Any] = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}
NAME = {"DomainName": "a.example.com"}


def test_a_domain_name(plane: Control) -> None:
    made = shown(plane.v2.create_domain_name(**NAME, DomainNameConfigurations=[REGIONAL], Tags={"a": "b"}))
    (configuration,) = made.pop("DomainNameConfigurations")
    assert made == {
        "ApiMappingSelectionExpression": "$request.basepath",
        "DomainName": "a.example.com",
        "DomainNameArn": "arn:aws:apigateway:us-east-1::/domainnames/a.example.com",
        "RoutingMode": "API_MAPPING_ONLY",
        "Tags": {"a": "b"},
    }
    assert configuration.pop("ApiGatewayDomainName").endswith(".execute-api.us-east-1.amazonaws.com")
    assert configuration == REGIONAL | {
        "DomainNameStatus": "AVAILABLE",
        "HostedZoneId": "Z1UJRXOUMOOFQ8",
        "IpAddressType": "ipv4",
        "SecurityPolicy": "TLS_1_2",
    }


def test_it_is_the_one_that_rest_apis_have(plane: Control) -> None:
    plane.v2.create_domain_name(
        **NAME, DomainNameConfigurations=[REGIONAL], RoutingMode="ROUTING_RULE_THEN_API_MAPPING"
    )
    found = plane.rest.get_domain_name(domainName="a.example.com")
    assert found["regionalCertificateArn"] == CERTIFICATE
    assert found["routingMode"] == "ROUTING_RULE_THEN_BASE_PATH_MAPPING"
    plane.rest.create_domain_name(domainName="edge.example.com", certificateArn=CERTIFICATE)
    (configuration,) = plane.v2.get_domain_name(DomainName="edge.example.com")["DomainNameConfigurations"]
    assert (configuration["EndpointType"], configuration["CertificateArn"]) == ("EDGE", CERTIFICATE)
    private = {"types": ["PRIVATE"]}
    plane.rest.create_domain_name(domainName="p.example.com", certificateArn=CERTIFICATE, endpointConfiguration=private)
    names = [each["DomainName"] for each in plane.v2.get_domain_names()["Items"]]
    assert names == ["a.example.com", "edge.example.com"]


def test_updates(plane: Control) -> None:
    before = plane.v2.create_domain_name(**NAME, DomainNameConfigurations=[REGIONAL])["DomainNameConfigurations"][0]
    truststore = {"TruststoreUri": "s3://bucket/key", "TruststoreVersion": "1"}
    other = CERTIFICATE.replace("/1", "/2")
    after = plane.v2.update_domain_name(
        **NAME, DomainNameConfigurations=[REGIONAL | {"CertificateArn": other}], MutualTlsAuthentication=truststore
    )
    (configuration,) = after["DomainNameConfigurations"]
    assert configuration == before | {"CertificateArn": other}
    assert after["MutualTlsAuthentication"] == truststore
    after = plane.v2.update_domain_name(**NAME, MutualTlsAuthentication={"TruststoreUri": ""})
    assert "MutualTlsAuthentication" not in after
    assert plane.published.domains


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Exactly one domain name configuration must be specified"),
        ({"DomainNameConfigurations": [REGIONAL, REGIONAL]}, "Exactly one domain name configuration must be specified"),
        (
            {"DomainNameConfigurations": [{"EndpointType": "REGIONAL"}]},
            "A certificate was not provided for the endpoint type REGIONAL.",
        ),
        ({"DomainName": "nonsense", "DomainNameConfigurations": [REGIONAL]}, "Invalid domain name specified: nonsense"),
    ],
)
def test_what_is_refused(plane: Control, given: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_domain_name, **NAME | given) == bad(message)


def test_names_are_taken_once_and_given_back(plane: Control) -> None:
    plane.v2.create_domain_name(**NAME, DomainNameConfigurations=[REGIONAL])
    expected = (409, "ConflictException", "The domain name resource already exists.")
    assert refused(plane.v2.create_domain_name, **NAME, DomainNameConfigurations=[REGIONAL]) == expected
    plane.v2.delete_domain_name(**NAME)
    expected = missing("The domain name resource specified in the request was not found.")
    assert refused(plane.v2.delete_domain_name, **NAME) == expected
