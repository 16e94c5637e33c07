from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble
from tests.unit.control.support import ACCOUNT, REGION, Control, refused


@pytest.mark.parametrize("operation", ["flush_stage_cache", "flush_stage_authorizers_cache"])
def test_there_must_be_a_stage(plane: Control, operation: str) -> None:
    flush = getattr(plane.rest, operation)
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    assert flush(restApiId=api_id, stageName="v1")["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refused(flush, restApiId=api_id, stageName="v2")[2] == "Invalid Stage identifier specified"
    assert refused(flush, restApiId="none", stageName="v1")[0] == 404


def _stage(plane: Control, api_id: str) -> Any:
    with plane.store.transaction(write=False) as tx:
        return tx.list(ACCOUNT, REGION, "stage", api_id)[0].body


def test_flushed_authorizers_make_another_program(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    at = {"restApiId": api_id, "stageName": "v1"}
    before = plane.rest.get_stage(**at)
    documents = []
    for _ in range(3):
        snapshot = {"api": {"id": api_id}, "resources": []}
        documents.append(assemble(ACCOUNT, REGION, snapshot, _stage(plane, api_id), "dep"))
        published = len(plane.published.calls)
        plane.rest.flush_stage_authorizers_cache(**at)
        assert plane.published.calls[published:] == [(api_id, "v1", before["deploymentId"])]
    assert documents[0] != documents[1] != documents[2] != documents[0]
    after = plane.rest.get_stage(**at)
    for answer in (before, after):
        del answer["ResponseMetadata"]
    assert after == before  # nobody sees the count, and it is no change of the stage


def test_the_count_survives_what_changes_a_stage(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    plane.rest.flush_stage_authorizers_cache(restApiId=api_id, stageName="v1")
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    patch = {"op": "replace", "path": "/description", "value": "d"}
    plane.rest.update_stage(restApiId=api_id, stageName="v1", patchOperations=[patch])
    assert _stage(plane, api_id)["_authorizersFlushed"] == 1


def test_a_flushed_cache_makes_another_program(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    deployment = plane.rest.create_deployment(restApiId=api_id, stageName="v1")["id"]
    at = {"restApiId": api_id, "stageName": "v1"}
    patches = [
        {"op": "replace", "path": "/cacheClusterEnabled", "value": "true"},
        {"op": "replace", "path": "/*/*/caching/dataEncrypted", "value": "true"},
    ]
    before = plane.rest.update_stage(**at, patchOperations=patches)
    parts = set()
    for _ in range(3):
        document = assemble(ACCOUNT, REGION, {"api": {"id": api_id}, "resources": []}, _stage(plane, api_id), "dep")
        cache = compile_program(document).cache
        assert cache is not None
        parts.add((cache.part, cache.secret))
        published = len(plane.published.calls)
        plane.rest.flush_stage_cache(**at)
        assert plane.published.calls[published:] == [(api_id, "v1", deployment)]
    assert len(parts) == 3
    after = plane.rest.get_stage(**at)
    for answer in (before, after):
        del answer["ResponseMetadata"]
    assert after == before
    assert not any(name.startswith("_") for name in after)
