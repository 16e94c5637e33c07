"""A store with one deployed API, and a bell that remembers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gatewright.store.base import Key, Transaction
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import ACCOUNT, API, mock, resource

REGION = "us-east-1"


class FakeBell:
    def __init__(self) -> None:
        self.rung: list[list[str]] = []
        self.failing: dict[str, str] = {}

    def ring(self, names: Sequence[str], timeout: float = 2.0) -> dict[str, str]:
        self.rung.append(list(names))
        return {name: self.failing[name] for name in names if name in self.failing}


def key(kind: str, parent: str, id: str) -> Key:
    return Key(ACCOUNT, REGION, kind, parent, id)


def open_store(folder: Path) -> SqliteStore:
    return SqliteStore(folder / "store.db")


def deploy(tx: Transaction, *resources: dict[str, Any], stage: str = "v1", deployment: str = "dep1") -> None:
    """Put an API with these resources, a deployment of it, and a stage that serves it."""
    api = {"id": API, "name": "api"}
    tx.put(key("rest_api", "", API), api)
    for each in resources:
        tx.put(key("resource", API, each["id"]), each)
    tx.put(key("snapshot", API, deployment), {"api": api, "resources": list(resources)})
    tx.put(key("stage", API, stage), {"stageName": stage, "deploymentId": deployment})


ROOT = resource("/", GET=mock())
