"""Functions that run straight from a folder on disk, for development (local profile only).

`POST /_gatewright/functions {"name", "dir", "handler", "runtime"?, "environment"?, "timeout"?, "memory"?}` creates
the function or points an existing one to the folder, and lets API Gateway invoke it. A change of a file in the folder
replaces the function's processes: idle ones at once, busy ones after their call.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from watchfiles import awatch

from gatewright.aws.base import Params
from gatewright.functions import configuration, documents
from gatewright.functions.code import walk
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import UNQUALIFIED, child_key, function_key
from gatewright.functions.names import FunctionKey
from gatewright.functions.operations import Call
from gatewright.functions.policy import GATEWAY, INVOKE, statement
from gatewright.functions.runtime import own_runtime
from gatewright.store.base import Body

DEBOUNCE = 100  # ms of silence after a change before it counts
LOOK_AGAIN = 2000  # ms between looks for folders that were missing
SID = "gatewright-folder"

log = logging.getLogger("gatewright.functions")


class FolderRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of the request."""

    name: str
    dir: str
    handler: str
    runtime: str | None = None
    environment: dict[str, str] = {}
    timeout: int = 30
    memory: int = 128
    role: str | None = None


def add_folder(call: Call, body: bytes) -> Params:
    """Create or repoint a function; its configuration. Raises AwsError."""
    try:
        asked = msgspec.json.decode(body, type=FolderRequest)
    except msgspec.DecodeError as error:
        raise invalid(f"Could not parse request body into json: {error}") from None
    folder = Path(asked.dir)
    if not folder.is_absolute() or not folder.is_dir():
        raise invalid(f"dir must be the absolute path of a folder on this machine: {asked.dir}")
    key = call.name({"FunctionName": asked.name}).key
    given: Params = {
        "Runtime": asked.runtime or own_runtime(folder, asked.handler),
        "Handler": asked.handler,
        "Role": asked.role or f"arn:aws:iam::{key.account}:role/gatewright-folder",
        "Environment": {"Variables": asked.environment},
        "Timeout": asked.timeout,
        "MemorySize": asked.memory,
    }
    with call.transaction() as tx:
        function = documents.load(tx, key)
        document = configuration.new(key, given, call.now())
        if function is not None:
            document |= {k: v for k, v in function.latest.items() if k in ("_tags", "_next", "_reserved")}
        document |= _content(folder)
        tx.put(function_key(key), document)
        policy = (function.policies.get(UNQUALIFIED) if function else None) or _empty_policy()
        if not any(s["Sid"] == SID for s in policy["Statement"]):
            policy["Statement"].append(statement(key.arn, SID, INVOKE, GATEWAY))
            policy["_revision"] = document["RevisionId"]
            tx.put(child_key(key, documents.POLICY, UNQUALIFIED), policy)
    call.changed.add(key)
    return document


def _empty_policy() -> Body:
    return {"Version": "2012-10-17", "Id": "default", "Statement": []}


def _content(folder: Path) -> Body:
    """What describes the code in place of a package's hash and size: those of the files as they are now."""
    digest, size = hashlib.sha256(), 0
    for path in walk(folder):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode() + data)
        size += len(data)
    return {"CodeSha256": base64.b64encode(digest.digest()).decode(), "CodeSize": size, "_folder": str(folder)}


class FolderWatch:
    """Tells which function's folder has changed."""

    def __init__(self, changed: Callable[[FunctionKey], None]) -> None:
        self._changed = changed
        self._folders: dict[FunctionKey, Path] = {}
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def watch(self, folders: Mapping[FunctionKey, Path]) -> None:
        """Watch these from now on."""
        if folders == self._folders:
            return
        self._folders = dict(folders)
        self._stop.set()  # the watch in hand starts over with the new set
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        self._closed = True
        self._stop.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._closed:
            self._stop.clear()
            there = self._there()
            if not there:
                await self._pause()
                continue
            async for changes in awatch(
                *there, debounce=DEBOUNCE, stop_event=self._stop, yield_on_timeout=True, rust_timeout=LOOK_AGAIN
            ):
                self._tell({Path(path) for _, path in changes})
                if self._there() != there:
                    break

    def _there(self) -> list[Path]:
        return sorted({folder for folder in self._folders.values() if folder.is_dir()})

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN / 1000):
                await self._stop.wait()
        except TimeoutError:
            return

    def _tell(self, paths: set[Path]) -> None:
        for key, folder in self._folders.items():
            touched = [p for p in paths if p.is_relative_to(folder) or p.is_relative_to(folder.resolve())]
            if touched:
                log.info("function %s: %s changed, reloading", key.name, touched[0].name)
                self._changed(key)


def folders_of(functions: list[documents.Function]) -> dict[FunctionKey, Path]:
    """The folders of those functions that run from one."""
    found: dict[FunctionKey, Path] = {}
    for function in functions:
        folder: Any = function.latest.get("_folder")
        if folder:
            found[function.key] = Path(folder)
    return found
