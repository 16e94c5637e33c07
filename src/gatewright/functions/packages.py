"""The packages of functions where several nodes share a store: documents, from which each node fills its own folder.

On one machine the folder is all there is. A package goes into the store before the function that refers to it is
committed, and a node fetches it when it hears of that function.
"""

from __future__ import annotations

import base64
import logging

from gatewright.clock import Clock
from gatewright.functions.code import CodeStore, Package
from gatewright.functions.documents import PACKAGE, Function, child_key
from gatewright.functions.names import FunctionKey
from gatewright.store.base import Body, Store

logger = logging.getLogger("gatewright.functions")


_UNCOMMITTED = 3600.0  # seconds that a package may wait for the function that another node is about to commit


class Packages:
    """A `CodeStore` that shares what it holds. `store` None: with nobody. Blocks: for worker threads."""

    def __init__(self, code: CodeStore, store: Store | None, clock: Clock) -> None:
        self.code = code
        self._store = store
        self._clock = clock

    def add(self, key: FunctionKey, data: bytes) -> Package:
        """Check, unpack and keep a package. Raises PackageError, StoreError."""
        package = self.code.add(key, data)
        if self._store is not None:
            with self._store.transaction() as tx:
                tx.put(child_key(key, PACKAGE, package.sha), _document(data, self._clock.now()))
        return package

    def fetch(self, function: Function) -> None:
        """Have all packages of a function on this node."""
        if self._store is None:
            return
        for sha in function.packages:
            if self.code.task_root(function.key, sha).is_dir() and self.code.zip_path(function.key, sha).is_file():
                continue
            with self._store.transaction(write=False) as tx:
                found = tx.get(child_key(function.key, PACKAGE, sha))
            if found is None:
                logger.error("function %s: its package %s is not in the store", function.key.name, sha)
            else:
                self.code.add(function.key, base64.b64decode(found.body["zip"]))

    def keep(self, key: FunctionKey, here: set[str], stored: set[str]) -> None:
        """Remove what nothing refers to (any more): on this node, and in the store."""
        self.code.keep(key, here | stored)
        if self._store is None:
            return
        before = self._clock.now() - _UNCOMMITTED
        with self._store.transaction(write=False) as tx:
            packages = tx.list(key.account, key.region, PACKAGE, key.name)
            unused = [each.key for each in packages if each.key.id not in stored and each.body["at"] < before]
        if unused:
            with self._store.transaction() as tx:
                for each in unused:
                    tx.delete(each)


def _document(data: bytes, now: float) -> Body:
    return {"zip": base64.b64encode(data).decode(), "at": now}
