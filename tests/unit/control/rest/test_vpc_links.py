from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

NLB = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/nlb/1234567890abcdef"


def deployed(plane: Control, connection: str, variables: dict[str, str] | None = None) -> dict[str, Any]:
    """A stage whose only method goes through a link: {"restApiId": …, "stageName": "v1"}."""
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE")
    plane.rest.put_integration(
        **at, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://nlb.test/",
        connectionType="VPC_LINK", connectionId=connection,
    )  # fmt: skip
    plane.rest.create_deployment(restApiId=api_id, stageName="v1", variables=variables or {})
    return {"restApiId": api_id, "stageName": "v1"}


def test_a_link_from_its_creation_to_its_end(plane: Control) -> None:
    made = plane.rest.create_vpc_link(name="one", targetArns=[NLB], description="first", tags={"a": "b"})
    assert (made["status"], made["description"], made["tags"]) == ("PENDING", "first", {"a": "b"})
    at = {"vpcLinkId": made["id"]}
    assert plane.rest.get_vpc_link(**at)["status"] == "AVAILABLE"
    changed = plane.rest.update_vpc_link(**at, patchOperations=[patch("replace", "/description", "")])
    assert "description" not in changed
    plane.rest.delete_vpc_link(**at)
    assert plane.rest.get_vpc_links()["items"] == []
    assert refused(plane.rest.get_vpc_link, **at) == (
        404,
        "NotFoundException",
        "Invalid Vpc Link identifier specified",
    )


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([], "Target arns cannot be empty"),
        ([NLB, NLB], "More than one target arn specified for vpc link."),
        (["arn:aws"], "Invalid ARN. ARN is not well formed arn:aws"),
    ],
)
def test_bad_targets(plane: Control, targets: list[str], message: str) -> None:
    assert refused(plane.rest.create_vpc_link, name="x", targetArns=targets)[::2] == (400, message)


def test_there_is_room_for_twenty(plane: Control) -> None:
    for number in range(20):
        plane.rest.create_vpc_link(name=str(number), targetArns=[NLB])
    assert refused(plane.rest.create_vpc_link, name="x", targetArns=[NLB])[:2] == (429, "LimitExceededException")
