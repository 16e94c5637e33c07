"""Loads published programs into a running worker: all of them at start, some when the bell rings.

Every program stands for itself: one that cannot be read or compiled leaves its predecessor running, and the others
alone.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from gatewright.deploy import credentials, domains, usage
from gatewright.deploy.base import CompileError
from gatewright.deploy.compile import compile_program
from gatewright.deploy.http_api import TYPE, compile_http_api
from gatewright.deploy.websocket import compile_websocket
from gatewright.deploy.websocket_document import TYPE as WEBSOCKET
from gatewright.edge.domains import Domain
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.usage import ApiKey
from gatewright.program.websocket import WebSocketProgram

logger = logging.getLogger("gatewright.deploy")
SUFFIX = ".json"

Version = tuple[int, int, int]
Program = StageProgram | HttpApiProgram | WebSocketProgram
Install = Callable[[str, Program | None], None]
Serve = Callable[[Sequence[Domain]], None]
Know = Callable[[Sequence[Mapping[str, Any]]], None]
Admit = Callable[[Sequence[ApiKey]], None]


class Loader:
    """Reads a folder of program documents and hands the compiled programs to `install`.

    `install` may raise ValueError for a program that it cannot take. The domain names of the node, which lie in the
    same folder, go to `serve`, its credentials to `know`, its API keys with their usage plans to `admit`.
    """

    def __init__(
        self,
        directory: Path,
        install: Install,
        serve: Serve | None = None,
        know: Know | None = None,
        admit: Admit | None = None,
    ) -> None:
        self._directory = directory
        self._install = install
        self._serve = serve or (lambda domains: None)
        self._know = know or (lambda credentials: None)
        self._admit = admit or (lambda keys: None)
        self._loaded: dict[str, Version] = {}

    def load_all(self) -> dict[str, str]:
        """Load every program there is and drop those that are gone. Returns those that failed, with the reason."""
        present = {file.name.removesuffix(SUFFIX) for file in self._directory.glob(f"*{SUFFIX}")}
        return self.load(sorted(present | self._loaded.keys()))

    def load(self, names: Iterable[str]) -> dict[str, str]:
        """Load those of these programs whose files have changed; one without a file is dropped.

        Returns those that failed, with the reason.
        """
        failed: dict[str, str] = {}
        with _no_collection():
            for name in names:
                reason = self._load_one(name)
                if reason is not None:
                    failed[name] = reason
                    logger.error("program %s was not loaded, the old one goes on: %s", name, reason)
        return failed

    def _load_one(self, name: str) -> str | None:
        try:
            with (self._directory / f"{name}{SUFFIX}").open("rb") as file:
                version = _version(file.fileno())
                if self._loaded.get(name) == version:
                    return None
                data = file.read()
        except FileNotFoundError:
            self._take(name, None)
            self._loaded.pop(name, None)
            return None
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        try:
            self._take(name, orjson.loads(data))
            self._loaded[name] = version
        except orjson.JSONDecodeError as error:
            return f"is no JSON: {error}"
        except CompileError as error:
            return str(error)
        except Exception as error:
            logger.exception("program %s", name)
            return f"{type(error).__name__}: {error}"
        return None

    def _take(self, name: str, document: Any) -> None:
        if name == domains.NAME:
            self._serve(() if document is None else domains.compile_domains(document))
        elif name == credentials.NAME:
            self._know(credentials.read(document))
        elif name == usage.NAME:
            self._admit(usage.read(document))
        else:
            self._install(name, None if document is None else _compiled(document))


def _compiled(document: Any) -> Program:
    """Raises CompileError."""
    if document.get("type") == WEBSOCKET:
        return compile_websocket(document)
    return compile_http_api(document) if document.get("type") == TYPE else compile_program(document)


def _version(descriptor: int) -> Version:
    """What tells one publication of a program from the next: each is a file of its own, renamed into place."""
    status = os.fstat(descriptor)
    return status.st_ino, status.st_mtime_ns, status.st_size


@contextmanager
def _no_collection() -> Iterator[None]:
    """A program is many small objects that all stay: looking for garbage among them would double the time it takes."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
