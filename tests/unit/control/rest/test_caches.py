from __future__ import annotations

import pytest

from tests.unit.control.support import Control, refused


@pytest.mark.parametrize("operation", ["flush_stage_cache", "flush_stage_authorizers_cache"])
def test_there_must_be_a_stage(plane: Control, operation: str) -> None:
    flush = getattr(plane.rest, operation)
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    assert flush(restApiId=api_id, stageName="v1")["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refused(flush, restApiId=api_id, stageName="v2")[2] == "Invalid Stage identifier specified"
    assert refused(flush, restApiId="none", stageName="v1")[0] == 404
