"""Domain names through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"
REGIONAL = [{"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}]
UNKNOWN = "The domain name resource specified in the request was not found."


def test_domain_names(v2: Any) -> None:
    at = {"DomainName": "v2names.example.com"}
    made = v2.create_domain_name(**at, DomainNameConfigurations=REGIONAL, Tags={"a": "b"})
    (configuration,) = made["DomainNameConfigurations"]
    assert (configuration["DomainNameStatus"], configuration["CertificateArn"]) == ("AVAILABLE", CERTIFICATE)
    assert v2.get_domain_name(**at)["Tags"] == {"a": "b"}
    assert at["DomainName"] in [each["DomainName"] for each in v2.get_domain_names()["Items"]]
    mode = "ROUTING_RULE_THEN_API_MAPPING"
    assert v2.update_domain_name(**at, RoutingMode=mode)["RoutingMode"] == mode
    fails(
        409, "The domain name resource already exists.", v2.create_domain_name, **at, DomainNameConfigurations=REGIONAL
    )
    fails(400, "Invalid nextToken parameter", v2.get_domain_names, NextToken="nonsense")
    v2.delete_domain_name(**at)
    for operation in (v2.get_domain_name, v2.update_domain_name, v2.delete_domain_name):
        fails(404, UNKNOWN, operation, **at)
