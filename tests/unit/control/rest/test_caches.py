from __future__ import annotations

from typing import Any

import pytest

from gatewright.control.rest.caches import flushed
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


def test_flushing_a_stage_cache_changes_nothing(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    published = len(plane.published.calls)
    plane.rest.flush_stage_cache(restApiId=api_id, stageName="v1")
    assert len(plane.published.calls) == published


def test_each_flush_counts() -> None:
    stage = {"stageName": "v1"}
    assert flushed(flushed(stage)) == {"stageName": "v1", "_authorizersFlushed": 2}
    assert stage == {"stageName": "v1"}
