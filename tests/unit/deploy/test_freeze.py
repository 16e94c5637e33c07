from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.deploy.freeze import freeze
from tests.plays.stage import ACCOUNT, API, mock, resource
from tests.unit.deploy.support import REGION, ROOT, deploy, open_store


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
