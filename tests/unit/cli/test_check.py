"""`gatewright check` over the documents of a node that does not run; over a running one: tests/wire/test_diff.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.main import cli
from gatewright.functions.documents import function_key
from gatewright.functions.names import FunctionKey
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import ACCOUNT, API, FUNCTION, function, mock, resource
from tests.unit.deploy.support import REGION, ROOT, deploy, key


def _run(tmp_path: Path, *words: str, env: dict[str, str] | None = None) -> Result:
    clean: dict[str, str | None] = {"GATEWRIGHT_CONFIG": None, "AWS_ENDPOINT_URL": None}
    return CliRunner().invoke(cli, ["check", *words, "--data-dir", str(tmp_path)], env=clean | (env or {}))


def _house(tmp_path: Path, *resources: dict[str, Any]) -> None:
    store = SqliteStore(tmp_path / "gatewright.db")
    with store.transaction() as tx:
        deploy(tx, *resources)
        tx.put(key("api", "", "web"), {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
        tx.put(key("route", "web", "r"), {"RouteId": "r", "RouteKey": "GET /"})
    store.close()


def test_all_is_well(tmp_path: Path) -> None:
    _house(tmp_path, ROOT)
    before = (tmp_path / "gatewright.db").read_bytes()
    result = _run(tmp_path)
    assert (result.exit_code, result.output) == (0, "2 APIs checked: all is well\n")
    result = _run(tmp_path, "api", "--json")
    said = json.loads(result.output)
    assert said["counts"] == {"problem": 0, "warning": 0, "note": 0}
    assert said["apis"] == [
        {"id": API, "name": "api", "type": "REST", "account": ACCOUNT, "region": REGION, "findings": []}
    ]
    assert (tmp_path / "gatewright.db").read_bytes() == before


def test_problems(tmp_path: Path) -> None:
    _house(tmp_path, ROOT, resource("/x", GET=mock(requestTemplates={"a/b": "#if("}), PUT={}))
    result = _run(tmp_path, env={"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=none/v1"})
    lines = result.output.split("\n")
    assert result.exit_code == 1
    assert lines[0] == f"api ({API}), REST"
    assert lines[1].startswith("  problem  GET /x: requestTemplates a/b: ")
    assert lines[2] == "  problem  PUT /x: No integration defined for method"
    assert [line for line in lines if "stage v1: GET /x: what is deployed cannot be served" in line]
    assert "  problem  setting domain_aliases: it leads nowhere: there is no API none" in lines
    assert "domain name gw.test" in lines
    assert lines[-2] == "2 APIs checked: 5 problems"


def test_warnings_count_when_strict(tmp_path: Path) -> None:
    _house(tmp_path, resource("/", GET=function()))
    missing = f"there is no function {FUNCTION}"
    result = _run(tmp_path)
    assert (result.exit_code, missing in result.output) == (0, True)
    assert "           make it: aws lambda create-function" in result.output
    assert result.output.endswith("2 APIs checked: 1 warning\n")
    assert _run(tmp_path, "--strict").exit_code == 1
    assert _run(tmp_path, "web", "--strict").exit_code == 0
    elsewhere = _run(tmp_path, env={"AWS_ENDPOINT_URL_LAMBDA": "http://elsewhere"})
    assert elsewhere.output == "2 APIs checked: all is well\n"


def test_permissions_of_functions(tmp_path: Path) -> None:
    _house(tmp_path, resource("/", GET=function()))
    store = SqliteStore(tmp_path / "gatewright.db")
    with store.transaction() as tx:
        tx.insert(function_key(FunctionKey(ACCOUNT, REGION, "my-function")), {})
        tx.put(key("stage", API, "v2"), {"stageName": "v2", "deploymentId": "dep1"})
        tx.put(key("stage", API, "v3"), {"stageName": "v3", "deploymentId": "dep1"})
    store.close()
    (finding, *others) = json.loads(_run(tmp_path, "--json").output)["apis"][0]["findings"]
    assert len(others) == 2  # the advice differs from stage to stage
    assert (finding["kind"], finding["place"], finding["stages"]) == ("warning", "GET /", ["v1"])
    assert finding["advice"].startswith(f"aws lambda add-permission --function-name {FUNCTION} ")
    assert _run(tmp_path, env={"GATEWRIGHT_LAMBDA_PERMISSIONS": "false"}).output.endswith("all is well\n")


@pytest.mark.parametrize("words", [("nothing",), ("--config", "nowhere.toml")])
def test_trouble(tmp_path: Path, words: tuple[str, ...]) -> None:
    _house(tmp_path, ROOT)
    assert _run(tmp_path, *words).exit_code == 2
