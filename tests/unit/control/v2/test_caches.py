from __future__ import annotations

from typing import Any

from gatewright.deploy.http_api_document import assemble
from tests.unit.control.support import ACCOUNT, REGION, Control, bad, missing, refused


def test_http_apis_only(plane: Control) -> None:
    http, websocket = plane.http_api(), plane.websocket_api()
    for api_id in (http, websocket):
        plane.v2.create_stage(ApiId=api_id, StageName="dev")
    plane.v2.reset_authorizers_cache(ApiId=http, StageName="dev")
    expected = bad("ResetAuthorizersCache is only supported for HTTP APIs")
    assert refused(plane.v2.reset_authorizers_cache, ApiId=websocket, StageName="dev") == expected
    expected = missing("Invalid stage identifier specified")
    assert refused(plane.v2.reset_authorizers_cache, ApiId=http, StageName="none") == expected


def _document(plane: Control, api_id: str) -> dict[str, Any]:
    with plane.store.transaction(write=False) as tx:
        stage = tx.list(ACCOUNT, REGION, "api_stage", api_id)[0].body
    return assemble(ACCOUNT, REGION, {"api": {"ApiId": api_id}, "routes": [], "integrations": []}, stage, "dep")


def test_a_reset_makes_another_program(plane: Control) -> None:
    api_id = plane.http_api()
    at = {"ApiId": api_id, "StageName": "dev"}
    plane.v2.create_stage(**at)
    before, document = plane.v2.get_stage(**at), _document(plane, api_id)
    published = len(plane.published.calls)
    assert plane.v2.reset_authorizers_cache(**at)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert [call[:2] for call in plane.published.calls[published:]] == [(api_id, "dev")]
    first = _document(plane, api_id)
    plane.v2.update_stage(**at, Description="d")
    plane.v2.reset_authorizers_cache(**at)
    assert document != first != _document(plane, api_id) != document
    after = plane.v2.get_stage(**at)
    for member in ("ResponseMetadata", "Description", "LastUpdatedDate"):
        before.pop(member, None)
        after.pop(member, None)
    assert after == before
