from __future__ import annotations

import pytest

from gatewright.catalog.patches.account import ROLE_REFUSED, TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

ROLE = "arn:aws:iam::123456789012:role/path/logs"


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/cloudwatchRoleArn": "r", "/features": "ad"}


def test_the_role_comes_and_goes() -> None:
    assert patched(TABLE, {}, "replace", "/cloudwatchRoleArn", ROLE) == {"cloudwatchRoleArn": ROLE}
    assert patched(TABLE, {"cloudwatchRoleArn": ROLE}, "replace", "/cloudwatchRoleArn", "") == {}


@pytest.mark.parametrize("arn", ["x", "arn:aws:s3:::bucket", "arn:aws:iam::123456789012:user/me"])
def test_what_is_no_role(arn: str) -> None:
    assert refusal(TABLE, {}, "replace", "/cloudwatchRoleArn", arn) == ROLE_REFUSED


def test_usage_plans_stay() -> None:
    assert patched(TABLE, {"features": ["UsagePlans"]}, "add", "/features", "UsagePlans") == {
        "features": ["UsagePlans"]
    }
    assert "UsagePlans" in refusal(TABLE, {"features": ["UsagePlans"]}, "remove", "/features", "UsagePlans")
    assert "Teleport" in refusal(TABLE, {}, "add", "/features", "Teleport")
