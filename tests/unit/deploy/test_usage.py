"""The document from which workers know API keys and usage plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy import usage
from gatewright.deploy.base import CompileError
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Ceiling, Membership, Plan, PlanQuota
from gatewright.store.base import Key
from tests.plays.stage import ACCOUNT
from tests.unit.deploy.support import REGION, key, open_store

PLAN = {
    "id": "p1",
    "name": "gold",
    "throttle": {"rateLimit": 2.5, "burstLimit": 4},
    "quota": {"limit": 10, "period": "WEEK", "offset": 2},
    "apiStages": [
        {"apiId": "a", "stage": "v1", "throttle": {"/x/GET": {"rateLimit": 1.0, "burstLimit": 2}}},
        {"apiId": "a", "stage": "v2"},
    ],
}


def test_what_is_collected_is_what_is_read(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        tx.put(key("usage_plan", "", "p1"), PLAN)
        for name, enabled in (("k1", True), ("k2", False), ("k3", True)):
            tx.put(key("api_key", "", name), {"id": name, "value": name * 10, "name": "n", "enabled": enabled})
        assert usage.collect(tx) is None
        tx.put(key("usage_plan_key", "p1", "k1"), {"_joined": 86400, "_ceiling": {"since": "2026-11-02", "limit": 9}})
        tx.put(key("usage_plan_key", "p1", "k2"), {"_joined": 86400})
        tx.put(key("usage_plan_key", "gone", "k1"), {"_joined": 86400})
        foreign = Key("000011112222", REGION, "api_key", "", "k1")
        tx.put(foreign, {"id": "k1", "value": "another", "enabled": True})
        document = usage.collect(tx)
    store.close()
    plan = Plan("p1", Throttle(2.5, 4), PlanQuota(10, "WEEK", 2), {"a:v1": {"/x/GET": Throttle(1.0, 2)}, "a:v2": {}})
    member = Membership(plan, date(1970, 1, 2), Ceiling(date(2026, 11, 2), 9))
    assert usage.read(document) == [ApiKey((ACCOUNT, REGION), "k1", "k1" * 10, "n", None, (member,))]
    assert usage.read(None) == ()


@pytest.mark.parametrize(
    ("figures", "throttle"),
    [
        ({}, None),
        ({"burstLimit": 5}, None),
        ({"burstLimit": 0}, Throttle(0.0, 0)),
        ({"rateLimit": 2.5}, Throttle(2.5, 3)),
        ({"rateLimit": 0.0, "burstLimit": 5}, Throttle(0.0, 5)),
    ],
)
def test_throttles_of_which_a_part_is_missing(figures: dict[str, Any], throttle: Throttle | None) -> None:
    assert _plan({"throttle": figures}).throttle == throttle


@pytest.mark.parametrize("written", ["/GET", "//GET"])
def test_the_root_s_methods(written: str) -> None:
    stages = {"a:v1": {"throttle": {written: {"rateLimit": 1, "burstLimit": 1}}}}
    assert list(_plan({"stages": stages}).stages["a:v1"]) == ["//GET"]


def _plan(members: dict[str, Any]) -> Plan:
    owned = {"account": "1", "region": "r"}
    plan = {"id": "p", "stages": {}, **owned, **members}
    member = {"id": "k", "value": "v", "enabled": True, "plans": [{"id": "p", "joined": 0}]}
    (found,) = usage.read({"format": 1, "type": "USAGE", "plans": [plan], "keys": [owned | member]})
    return found.memberships[0].plan


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "unknown format"),
        ({"format": 2, "type": "USAGE"}, "unknown format"),
        ({"format": 1, "type": "USAGE"}, "malformed"),
        ({"format": 1, "type": "USAGE", "plans": [{}], "keys": []}, "malformed"),
        ({"format": 1, "type": "USAGE", "plans": [], "keys": [None]}, "malformed"),
    ],
)
def test_what_is_no_such_document(document: dict[str, object], message: str) -> None:
    with pytest.raises(CompileError, match=message):
        usage.read(document)
