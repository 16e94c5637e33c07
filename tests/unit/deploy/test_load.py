from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy.load import Loader, Program
from gatewright.edge.domains import Domain
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.usage import ApiKey
from tests.plays.http_api import http_document
from tests.plays.stage import API, document, method, mock, resource

NAME = f"{API}@v1"


class Worker:
    """Remembers what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.live: dict[str, Program | None] = {}
        self.names: list[str] | None = None
        self.keys: list[str] | None = None
        self.api_keys: list[str] | None = None
        self.loader = Loader(folder, self.install, self.serve, self.know, self.admit)

    def admit(self, keys: Sequence[ApiKey]) -> None:
        self.api_keys = [key.id for key in keys]

    def know(self, credentials: Sequence[Mapping[str, Any]]) -> None:
        self.keys = [each["accessKeyId"] for each in credentials]

    def serve(self, domains: Sequence[Domain]) -> None:
        self.names = [each.name for each in domains]

    def install(self, name: str, program: Program | None) -> None:
        if program is not None and program.deployment == "contradiction":
            raise ValueError("routes contradict each other")
        self.live[name] = program

    def write(self, name: str, body: object) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(body))


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


def test_programs_of_http_apis_are_what_they_are(worker: Worker) -> None:
    worker.write(f"{API}@$default", http_document(stage="$default"))
    assert worker.loader.load_all() == {}
    assert isinstance(worker.live[f"{API}@$default"], HttpApiProgram)


def test_everything_is_loaded_at_start(worker: Worker) -> None:
    worker.write(NAME, document(resource("/", GET=mock())))
    worker.write("other@v1", document())
    (worker.folder / "half.draft").write_text("{")
    assert worker.loader.load_all() == {}
    assert worker.live.keys() == {NAME, "other@v1"}


def test_what_is_gone_is_dropped_when_everything_is_loaded_again(worker: Worker) -> None:
    worker.write(NAME, document())
    worker.loader.load_all()
    (worker.folder / f"{NAME}.json").unlink()
    assert worker.loader.load_all() == {}
    assert worker.live == {NAME: None}


def test_what_has_not_changed_is_not_loaded_again(worker: Worker) -> None:
    worker.write(NAME, document())
    worker.loader.load_all()
    first = worker.live[NAME]
    worker.loader.load_all()
    assert worker.live[NAME] is first
    worker.write(NAME, document(resource("/", GET=mock())))
    worker.loader.load_all()
    assert worker.live[NAME] is not first


def test_one_that_fails_spoils_nothing_else(worker: Worker) -> None:
    worker.write(NAME, document())
    worker.loader.load_all()
    before = worker.live[NAME]
    worker.write(NAME, document(resource("/", GET=method({"type": "TEAPOT"}))))
    (worker.folder / "broken@v1.json").write_text("{")
    worker.write("odd@v1", {"format": 1, "type": "REST"})
    worker.write("twice@v1", document() | {"deployment": "contradiction"})
    worker.write("fine@v1", document())
    failed = worker.loader.load_all()
    assert failed.keys() == {NAME, "broken@v1", "odd@v1", "twice@v1"}
    assert failed[NAME] == "GET /: integrations of type TEAPOT are not supported"
    assert failed["broken@v1"].startswith("is no JSON")
    assert worker.live == {NAME: before, "fine@v1": worker.live["fine@v1"]}


def test_the_bell_names_what_changed(worker: Worker) -> None:
    worker.write(NAME, document())
    assert worker.loader.load([NAME, "gone@v1"]) == {}
    assert worker.live["gone@v1"] is None
    assert worker.live[NAME] is not None


def test_a_file_that_cannot_be_read(worker: Worker) -> None:
    (worker.folder / f"{NAME}.json").mkdir()
    assert worker.loader.load([NAME]) == {NAME: "cannot be read: Is a directory"}


def test_api_keys_come_and_go(worker: Worker) -> None:
    plan = {"account": "1", "region": "r", "id": "p", "stages": {}}
    key = {"account": "1", "region": "r", "id": "k", "value": "v", "enabled": True, "plans": [{"id": "p", "joined": 0}]}
    worker.write("usage", {"format": 1, "type": "USAGE", "plans": [plan], "keys": [key]})
    assert worker.loader.load_all() == {}
    assert worker.api_keys == ["k"]
    worker.write("usage", {"format": 1, "type": "USAGE", "plans": [], "keys": [key]})
    assert "malformed" in worker.loader.load(["usage"])["usage"]
    assert worker.api_keys == ["k"]
    (worker.folder / "usage.json").unlink()
    worker.loader.load_all()
    assert worker.api_keys == []


def test_domain_names_come_and_go(worker: Worker) -> None:
    named: dict[str, object] = {"name": "a.example.com", "regional": None, "endpoints": None, "mappings": []}
    worker.write("domains", {"format": 1, "type": "DOMAINS", "domains": [named]})
    worker.loader.load_all()
    assert worker.names == ["a.example.com"]
    worker.write("domains", {"format": 2})
    assert "unknown format 2" in worker.loader.load(["domains"])["domains"]
    assert worker.names == ["a.example.com"]
    (worker.folder / "domains.json").unlink()
    worker.loader.load_all()
    assert worker.names == []
    assert worker.live == {}


def test_credentials_come_and_go(worker: Worker) -> None:
    worker.write("credentials", {"format": 1, "type": "CREDENTIALS", "credentials": [{"accessKeyId": "AKIA0"}]})
    assert worker.loader.load_all() == {}
    assert worker.keys == ["AKIA0"]
    worker.write("credentials", {"format": 2})
    assert "unknown format 2" in worker.loader.load(["credentials"])["credentials"]
    (worker.folder / "credentials.json").unlink()
    worker.loader.load(["credentials"])
    assert (worker.keys, worker.live) == ([], {})
