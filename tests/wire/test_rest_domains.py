"""Domain names, VPC links and client certificates: through boto3, and by what clients and backends see of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

NLB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/1234567890abcdef"
ARN = "arn:aws:apigateway:us-east-1::"


def replace(path: str, value: str) -> dict[str, Any]:
    return {"patchOperations": [{"op": "replace", "path": path, "value": value}]}


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


def test_vpc_links(rest: Any) -> None:
    made = rest.create_vpc_link(name="wire", targetArns=[NLB])
    assert made["status"] == "PENDING"
    at = {"vpcLinkId": made["id"]}
    assert rest.get_vpc_link(**at)["status"] == "AVAILABLE"
    assert rest.update_vpc_link(**at, **replace("/name", "renamed"))["name"] == "renamed"
    assert made["id"] in [each["id"] for each in rest.get_vpc_links()["items"]]
    arn = f"{ARN}/vpclinks/{made['id']}"
    rest.tag_resource(resourceArn=arn, tags={"a": "b"})
    assert rest.get_tags(resourceArn=arn)["tags"] == {"a": "b"}
    rest.untag_resource(resourceArn=arn, tagKeys=["a"])
    fails(400, "Name cannot be empty", rest.create_vpc_link, name="", targetArns=[NLB])
    fails(400, "Invalid ARN. ARN is not well formed x", rest.create_vpc_link, name="x", targetArns=["x"])
    fails(400, "Invalid position parameter", rest.get_vpc_links, position="nonsense")
    rest.delete_vpc_link(**at)
    unknown = "Invalid Vpc Link identifier specified"
    fails(404, unknown, rest.get_vpc_link, **at)
    fails(404, unknown, rest.update_vpc_link, **at, **replace("/name", "x"))
    fails(404, unknown, rest.delete_vpc_link, **at)
    fails(404, unknown, rest.get_tags, resourceArn=arn)


def test_client_certificates(rest: Any) -> None:
    made = rest.generate_client_certificate(description="wire")
    assert made["pemEncodedCertificate"].startswith("-----BEGIN CERTIFICATE-----")
    at = {"clientCertificateId": made["clientCertificateId"]}
    assert rest.get_client_certificate(**at)["pemEncodedCertificate"] == made["pemEncodedCertificate"]
    assert rest.update_client_certificate(**at, **replace("/description", "x"))["description"] == "x"
    assert len(rest.get_client_certificates()["items"]) == 1
    fails(400, "Invalid tag key", rest.generate_client_certificate, tags={"aws:x": "y"})
    fails(400, "Invalid position parameter", rest.get_client_certificates, position="nonsense")
    rest.delete_client_certificate(**at)
    unknown = "Invalid Client Certificate identifier specified"
    fails(404, unknown, rest.get_client_certificate, **at)
    fails(404, unknown, rest.update_client_certificate, **at, **replace("/description", "x"))
    fails(404, unknown, rest.delete_client_certificate, **at)
