from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.patches import usage_plan
from gatewright.catalog.patches.usage_plan import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

PLAN: dict[str, Any] = {"id": "p", "name": "n", "apiStages": [{"apiId": "a", "stage": "s"}]}
METHOD = {"/pets/GET": {"rateLimit": 1.5, "burstLimit": 3}}
LIMITED: dict[str, Any] = PLAN | {"apiStages": [{"apiId": "a", "stage": "s", "throttle": METHOD}]}


def test_the_paths_are_those_of_aws() -> None:
    shown = {path: ops for path, ops in offered(TABLE).items() if "//" not in path}
    method = "/apiStages/{apidId:stageName}/throttle/{+resourcePath}/{httpMethod}"
    assert shown == {
        "/name": "r",
        "/description": "r",
        "/apiStages": "ad",
        "/quota": "d",
        "/throttle": "d",
        "/productCode": "ard",
        "/throttle/rateLimit": "ar",
        "/throttle/burstLimit": "ar",
        "/quota/limit": "ar",
        "/quota/offset": "ar",
        "/quota/period": "ar",
        f"{method}/rateLimit": "ar",
        f"{method}/burstLimit": "ar",
        method: "d",
        "/apiStages/{apidId:stageName}/throttle": "ard",
    }


@pytest.mark.parametrize(
    ("op", "path", "value", "member", "after"),
    [
        ("replace", "/name", "m", "name", "m"),
        ("add", "/productCode", "c", "productCode", "c"),
        ("add", "/throttle/rateLimit", "2", "throttle", {"rateLimit": 2.0}),
        ("replace", "/throttle/burstLimit", "2", "throttle", {"burstLimit": 2}),
        ("add", "/quota/limit", "9", "quota", {"limit": 9}),
        ("replace", "/quota/period", "WEEK", "quota", {"period": "WEEK"}),
        ("add", "/apiStages", "c:d", "apiStages", [{"apiId": "a", "stage": "s"}, {"apiId": "c", "stage": "d"}]),
        ("add", "/apiStages", "a:s", "apiStages", [{"apiId": "a", "stage": "s"}]),
        ("remove", "/apiStages", "a:s", "apiStages", []),
    ],
)
def test_values(op: str, path: str, value: str, member: str, after: Any) -> None:
    assert patched(TABLE, PLAN, op, path, value)[member] == after


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("~1pets/GET", "/pets/GET"),
        ("pets/GET", "/pets/GET"),
        ("/pets/GET", "/pets/GET"),
        ("/pets/{id}/GET", "/pets/{id}/GET"),
        ("~1pets~1{id}/POST", "/pets/{id}/POST"),
        ("~1/GET", "//GET"),
        ("//GET", "//GET"),
        ("/GET", "/GET"),
    ],
)
def test_the_throttle_of_a_method(path: str, key: str) -> None:
    set_ = patched(TABLE, PLAN, "add", f"/apiStages/a:s/throttle/{path}/rateLimit", "4")
    assert set_["apiStages"][0]["throttle"] == {key: {"rateLimit": 4.0}}
    more = patched(TABLE, set_, "replace", f"/apiStages/a:s/throttle/{path}/burstLimit", "5")
    assert more["apiStages"][0]["throttle"] == {key: {"rateLimit": 4.0, "burstLimit": 5}}
    assert patched(TABLE, more, "remove", f"/apiStages/a:s/throttle/{path}")["apiStages"] == PLAN["apiStages"]


def test_all_throttles_of_a_stage() -> None:
    given = '{"/pets/GET": {"rateLimit": 1.5, "burstLimit": 3}}'
    assert patched(TABLE, PLAN, "replace", "/apiStages/a:s/throttle", given) == LIMITED
    assert patched(TABLE, LIMITED, "remove", "/apiStages/a:s/throttle") == PLAN
    assert patched(TABLE, LIMITED, "replace", "/apiStages/a:s/throttle", "") == PLAN


@pytest.mark.parametrize(
    ("op", "path", "value", "message"),
    [
        ("add", "/apiStages", "nonsense", "Invalid API Stage specified"),
        ("add", "/apiStages", None, "Invalid API Stage specified"),
        ("remove", "/apiStages", "x:y", "Invalid API Stage {api: x, stage: y} specified for usageplan p"),
        ("remove", "/apiStages/x:y/throttle", None, "Invalid API Stage {api: x, stage: y} specified for usageplan p"),
        ("remove", "/apiStages/a:s/throttle/~1x/GET", None, "Invalid method throttle /x/GET specified"),
        ("add", "/apiStages/a:s/throttle", "[]", usage_plan.THROTTLES),
        ("add", "/apiStages/a:s/throttle", '{"/x/GET": 1}', usage_plan.THROTTLES),
        ("add", "/apiStages/a:s/throttle", '{"/x/GET": {"rateLimit": -1}}', usage_plan.RATE),
        ("add", "/throttle/burstLimit", "1.5", usage_plan.BURST),
        ("add", "/throttle/rateLimit", "nan", usage_plan.RATE),
        ("replace", "/quota/limit", "0", usage_plan.QUOTA_LIMIT),
        ("replace", "/quota/period", "YEAR", usage_plan.QUOTA_PERIOD),
        ("replace", "/name", "", "Usage Plan name must be non-empty"),
    ],
)
def test_refusals(op: str, path: str, value: str | None, message: str) -> None:
    assert refusal(TABLE, PLAN, op, path, value) == message


def test_the_list_of_paths_is_that_of_aws() -> None:
    """Seen in a client's report, misspelt as it is."""
    assert refusal(TABLE, PLAN, "remove", "/apiStages/a:s") == (
        "Invalid patch path  '/apiStages/a:s' specified for op 'remove'. Must be one of: [/apiStages, /quota, "
        "/throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, "
        "/apiStages/<apidId:stageName>/throttle]"
    )
