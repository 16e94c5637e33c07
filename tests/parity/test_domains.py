"""VPC links against AWS's recorded answers (api.json); integrations through them: test_control_rest_methods.py."""

from __future__ import annotations

from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import Control, patch

NLB = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/nlb/1234567890abcdef"


def recording(test: str) -> Recording:
    return Recording("api.json", test)


def test_vpc_link_lifecycle(plane: Control) -> None:
    aws = recording("TestApiGatewayVpcLink::test_vpc_link_lifecycle")
    aws.match("nlb-arn", NLB)
    made = plane.rest.create_vpc_link(name="link", targetArns=[NLB])
    aws.match("create_vpc_link", made)
    at = {"vpcLinkId": made["id"]}
    aws.match("get_vpc_link", plane.rest.get_vpc_link(**at))
    aws.match("get_vpc_links", plane.rest.get_vpc_links())
    renamed = [patch("replace", "/name", "link-updated")]
    aws.match("update_vpc_link", plane.rest.update_vpc_link(**at, patchOperations=renamed))
    aws.match("delete_vpc_link", plane.rest.delete_vpc_link(**at))
    aws.done()


def test_vpc_link_refusals(plane: Control) -> None:
    aws = recording("TestApiGatewayVpcLink::test_create_vpc_link_invalid_parameters")
    create = plane.rest.create_vpc_link
    aws.refuses("create_vpc_link_invalid_target_arn", create, name="link", targetArns=["invalid-arn"])
    aws.refuses("create_vpc_link_empty_name", create, name="", targetArns=[NLB])
    aws.done()
    calls: dict[str, tuple[Any, dict[str, Any]]] = {
        "get": (plane.rest.get_vpc_link, {}),
        "delete": (plane.rest.delete_vpc_link, {}),
        "update": (plane.rest.update_vpc_link, {"patchOperations": [patch("replace", "/name", "x")]}),
    }
    for verb, (operation, more) in calls.items():
        aws = recording(f"TestApiGatewayVpcLink::test_{verb}_vpc_link_invalid_id")
        aws.refuses(f"{verb}_vpc_link_invalid_id", operation, vpcLinkId="invalid-id", **more)
        aws.done()
