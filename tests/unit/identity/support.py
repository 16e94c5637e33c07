"""A registry on a store of its own."""

from __future__ import annotations

import json
from pathlib import Path

from gatewright.clock import FakeClock
from gatewright.identity.registry import Registry
from gatewright.identity.vault import Vault
from gatewright.store.sqlite import SqliteStore

ACCOUNT = "123456789012"
RESOURCE = "arn:aws:execute-api:us-east-1:123456789012:abc/v1/GET/"


def policy(effect: str = "Allow", action: str = "execute-api:Invoke", resource: str = "*") -> str:
    """An identity policy's text."""
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class House:
    """A folder with database, key and registry."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "gatewright.db")
        self.vault = Vault(folder / "credentials.key")
        self.registry = Registry(self.store, self.vault, FakeClock())
