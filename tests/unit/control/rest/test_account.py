from __future__ import annotations

from tests.unit.control.support import Control, patch, refused

ROLE = "arn:aws:iam::111111111111:role/logs"


def test_the_account(plane: Control) -> None:
    found = plane.rest.get_account()
    assert found["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    assert found["features"] == ["UsagePlans"]
    changed = plane.rest.update_account(patchOperations=[patch("replace", "/cloudwatchRoleArn", ROLE)])
    assert changed["cloudwatchRoleArn"] == ROLE
    assert plane.rest.get_account()["cloudwatchRoleArn"] == ROLE
    assert "cloudwatchRoleArn" not in plane.client(region="eu-west-1").get_account()
    assert refused(plane.rest.update_account, patchOperations=[patch("replace", "/cloudwatchRoleArn", "x")])[2] == (
        "The role ARN does not have required permissions configured. "
        "Please grant trust permission for API Gateway and add the required role policy."
    )
