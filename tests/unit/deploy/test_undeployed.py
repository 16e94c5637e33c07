"""APIs by what they are called, and what their stages do not serve yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy.undeployed import apis, find_api, find_stage, undeployed
from gatewright.store.base import Key, Store
from tests.plays.stage import ACCOUNT, API, mock, resource
from tests.unit.deploy.support import REGION, ROOT, deploy, key, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        deploy(tx, ROOT)
        tx.put(key("deployment", API, "dep1"), {"id": "dep1", "createdDate": 7})
        tx.put(key("api", "", "web"), {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
        tx.put(key("api_stage", "web", "$default"), {"StageName": "$default"})
    yield store
    store.close()


def _put(store: Store, kind: str, parent: str, id: str, body: dict[str, Any], account: str = ACCOUNT) -> None:
    with store.transaction() as tx:
        tx.put(Key(account, REGION, kind, parent, id), body)


@pytest.mark.parametrize(("called", "found"), [(API, API), ("api", API), ("web", "web")])
def test_an_api_is_found_by_id_or_name(store: Store, called: str, found: str) -> None:
    with store.transaction(write=False) as tx:
        assert find_api(tx, called).id == found


def test_an_id_goes_before_a_name(store: Store) -> None:
    _put(store, "api", "", "other", {"ApiId": "other", "Name": API, "ProtocolType": "HTTP"})
    with store.transaction(write=False) as tx:
        assert find_api(tx, API).type == "REST"


def test_none_and_several_are_refused(store: Store) -> None:
    _put(store, "rest_api", "", "second", {"id": "second", "name": "api"}, account="210987654321")
    with store.transaction(write=False) as tx:
        with pytest.raises(LookupError, match="no API with the id or name nothing"):
            find_api(tx, "nothing")
        with pytest.raises(LookupError, match=rf"several .*{API} \(REST, account .*second \(REST, account 2109"):
            find_api(tx, "api")
        with pytest.raises(LookupError, match=r"has no stage v9; its stages: v1"):
            find_stage(tx, find_api(tx, API), "v9")
        with pytest.raises(LookupError, match=r"has no stage v1; it has none"):
            find_stage(tx, find_api(tx, "second"), "v1")
        assert [api.id for api in apis(tx)] == [API, "web", "second"]


def test_a_stage_beside_its_api(store: Store) -> None:
    with store.transaction(write=False) as tx:
        api = find_api(tx, API)
        (same,) = undeployed(tx, api, find_stage(tx, api, "v1"))
    assert (same.stage, same.share, same.deployment, same.created, same.differences) == ("v1", None, "dep1", 7, [])
    added = resource("/new", GET=mock())
    _put(store, "resource", API, added["id"], added)
    with store.transaction(write=False) as tx:
        (beside,) = undeployed(tx, api, find_stage(tx, api, "v1"))
    assert ("added", "Method", "GET /new") in [(each.change, each.noun, each.name) for each in beside.differences]


def test_a_canary_is_compared_too(store: Store) -> None:
    _put(store, "snapshot", API, "dep2", {"api": {"id": API, "name": "other"}, "resources": [ROOT]})
    for canary, number in (
        ({"percentTraffic": 5.0, "deploymentId": "dep2"}, 2),
        ({"deploymentId": "dep1"}, 1),
        ({}, 1),
    ):
        _put(store, "stage", API, "v1", {"stageName": "v1", "deploymentId": "dep1", "canarySettings": canary})
        with store.transaction(write=False) as tx:
            api = find_api(tx, API)
            found = list(undeployed(tx, api, find_stage(tx, api, "v1")))
        assert [(each.share, len(each.differences)) for each in found] == [(None, 0), (5.0, 1)][:number]


def test_a_stage_without_a_deployment_serves_nothing(store: Store) -> None:
    with store.transaction(write=False) as tx:
        api = find_api(tx, "web")
        (found,) = undeployed(tx, api, find_stage(tx, api, "$default"))
    assert (found.deployment, found.created, {each.change for each in found.differences}) == (None, None, {"added"})
