from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, refused

CREDENTIALS = "allow-credentials is not supported if 'allow-origin' is *"


@pytest.mark.parametrize(
    ("cors", "message"),
    [
        ({"AllowCredentials": True, "AllowOrigins": ["https://a.test", "*"]}, CREDENTIALS),
        ({"AllowOrigins": ["a.test"]}, "Invalid format for origin a.test. Format should be <scheme>://<host>"),
        (
            {"AllowOrigins": ["https://a.test/"]},
            "Invalid format for origin https://a.test/. Format should be <scheme>://<host>",
        ),
        ({"AllowMethods": ["get"]}, "Invalid method specified for allow-methods: get"),
    ],
)
def test_what_is_refused(plane: Control, cors: dict[str, Any], message: str) -> None:
    made = {"Name": "x", "ProtocolType": "HTTP"}
    assert refused(plane.v2.create_api, **made, CorsConfiguration=cors) == bad(message)
    api_id = plane.http_api()
    assert refused(plane.v2.update_api, ApiId=api_id, CorsConfiguration=cors) == bad(message)


@pytest.mark.parametrize("origin", ["*", "https://*", "http://*", "https://a.test:8443", "capacitor://localhost"])
def test_origins(plane: Control, origin: str) -> None:
    cors = {"AllowOrigins": [origin], "AllowMethods": ["*"], "AllowHeaders": ["x"], "MaxAge": -1}
    assert plane.v2.create_api(Name="x", ProtocolType="HTTP", CorsConfiguration=cors)["CorsConfiguration"] == cors


def test_deletion_reaches_the_stages_that_deploy_themselves(plane: Control) -> None:
    api_id = plane.http_api(CorsConfiguration={"AllowOrigins": ["*"]})
    plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    plane.published.calls.clear()
    plane.v2.delete_cors_configuration(ApiId=api_id)
    assert "CorsConfiguration" not in plane.v2.get_api(ApiId=api_id)
    assert [call[:2] for call in plane.published.calls] == [(api_id, "dev")]
