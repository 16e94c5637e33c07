from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.deploy.freeze import freeze, freeze_api
from tests.plays.stage import ACCOUNT, API, mock, resource
from tests.unit.deploy.support import REGION, ROOT, deploy, key, open_store


def test_a_snapshot_is_the_api_as_it_is_now(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        deploy(tx, resource("/b", GET=mock()), ROOT, resource("/a"))
        snapshot = freeze(tx, ACCOUNT, REGION, API)
    assert snapshot["api"]["name"] == "api"
    assert [each["path"] for each in snapshot["resources"]] == ["/", "/a", "/b"]
    store.close()


def test_there_must_be_an_api(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction(write=False) as tx, pytest.raises(LookupError, match="no REST API"):
        freeze(tx, ACCOUNT, REGION, "none")
    store.close()


def test_a_snapshot_of_an_api_of_v2(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for protocol, more in (("HTTP", set()), ("WEBSOCKET", {"models", "routeResponses", "integrationResponses"})):
        with store.transaction() as tx:
            tx.put(key("api", "", "a"), {"ApiId": "a", "ProtocolType": protocol})
            for name in ("b", "a"):
                tx.put(key("route", "a", f"route{name}"), {"RouteId": f"route{name}", "RouteKey": f"GET /{name}"})
            tx.put(key("route_response", "routea", "x"), {"RouteResponseId": "x", "_routeId": "routea"})
            snapshot = freeze_api(tx, ACCOUNT, REGION, "a")
        assert snapshot.keys() == {"api", "routes", "integrations", "authorizers"} | more
        assert [each["RouteId"] for each in snapshot["routes"]] == ["routea", "routeb"]
    assert [each["_routeId"] for each in snapshot["routeResponses"]] == ["routea"]
    with store.transaction() as tx, pytest.raises(LookupError, match="no HTTP or WebSocket API"):
        freeze_api(tx, ACCOUNT, REGION, "none")
    store.close()
