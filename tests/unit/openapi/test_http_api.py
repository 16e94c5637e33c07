"""The words of definitions are those of AWS's model."""

from __future__ import annotations

from typing import Any

from botocore.session import get_session

from gatewright.openapi.http_api import CORS_MEMBERS, DEFAULT_KEY, DEFAULT_PATH


def test_all_of_cors_has_a_name_in_documents() -> None:
    cors: Any = get_session().get_service_model("apigatewayv2").shape_for("Cors")
    assert {member: shape.serialization["name"] for member, shape in cors.members.items()} == {
        member: name for name, member in CORS_MEMBERS.items()
    }


def test_the_path_of_the_default_route() -> None:
    assert f"/{DEFAULT_KEY}" == DEFAULT_PATH
