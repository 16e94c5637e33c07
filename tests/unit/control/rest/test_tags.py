from __future__ import annotations

import pytest

from tests.unit.control.support import Control, refused

START = "arn:aws:apigateway:us-east-1::"


def test_tags_of_an_api_and_of_a_stage(plane: Control) -> None:
    api_id, _ = plane.mock_api(tags={"a": "1"})
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    api, stage = f"{START}/restapis/{api_id}", f"{START}/restapis/{api_id}/stages/v1"
    plane.rest.tag_resource(resourceArn=api, tags={"b": "2", "a": "3"})
    plane.rest.tag_resource(resourceArn=stage, tags={"c": "4"})
    assert plane.rest.get_tags(resourceArn=api)["tags"] == {"a": "3", "b": "2"}
    assert plane.rest.get_rest_api(restApiId=api_id)["tags"] == {"a": "3", "b": "2"}
    assert plane.rest.get_stage(restApiId=api_id, stageName="v1")["tags"] == {"c": "4"}
    plane.rest.untag_resource(resourceArn=api, tagKeys=["a", "x"])
    plane.rest.untag_resource(resourceArn=stage, tagKeys=["c"])
    assert plane.rest.get_tags(resourceArn=api)["tags"] == {"b": "2"}
    assert plane.rest.get_tags(resourceArn=stage)["tags"] == {}
    assert "tags" not in plane.rest.get_stage(restApiId=api_id, stageName="v1")


def test_tags_of_links_and_certificates(plane: Control) -> None:
    nlb = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/nlb/1"
    link = plane.rest.create_vpc_link(name="x", targetArns=[nlb])["id"]
    certificate = plane.rest.generate_client_certificate()["clientCertificateId"]
    for arn in (f"{START}/vpclinks/{link}", f"{START}/clientcertificates/{certificate}"):
        plane.rest.tag_resource(resourceArn=arn, tags={"a": "b"})
        assert plane.rest.get_tags(resourceArn=arn)["tags"] == {"a": "b"}
    assert plane.rest.get_vpc_link(vpcLinkId=link)["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("arn", "status", "message"),
    [
        (f"{START}/restapis/nothing", 404, "Invalid API identifier specified 111111111111:nothing"),
        (f"{START}/restapis/nothing/stages/v1", 404, "Invalid API identifier specified 111111111111:nothing"),
        (f"{START}/vpclinks/x", 404, "Invalid Vpc Link identifier specified"),
        (f"{START}/clientcertificates/x", 404, "Invalid Client Certificate identifier specified"),
        (f"{START}/domainnames/a.example.com", 404, "Invalid domain name identifier specified"),
        (f"{START}/domainnameaccessassociations/x", 404, "Invalid domain name access association identifier specified"),
        (f"{START}/planets/mars", 404, f"Gatewright holds no resource that can be tagged under {START}/planets/mars"),
        ("nonsense", 400, "Invalid ARN specified in the request"),
        ("arn:aws:apigateway:eu-west-1::/restapis/a", 400, "Invalid ARN specified in the request"),
        ("arn:aws:apigateway:us-east-1:222222222222:/vpclinks/a", 400, "Invalid ARN specified in the request"),
        ("arn:aws-cn:apigateway:us-east-1::/vpclinks/a", 400, "Invalid ARN specified in the request"),
        ("arn:aws:s3:us-east-1::/restapis/a", 400, "Invalid ARN specified in the request"),
    ],
)
def test_what_is_not_there(plane: Control, arn: str, status: int, message: str) -> None:
    for operation, params in ((plane.rest.get_tags, {}), (plane.rest.tag_resource, {"tags": {"a": "b"}})):
        assert refused(operation, resourceArn=arn, **params)[::2] == (status, message)


@pytest.mark.parametrize(
    "tags", [{"aws:a": "b"}, {"": "b"}, {"k" * 129: "b"}, {"k": "v" * 257}, {f"k{n}": "v" for n in range(51)}]
)
def test_limits(plane: Control, tags: dict[str, str]) -> None:
    api_id, _ = plane.api()
    assert refused(plane.rest.tag_resource, resourceArn=f"{START}/restapis/{api_id}", tags=tags)[0] == 400
