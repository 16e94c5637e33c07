from __future__ import annotations

from tests.unit.control.support import Control, bad, missing, refused


def test_http_apis_only(plane: Control) -> None:
    http, websocket = plane.http_api(), plane.websocket_api()
    for api_id in (http, websocket):
        plane.v2.create_stage(ApiId=api_id, StageName="dev")
    plane.v2.reset_authorizers_cache(ApiId=http, StageName="dev")
    expected = bad("ResetAuthorizersCache is only supported for HTTP APIs")
    assert refused(plane.v2.reset_authorizers_cache, ApiId=websocket, StageName="dev") == expected
    expected = missing("Invalid stage identifier specified")
    assert refused(plane.v2.reset_authorizers_cache, ApiId=http, StageName="none") == expected
