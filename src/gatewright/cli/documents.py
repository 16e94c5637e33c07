"""What commands read of a node's documents, whether it runs or not. Nothing is written.

SQLite and PostgreSQL show a reader one moment, beside whoever writes: a running node need not be asked.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from gatewright.app import common
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import Store, Transaction


@contextlib.contextmanager
def reading(settings: Settings) -> Iterator[Transaction]:
    """A transaction that reads. Raises SettingsError, StoreError, OSError."""
    with opened(settings) as store, store.transaction(write=False) as tx:
        yield tx


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store, to read from. Raises SettingsError, StoreError, OSError."""
    if settings.database_url is None:
        file = settings.data / "gatewright.db"
        if not file.exists():
            raise SettingsError(f"data_dir {settings.data} holds no documents: no node has been started with it")
        if file.stat().st_uid != os.geteuid():  # the log that SQLite may make would be closed to the node
            raise SettingsError(f"data_dir {settings.data} belongs to another user: run this command as that user")
    store = common.open_store(settings, upgrade=False)
    try:
        yield store
    finally:
        store.close()
