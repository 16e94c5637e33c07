"""Integration responses through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails


def test_integration_responses(v2: Any, websocket_api: str) -> None:
    integration = v2.create_integration(ApiId=websocket_api, IntegrationType="MOCK")["IntegrationId"]
    of = {"ApiId": websocket_api, "IntegrationId": integration}
    made = v2.create_integration_response(
        **of, IntegrationResponseKey="/4\\d\\d/", ResponseTemplates={"$default": "{}"}
    )
    at = of | {"IntegrationResponseId": made["IntegrationResponseId"]}
    assert v2.get_integration_response(**at)["ResponseTemplates"] == {"$default": "{}"}
    assert (
        v2.update_integration_response(**at, IntegrationResponseKey="$default")["IntegrationResponseKey"] == "$default"
    )
    assert len(v2.get_integration_responses(**of)["Items"]) == 1
    fails(400, "Invalid integration response key", v2.create_integration_response, **of, IntegrationResponseKey="200")
    v2.delete_integration_response(**at)
    expected = f"Invalid IntegrationResponse identifier specified {made['IntegrationResponseId']}"
    for operation in (v2.get_integration_response, v2.update_integration_response, v2.delete_integration_response):
        fails(404, expected, operation, **at)
    fails(
        404, "Invalid Integration identifier specified x", v2.get_integration_responses, **of | {"IntegrationId": "x"}
    )
