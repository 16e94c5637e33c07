from __future__ import annotations

from pathlib import Path

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


def test_the_limits_of_the_settings_are_shown(tmp_path: Path) -> None:
    rest = Control(tmp_path, account_rate_limit=100.0, account_burst_limit=7).rest
    assert rest.get_account()["throttleSettings"] == {"burstLimit": 7, "rateLimit": 100.0}
    changed = rest.update_account(patchOperations=[patch("replace", "/cloudwatchRoleArn", ROLE)])
    assert changed["throttleSettings"] == {"burstLimit": 7, "rateLimit": 100.0}
