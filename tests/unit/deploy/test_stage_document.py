"""Stages of all products on their way to a program; what is published of them: test_publish.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.stage_document import (
    assembled,
    canary_of,
    certificate,
    compiled,
    document_of,
    unaddressed,
    without_effect,
)
from gatewright.store.base import Document, Key, Store, Transaction
from tests.plays.stage import ACCOUNT, API
from tests.unit.deploy.support import REGION, ROOT, deploy, key, open_store

_V2: dict[str, Any] = {"routes": [{"RouteId": "r", "RouteKey": "$default"}], "integrations": [], "authorizers": []}
_WEBSOCKET = {"RouteSelectionExpression": "$request.body.action"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        deploy(tx, ROOT)
        for protocol, members in (("HTTP", {}), ("WEBSOCKET", _WEBSOCKET)):
            api = {"ApiId": protocol, "ProtocolType": protocol, "Name": "v2"} | members
            tx.put(key("snapshot", protocol, "dep"), {"api": api} | _V2)
            tx.put(key("api_stage", protocol, "s"), {"StageName": "s", "DeploymentId": "dep"})
        tx.put(key("client_certificate", "", "c"), {"pemEncodedCertificate": "P", "_key": "K", "other": 1})
    yield store
    store.close()


def _stage(tx: Transaction, kind: str, api: str, id: str) -> Document:
    found = tx.get(key(kind, api, id))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "api", "stage", "name"),
    [
        ("stage", API, "v1", f"{API}@v1"),
        ("api_stage", "HTTP", "s", "HTTP@s"),
        ("api_stage", "WEBSOCKET", "s", "WEBSOCKET@s"),
    ],
)
def test_every_product_has_its_document(store: Store, kind: str, api: str, stage: str, name: str) -> None:
    with store.transaction(write=False) as tx:
        document = document_of(tx, _stage(tx, kind, api, stage), {})
    assert document is not None
    assert compiled(document).name == name
    assert [*without_effect(document), *unaddressed(document)] == []


def test_a_stage_without_a_deployment_has_none(store: Store) -> None:
    with store.transaction() as tx:
        tx.put(key("api_stage", "HTTP", "s"), {"StageName": "s"})
        assert document_of(tx, _stage(tx, "api_stage", "HTTP", "s"), {}) is None


def test_a_canary_and_a_certificate_are_part_of_it(store: Store) -> None:
    canary = {"percentTraffic": 5.0, "deploymentId": "dep1", "stageVariableOverrides": {"a": "2"}}
    body = {"stageName": "v1", "deploymentId": "dep1", "clientCertificateId": "c", "variables": {"a": "1"}}
    with store.transaction() as tx:
        tx.put(key("stage", API, "v1"), body | {"canarySettings": canary})
        stage = _stage(tx, "stage", API, "v1")
        document = document_of(tx, stage, {})
        alone = assembled(tx, canary_of(stage), {"api": {"id": API}, "resources": [ROOT]}, "dep1", {})
    assert document is not None
    shown = {"pemEncodedCertificate": "P", "key": "K"}
    assert document["clientCertificate"] == document["canary"]["program"]["clientCertificate"] == shown
    assert document["canary"]["program"]["stage"]["variables"] == alone["stage"]["variables"] == {"a": "2"}


def test_no_certificate(store: Store) -> None:
    with store.transaction(write=False) as tx:
        for wanted in (None, "", "other"):
            assert certificate(tx, Key(ACCOUNT, REGION, "stage", API, "v1"), wanted) == {}


def test_what_a_document_leaves_out_is_told(store: Store) -> None:
    told: list[str] = []
    with store.transaction() as tx:
        snapshot = {"api": {"id": API, "endpointAccessMode": "STRICT"}, "resources": [ROOT]}
        tx.put(key("snapshot", API, "dep1"), snapshot)
        document_of(tx, _stage(tx, "stage", API, "v1"), {}, told.append)
    assert len(told) == 1


@pytest.mark.parametrize("kind", ["REST", "HTTP", "WEBSOCKET"])
def test_what_is_no_document_is_refused(kind: str) -> None:
    with pytest.raises(CompileError, match="unknown format"):
        compiled({"type": kind, "format": 99})
