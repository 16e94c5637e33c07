from __future__ import annotations

from tests.unit.control.support import Control

START = "arn:aws:apigateway:us-east-1::"


def test_tags_of_everything(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="dev")
    link = plane.v2.create_vpc_link(Name="x", SubnetIds=["subnet-1"])["VpcLinkId"]
    for resource in (f"/apis/{api_id}", f"/apis/{api_id}/stages/dev", f"/vpclinks/{link}"):
        arn = f"{START}{resource}"
        plane.v2.tag_resource(ResourceArn=arn, Tags={"a": "b", "c": "d"})
        plane.v2.untag_resource(ResourceArn=arn, TagKeys=["c", "x"])
        assert plane.v2.get_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
        plane.v2.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert plane.v2.get_stage(ApiId=api_id, StageName="dev")["Tags"] == {}


def test_both_services_share_one_table(plane: Control) -> None:
    rest, _ = plane.api(tags={"a": "b"})
    assert plane.v2.get_tags(ResourceArn=f"{START}/restapis/{rest}")["Tags"] == {"a": "b"}
    certificate = "arn:aws:acm:us-east-1:111111111111:certificate/1"
    plane.rest.create_domain_name(domainName="a.example.com", certificateArn=certificate)
    plane.v2.tag_resource(ResourceArn=f"{START}/domainnames/a.example.com", Tags={"c": "d"})
    assert plane.rest.get_domain_name(domainName="a.example.com")["tags"] == {"c": "d"}
