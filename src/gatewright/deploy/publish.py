"""Publishes programs: one JSON file per stage, written so that a reader (or a power cut) sees the old or the new one.

The store says what is deployed, the folder says what the workers serve, and `publish_all` makes the folder equal to the
store. A file is compiled before it is written: what does not compile never reaches a worker.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from gatewright.deploy import credentials, domains, usage
from gatewright.deploy.base import CompileError
from gatewright.deploy.document import program_name
from gatewright.deploy.load import SUFFIX
from gatewright.deploy.stage_document import STAGES, compiled, document_of, unaddressed, without_effect
from gatewright.state.base import Bell
from gatewright.store.base import Document, Key, Store, StoreError, Transaction

logger = logging.getLogger("gatewright.deploy")
RING_TIMEOUT = 2.0  # seconds to wait for the workers


class FilePublisher:
    """`Publisher` over a folder. Safe to use from several threads; one publication at a time.

    `link_targets`: addresses of VPC links, as the setting gives them.
    """

    def __init__(
        self, store: Store, directory: Path, bell: Bell, link_targets: Mapping[str, str] | None = None
    ) -> None:
        self._link_targets = link_targets or {}
        self._told: frozenset[str] = frozenset()  # of domain names
        self._store = store
        self._directory = directory
        self._bell = bell
        self._lock = threading.Lock()
        self._usage_asked = self._usage_done = 0  # publications of usage plans
        directory.mkdir(parents=True, exist_ok=True)

    def publish(self, account: str, region: str, api_id: str, stage: str) -> None:
        """See `Publisher.publish`."""
        with self._lock:
            with self._store.transaction(write=False) as tx:
                found = _stage(tx, account, region, api_id, stage)
                document = None if found is None else self._document(tx, found)
            if self._put(program_name(api_id, stage), found, document):
                self._ring([program_name(api_id, stage)])

    def publish_domains(self) -> None:
        """See `Publisher.publish_domains`."""
        with self._lock:
            with self._store.transaction(write=False) as tx:
                data = self._domains(tx)
            if self._remove(domains.NAME) if data is None else self._write(domains.NAME, data):
                self._ring([domains.NAME])

    def publish_credentials(self) -> Mapping[str, str]:
        """Write the node's credentials from what the store now holds, as `publish_domains` does.

        Returns why a worker could not load them, by the name of what it could not load; nothing when all have.
        """
        with self._lock:
            with self._store.transaction(write=False) as tx:
                data = _json(credentials.collect(tx))
            name = credentials.NAME
            if self._remove(name) if data is None else self._write(name, data):
                return self._ring([name])
            return {}

    def publish_usage(self) -> None:
        """See `Publisher.publish_usage`. Those who ask while one is under way share the next one."""
        self._usage_asked = mine = self._usage_asked + 1
        with self._lock:
            if self._usage_done >= mine:
                return
            asked = self._usage_asked
            with self._store.transaction(write=False) as tx:
                data = _json(usage.collect(tx))
            if self._remove(usage.NAME) if data is None else self._write(usage.NAME, data):
                self._ring([usage.NAME])
            self._usage_done = asked

    def republish(self, names: Sequence[str] | None) -> None:
        """See `Publisher.republish`."""
        if names is None:
            self.publish_all()
            return
        for name in names:
            api_id, _, stage = name.partition("@")
            try:
                if name == domains.NAME:
                    self.publish_domains()
                elif name == credentials.NAME:
                    self.publish_credentials()
                elif name == usage.NAME:
                    self.publish_usage()
                if not stage:
                    continue
                with self._store.transaction(write=False) as tx:
                    keys = [each.key for kind in STAGES for each in tx.find(kind, stage) if each.key.parent == api_id]
                key = keys[0] if keys else Key("", "", "", api_id, stage)
                self.publish(key.account, key.region, api_id, stage)
            except (CompileError, OSError, StoreError) as error:
                logger.error("program %s, changed by another node, was not published here: %s", name, error)

    def publish_all(self) -> None:
        """See `Publisher.publish_all`. A stage that does not compile keeps its old file; all such are logged."""
        with self._lock:
            wanted: dict[str, bytes | None] = {}
            with self._store.transaction(write=False) as tx:
                documents = [(stage, self._document(tx, stage)) for kind in STAGES for stage in tx.scan(kind)]
                beside = {
                    domains.NAME: self._domains(tx),
                    credentials.NAME: _json(credentials.collect(tx)),
                    usage.NAME: _json(usage.collect(tx)),
                }
            wanted |= {name: data for name, data in beside.items() if data is not None}
            for stage, document in documents:
                name = program_name(stage.key.parent, stage.key.id)
                wanted[name] = None
                if document is not None:
                    try:
                        wanted[name] = _checked(document)
                    except CompileError as error:
                        logger.error("stage %s keeps its old program: %s", name, error)
            present = {file.name.removesuffix(SUFFIX) for file in self._directory.glob(f"*{SUFFIX}")}
            changed = [name for name in sorted(present - wanted.keys()) if self._remove(name)]
            changed += [name for name, data in wanted.items() if data is not None and self._write(name, data)]
            if changed:
                self._ring(changed)

    def _put(self, name: str, stage: Document | None, document: dict[str, Any] | None) -> bool:
        """Write or remove the file of a program; whether that changed anything. Raises CompileError."""
        if stage is None or document is None:
            return self._remove(name)
        return self._write(name, _checked(document))

    def _document(self, tx: Transaction, stage: Document) -> dict[str, Any] | None:
        """The program document of a stage; None when it serves nothing."""
        name = program_name(stage.key.parent, stage.key.id)
        return document_of(tx, stage, self._link_targets, lambda line: logger.warning("%s: %s", name, line))

    def _domains(self, tx: Transaction) -> bytes | None:
        """The document of the node's domain names as JSON; tells, once, what they ask for in vain."""
        lines = list(domains.unsupported(tx))
        for line in lines:
            if line not in self._told:
                logger.warning("%s", line)
        self._told = frozenset(lines)
        return _json(domains.collect(tx))

    def _ring(self, names: Iterable[str]) -> Mapping[str, str]:
        failed = self._bell.ring(list(names), RING_TIMEOUT)
        for name, reason in failed.items():
            logger.error("a worker could not load program %s and goes on with the old one: %s", name, reason)
        return failed

    def _write(self, name: str, data: bytes) -> bool:
        """Replace the file atomically and durably; False when it is equal already."""
        file = self._directory / f"{name}{SUFFIX}"
        try:
            if file.read_bytes() == data:
                return False
        except FileNotFoundError:
            pass
        draft = file.with_suffix(".draft")
        with open(draft, "wb", opener=_private) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        self._sync()
        return True

    def _remove(self, name: str) -> bool:
        try:
            (self._directory / f"{name}{SUFFIX}").unlink()
        except FileNotFoundError:
            return False
        self._sync()
        return True

    def _sync(self) -> None:
        """Make the folder's entries themselves durable."""
        handle = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _json(document: Mapping[str, Any] | None) -> bytes | None:
    return None if document is None else orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _stage(tx: Transaction, account: str, region: str, api_id: str, stage: str) -> Document | None:
    """A stage of an API of either product: ids are unique over both."""
    found = (tx.get(Key(account, region, kind, api_id, stage)) for kind in STAGES)
    return next((each for each in found if each is not None), None)


def _private(path: str, flags: int) -> int:
    """Opens a file that nobody else may read: programs hold the keys of client certificates."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)  # a draft that a crash has left
    return descriptor


def _checked(document: dict[str, Any]) -> bytes:
    """The document as JSON, once it has compiled; tells what it asks for in vain. Raises CompileError."""
    name = compiled(document).name
    for line in dict.fromkeys([*without_effect(document), *unaddressed(document)]):
        logger.warning("%s: %s", name, line)  # once: a canary mostly asks for what its stage asks for
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
