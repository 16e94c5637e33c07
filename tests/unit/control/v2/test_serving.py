from __future__ import annotations

from typing import Any

from gatewright.control.v2 import serving


class Nobody:
    account, region = "111111111111", "us-east-1"


def problem(protocol: str, *routes: dict[str, Any]) -> str | None:
    snapshot = {"api": {"ApiId": "a", "ProtocolType": protocol}, "routes": [*routes], "integrations": []}
    return serving.problem(Nobody(), snapshot, {"StageName": "dev"})  # type: ignore[arg-type]  # all that it needs


def test_there_must_be_routes() -> None:
    assert problem("HTTP") == "Unable to deploy API because no routes exist in this API"
    assert problem("WEBSOCKET") == "At least one route is required before deploying the Api."


def test_what_has_no_compiler_is_stored() -> None:
    assert problem("WEBSOCKET", {"RouteId": "r", "RouteKey": "$default", "AuthorizationType": "NONE"}) is None
