"""`gatewright diff` over the documents of a node that does not run; over a running one: tests/wire/test_diff.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.main import cli
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import API, mock, resource
from tests.unit.deploy.support import ROOT, deploy, key


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    store = SqliteStore(tmp_path / "gatewright.db")
    with store.transaction() as tx:
        deploy(tx, ROOT, resource("/old", GET=mock()))
        tx.put(key("deployment", API, "dep1"), {"id": "dep1", "createdDate": 0})
    return store


def _run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *words, "--data-dir", str(tmp_path)], env={"GATEWRIGHT_CONFIG": None})


def _put(store: SqliteStore, kind: str, parent: str, id: str, body: dict[str, Any]) -> None:
    with store.transaction() as tx:
        tx.put(key(kind, parent, id), body)


def test_the_same(tmp_path: Path, store: SqliteStore) -> None:
    result = _run(tmp_path, "api", "v1")
    assert (result.exit_code, result.output) == (
        0,
        f"api ({API}), stage v1, deployment dep1 of 1970-01-01 00:00:00 UTC: the same\n",
    )
    store.close()


def test_what_differs(tmp_path: Path, store: SqliteStore) -> None:
    integration = {
        "type": "HTTP",
        "uri": "http://a",
        "requestTemplates": {"application/json": "one\ntwo\nthree\n"},
        "requestParameters": {"integration.request.header.Token": "'a'"},
    }
    before = resource("/x", GET=mock() | {"methodIntegration": integration})
    changed = json.loads(json.dumps(before))
    changed["resourceMethods"]["GET"]["methodIntegration"] |= {
        "uri": "http://b",
        "requestTemplates": {"application/json": "one\n2\x1b[2J\nthree\n"},
        "requestParameters": {"integration.request.header.Token": "'b'"},
    }
    with store.transaction() as tx:
        deploy(tx, ROOT, before, deployment="dep2")
        tx.put(key("resource", API, before["id"]), changed)
        tx.put(key("rest_api", "", API), {"id": API, "name": "api", "policy": '{"a":[1]}', "description": "new\x1b"})
        tx.delete(key("resource", API, resource("/old")["id"]))
    result = _run(tmp_path, API, "v1")
    assert result.exit_code == 1
    assert result.output.split("\n") == [
        f"api ({API}), stage v1, deployment dep2: 2 differences",
        "~ RestApi api",
        '    /description: + "new\\u001b"',
        "    /policy:",
        "      +{",
        '      +  "a": [',
        "      +    1",
        "      +  ]",
        "      +}",
        "~ Integration GET /x",
        "    /requestParameters/integration.request.header.Token: changed, not shown",
        "    /requestTemplates/application~1json:",
        "       one",
        "      -two",
        "      +2\\x1b[2J",
        "       three",
        '    /uri: "http://a" → "http://b"',
        "",
        f"To have it served: aws apigateway create-deployment --rest-api-id {API} --stage-name v1",
        "",
    ]
    store.close()


def test_for_programs(tmp_path: Path, store: SqliteStore) -> None:
    canary = {"percentTraffic": 5.0, "deploymentId": "dep2"}
    _put(store, "stage", API, "v1", {"stageName": "v1", "deploymentId": "dep1", "canarySettings": canary})
    _put(store, "snapshot", API, "dep2", {"api": {"id": API, "name": "api", "description": "x"}, "resources": [ROOT]})
    result = _run(tmp_path, "api", "v1", "--json")
    said = json.loads(result.output)
    assert (result.exit_code, said["same"], said["stage"]) == (1, False, "v1")
    assert said["api"] == {
        "id": API,
        "name": "api",
        "type": "REST",
        "account": "123456789012",
        "region": "us-east-1",
    }
    first, second = said["deployments"]
    assert first == {"id": "dep1", "createdDate": 0, "canaryPercentTraffic": None, "differences": []}
    assert (second["id"], second["canaryPercentTraffic"]) == ("dep2", 5.0)
    assert second["differences"][0] == {
        "change": "changed",
        "noun": "RestApi",
        "name": "api",
        "members": [{"path": "/description", "before": "x"}],
    }
    assert "canary of v1 (5 % of requests), deployment dep2" in _run(tmp_path, "api", "v1").output
    store.close()


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ({"AutoDeploy": True, "LastDeploymentStatusMessage": "Deployment attempt failed: x"}, "failed: x"),
        ({"AutoDeploy": True}, "nothing has changed since"),
        ({}, "aws apigatewayv2 create-deployment --api-id web --stage-name '$default'"),
    ],
)
def test_a_stage_without_a_deployment(tmp_path: Path, store: SqliteStore, stage: dict[str, Any], line: str) -> None:
    _put(store, "api", "", "web", {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
    _put(store, "api_stage", "web", "$default", {"StageName": "$default"} | stage)
    result = _run(tmp_path, "web", "$default")
    assert result.exit_code == 1
    assert "stage $default, without a deployment: 1 difference\n+ Api web" in result.output
    assert line in result.output
    store.close()


@pytest.mark.parametrize(
    ("words", "message"), [(("nothing", "v1"), "no API with"), (("api", "v9"), "has no stage v9; its stages: v1")]
)
def test_trouble(tmp_path: Path, store: SqliteStore, words: tuple[str, str], message: str) -> None:
    result = _run(tmp_path, *words)
    assert (result.exit_code, message in result.output) == (2, True)
    store.close()


def test_no_documents(tmp_path: Path) -> None:
    result = _run(tmp_path / "none", "api", "v1")
    assert (result.exit_code, "holds no documents" in result.output) == (2, True)
