"""VPC links through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails


def test_vpc_links(v2: Any) -> None:
    made = v2.create_vpc_link(Name="link", SubnetIds=["subnet-1"], SecurityGroupIds=[])
    at = {"VpcLinkId": made["VpcLinkId"]}
    assert (made["VpcLinkStatus"], made["VpcLinkVersion"]) == ("PENDING", "V2")
    assert v2.get_vpc_link(**at)["VpcLinkStatus"] == "AVAILABLE"
    assert v2.update_vpc_link(**at, Name="other")["Name"] == "other"
    assert made["VpcLinkId"] in [each["VpcLinkId"] for each in v2.get_vpc_links()["Items"]]
    fails(400, "SubnetIds for a vpc link cannot be empty", v2.create_vpc_link, Name="x", SubnetIds=[])
    fails(400, "Invalid nextToken parameter", v2.get_vpc_links, NextToken="nonsense")
    assert v2.delete_vpc_link(**at)["ResponseMetadata"]["HTTPStatusCode"] == 202
    for operation in (v2.get_vpc_link, v2.update_vpc_link, v2.delete_vpc_link):
        fails(404, f"Invalid VpcLink identifier specified {made['VpcLinkId']}", operation, **at)
