"""An API of many routes, written straight into the store: creating 10,000 resources call by call measures the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore

_ACCOUNT, _REGION = "123456789012", "us-east-1"


def plant(data: Path, api_id: str, count: int) -> None:
    """Put an API with `count` MOCK routes `/r<n>/{id}` and its deployed stage v1 under `data`."""
    data.mkdir(parents=True, exist_ok=True)
    api = {"id": api_id, "name": api_id, "rootResourceId": "root", "createdDate": 0, "apiKeySource": "HEADER"}
    resources: list[dict[str, Any]] = [{"id": "root", "path": "/"}]
    for number in range(count):
        resources.append({"id": f"a{number}", "parentId": "root", "pathPart": f"r{number}", "path": f"/r{number}"})
        leaf = {"id": f"b{number}", "parentId": f"a{number}", "pathPart": "{id}", "path": f"/r{number}/{{id}}"}
        resources.append(leaf | {"resourceMethods": {"GET": _mock()}})
    documents: dict[tuple[str, str, str], dict[str, Any]] = {
        ("rest_api", "", api_id): api,
        ("deployment", api_id, "d1"): {"id": "d1", "createdDate": 0},
        ("snapshot", api_id, "d1"): {"api": api, "resources": resources},
        ("stage", api_id, "v1"): {"stageName": "v1", "deploymentId": "d1", "createdDate": 0, "lastUpdatedDate": 0},
    }
    store = SqliteStore(data / "gatewright.db")
    with store.transaction() as tx:
        for (kind, parent, name), body in documents.items():
            tx.insert(Key(_ACCOUNT, _REGION, kind, parent, name), body)
    store.close()


def _mock() -> dict[str, Any]:
    integration = {
        "type": "MOCK",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": 29000,
        "integrationResponses": {"200": {"statusCode": "200", "responseTemplates": {"application/json": "{}"}}},
    }
    return {
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodResponses": {"200": {"statusCode": "200"}},
        "methodIntegration": integration,
    }


def script(path: Path, count: int) -> Path:
    """A wrk script that walks over all routes."""
    path.write_text(
        "local n = 0\n"
        "request = function()\n"
        f"  n = (n + 7919) % {count}\n"
        '  return wrk.format("GET", "/v1/r" .. n .. "/42")\n'
        "end\n"
    )
    return path
