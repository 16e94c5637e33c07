from __future__ import annotations

from tests.unit.control.support import Control, bad, refused, shown

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/a/1/2"


def test_a_link(plane: Control) -> None:
    made = shown(plane.v2.create_vpc_link(Name="x", SubnetIds=["subnet-1"], Tags={"a": "b"}))
    at = {"VpcLinkId": made["VpcLinkId"]}
    assert (made["VpcLinkStatus"], made["SecurityGroupIds"], made["Tags"]) == ("PENDING", [], {"a": "b"})
    found = plane.v2.get_vpc_link(**at)
    assert (found["VpcLinkStatus"], found["VpcLinkVersion"]) == ("AVAILABLE", "V2")
    assert refused(plane.v2.update_vpc_link, **at, Name="") == bad("Name for a vpc link cannot be empty")
    assert plane.rest.get_vpc_links()["items"] == []


def test_what_is_refused(plane: Control) -> None:
    create = plane.v2.create_vpc_link
    assert refused(create, Name="", SubnetIds=["a"]) == bad("Name for a vpc link cannot be empty")
    assert refused(create, Name="x", SubnetIds=[]) == bad("SubnetIds for a vpc link cannot be empty")
    assert refused(create, Name="x", SubnetIds=["a"] * 11) == bad("A vpc link can have at most 10 subnets")


def test_one_in_use_stays(plane: Control) -> None:
    link = plane.v2.create_vpc_link(Name="x", SubnetIds=["subnet-1"])["VpcLinkId"]
    api_id = plane.http_api()
    tls = {"ServerNameToVerify": "a.test"}
    integration = plane.url_integration(
        api_id, IntegrationUri=LISTENER, ConnectionType="VPC_LINK", ConnectionId=link, TlsConfig=tls
    )
    status, _, message = refused(plane.v2.delete_vpc_link, VpcLinkId=link)
    assert (status, f"[{api_id}:{integration}]" in message) == (400, True)
    plane.v2.delete_integration(ApiId=api_id, IntegrationId=integration)
    plane.v2.delete_vpc_link(VpcLinkId=link)
