from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import ACCOUNT, Control, patch, refused

CERT = "arn:aws:acm:us-east-1:111111111111:certificate/1"
OPEN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}
)
NAME = "api.example.com"
ENHANCED = "SecurityPolicy_TLS13_1_3_2025_09"


def asked(kind: str = "REGIONAL", **members: Any) -> dict[str, Any]:
    """What CreateDomainName needs for an endpoint of this type."""
    certificate = "regionalCertificateArn" if kind == "REGIONAL" else "certificateArn"
    return {"domainName": NAME, certificate: CERT, "endpointConfiguration": {"types": [kind]}} | members


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_regional_name(plane: Control) -> None:
    made = without_metadata(plane.rest.create_domain_name(**asked(tags={"a": "b"})))
    regional = made.pop("regionalDomainName")
    assert regional.startswith("d-")
    assert regional.endswith(".execute-api.us-east-1.amazonaws.com")
    assert len(regional.partition(".")[0]) == 12
    assert made == {
        "domainName": NAME,
        "domainNameArn": f"arn:aws:apigateway:us-east-1::/domainnames/{NAME}",
        "regionalCertificateArn": CERT,
        "regionalHostedZoneId": "Z1UJRXOUMOOFQ8",
        "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"},
        "domainNameStatus": "AVAILABLE",
        "securityPolicy": "TLS_1_2",
        "routingMode": "BASE_PATH_MAPPING_ONLY",
        "tags": {"a": "b"},
    }
    assert plane.rest.get_domain_name(domainName=NAME)["regionalDomainName"] == regional


def test_an_edge_optimised_name(plane: Control) -> None:
    made = plane.rest.create_domain_name(domainName=NAME, certificateArn=CERT)
    assert made["endpointConfiguration"]["types"] == ["EDGE"]
    assert made["distributionDomainName"].endswith(".cloudfront.net")
    assert made["distributionHostedZoneId"] == "Z2FDTNDATAQYW2"
    assert made["certificateUploadDate"]
    assert "regionalDomainName" not in made


def test_a_private_name(plane: Control) -> None:
    made = plane.rest.create_domain_name(**asked("PRIVATE", policy=OPEN))
    fresh = made["domainNameId"]
    assert made["domainNameArn"] == f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/domainnames/{NAME}+{fresh}"
    assert made["endpointConfiguration"] == {"types": ["PRIVATE"], "ipAddressType": "dualstack"}
    assert made["policy"] == OPEN  # as Terraform compares it
    plane.rest.create_domain_name(**asked("PRIVATE"))  # names of private ones repeat
    plane.rest.create_domain_name(**asked())
    assert [each["domainName"] for each in plane.rest.get_domain_names()["items"]] == [NAME] * 3
    at = {"domainName": NAME, "domainNameId": fresh}
    foreign = [patch("replace", "/managementPolicy", OPEN)]
    assert refused(plane.rest.update_domain_name, **at, patchOperations=foreign)[0] == 400  # no action of its service
    managing = OPEN.replace("execute-api:Invoke", "apigateway:CreateAccessAssociation").replace(
        "execute-api:/*", made["domainNameArn"]
    )
    changed = plane.rest.update_domain_name(**at, patchOperations=[patch("replace", "/managementPolicy", managing)])
    assert changed["managementPolicy"]
    plane.rest.tag_resource(resourceArn=made["domainNameArn"], tags={"a": "b"})
    assert plane.rest.get_domain_name(**at)["tags"] == {"a": "b"}
    plane.rest.delete_domain_name(**at)
    assert refused(plane.rest.get_domain_name, **at)[::2] == (404, "Invalid domain name identifier specified")
    assert plane.rest.get_domain_name(domainName=NAME)["endpointConfiguration"]["types"] == ["REGIONAL"]


def test_from_edge_to_regional_and_back(plane: Control) -> None:
    """AWS: "Migrate a custom domain name to a different API endpoint type": both for a while."""
    first = plane.rest.create_domain_name(domainName=NAME, certificateArn=CERT)
    both = plane.rest.update_domain_name(
        domainName=NAME,
        patchOperations=[
            patch("add", "/endpointConfiguration/types", "REGIONAL"),
            patch("add", "/regionalCertificateArn", CERT),
        ],
    )
    assert both["regionalDomainName"]
    assert both["distributionDomainName"] == first["distributionDomainName"]
    last = plane.rest.update_domain_name(
        domainName=NAME, patchOperations=[patch("remove", "/endpointConfiguration/types", "EDGE")]
    )
    assert last["regionalDomainName"] == both["regionalDomainName"]
    assert "distributionDomainName" not in last


def test_what_changes_is_published(plane: Control) -> None:
    plane.rest.create_domain_name(**asked())
    plane.rest.update_domain_name(
        domainName=NAME, patchOperations=[patch("replace", "/routingMode", "ROUTING_RULE_ONLY")]
    )
    plane.rest.delete_domain_name(domainName=NAME)
    assert plane.published.domains == [1, 1, 0]


def test_a_name_is_unique_in_its_region(plane: Control) -> None:
    plane.rest.create_domain_name(**asked())
    taken = (400, "BadRequestException", "The domain name you provided already exists.")
    assert refused(plane.rest.create_domain_name, **asked()) == taken
    assert refused(plane.client(account="222222222222").create_domain_name, **asked()) == taken
    plane.client(region="eu-west-1").create_domain_name(**asked())
    assert plane.rest.get_domain_names(resourceOwner="OTHER_ACCOUNTS")["items"] == []


TRUSTSTORE = {"truststoreUri": "s3://bucket/truststore.pem"}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (asked(domainName="localhost"), "Invalid domain name specified: localhost"),
        (asked(domainName="127.0.0.1"), "Invalid domain name specified: 127.0.0.1"),
        (asked(domainName="Api.Example.com"), "Invalid domain name specified: Api.Example.com"),
        (asked(domainName="sts.amazonaws.com"), "Invalid domain name specified: sts.amazonaws.com"),
        (asked(domainName="a.execute-api.localhost"), "Invalid domain name specified: a.execute-api.localhost"),
        (asked(domainName="*.localstack.cloud"), "Invalid domain name specified: *.localstack.cloud"),
        (asked(domainName="host.docker.internal"), "Invalid domain name specified: host.docker.internal"),
        (asked(domainName="a.*.example.com"), "Invalid domain name specified: a.*.example.com"),
        ({"domainName": NAME}, "A certificate was not provided for the endpoint type EDGE."),
        (asked() | {"regionalCertificateArn": ""}, "A certificate was not provided for the endpoint type REGIONAL."),
        (asked() | {"regionalCertificateArn": "x"}, "Invalid certificate ARN: x"),
        (asked(ownershipVerificationCertificateArn="x"), "Invalid certificate ARN: x"),
        (asked(endpointConfiguration={"types": ["PRIVATE", "EDGE"]}), "Invalid EndpointTypes specified."),
        (asked(endpointConfiguration={"types": ["PRIVATE"], "ipAddressType": "ipv4"}), "Only dualstack ipAddressType"),
        (asked(endpointConfiguration={"vpcEndpointIds": ["vpce-1"]}), "vpcEndpointIds are not allowed"),
        (asked(certificateBody="PEM"), "Gatewright takes no uploaded certificates"),
        (asked(policy=OPEN), "policy is supported for private domain names only"),
        (asked("PRIVATE", policy="{"), "Invalid policy document."),
        (asked(mutualTlsAuthentication={"truststoreUri": "x"}), "Invalid truststoreUri specified."),
        (asked("EDGE", mutualTlsAuthentication=TRUSTSTORE), "Mutual TLS is supported for regional domain names only"),
        (asked(mutualTlsAuthentication=TRUSTSTORE, securityPolicy="TLS_1_0"), "Mutual TLS requires"),
        (asked(tags={"aws:x": "y"}), "Invalid tag key: aws:x"),
        (asked(securityPolicy=ENHANCED), f"The security policy {ENHANCED} needs an endpoint access mode"),
        (
            asked(securityPolicy="SecurityPolicy_TLS13_2025_EDGE", endpointAccessMode="BASIC"),
            "The security policy SecurityPolicy_TLS13_2025_EDGE is not supported for regional and private domain names",
        ),
        (
            asked("EDGE", securityPolicy=ENHANCED, endpointAccessMode="BASIC"),
            f"The security policy {ENHANCED} is not supported for edge-optimized domain names",
        ),
    ],
)
def test_what_is_refused(plane: Control, params: dict[str, Any], message: str) -> None:
    status, code, said = refused(plane.rest.create_domain_name, **params)
    assert (status, code) == (400, "BadRequestException")
    assert said.startswith(message)


def test_no_way_from_public_to_private(plane: Control) -> None:
    plane.rest.create_domain_name(**asked("EDGE"))
    moved = [patch("replace", "/endpointConfiguration/types/0", "PRIVATE")]
    assert refused(plane.rest.update_domain_name, domainName=NAME, patchOperations=moved)[0] == 400


def test_names_that_are_not_there(plane: Control) -> None:
    missing = (404, "NotFoundException", "Invalid domain name identifier specified")
    for operation in (plane.rest.get_domain_name, plane.rest.delete_domain_name, plane.rest.update_domain_name):
        assert refused(operation, domainName="no.example.com") == missing
    made = plane.rest.create_domain_name(**asked("PRIVATE"))
    assert refused(plane.rest.get_domain_name, domainName=NAME) == missing
    assert refused(plane.rest.get_domain_name, domainName="x.example.com", domainNameId=made["domainNameId"]) == missing


def test_mutual_tls_is_kept(plane: Control) -> None:
    made = plane.rest.create_domain_name(**asked(mutualTlsAuthentication=TRUSTSTORE))
    assert made["mutualTlsAuthentication"] == TRUSTSTORE


def test_enhanced_security_policies_are_for_rest_apis(plane: Control) -> None:
    made = plane.rest.create_domain_name(**asked(securityPolicy=ENHANCED, endpointAccessMode="STRICT"))
    assert (made["securityPolicy"], made["endpointAccessMode"]) == (ENHANCED, "STRICT")
    api = plane.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    plane.v2.create_stage(ApiId=api, StageName="$default")
    assert refused(plane.v2.create_api_mapping, DomainName=NAME, ApiId=api, Stage="$default") == (
        400,
        "BadRequestException",
        "HTTP and WebSocket APIs cannot be mapped to domain names with enhanced security policies",
    )
