from __future__ import annotations

import pytest

from tests.unit.control.support import Control, bad, refused, shown


def mock(plane: Control) -> dict[str, str]:
    """A MOCK integration of a new WebSocket API."""
    api_id = plane.websocket_api()
    made = plane.v2.create_integration(ApiId=api_id, IntegrationType="MOCK")
    return {"ApiId": api_id, "IntegrationId": made["IntegrationId"]}


def test_a_response(plane: Control) -> None:
    of = mock(plane)
    made = shown(
        plane.v2.create_integration_response(**of, IntegrationResponseKey="/2../", ResponseTemplates={"a": "b"})
    )
    at = of | {"IntegrationResponseId": made["IntegrationResponseId"]}
    assert "_integrationId" not in made
    after = plane.v2.update_integration_response(**at, ResponseTemplates={"a": "", "c": "d"})
    assert after["ResponseTemplates"] == {"c": "d"}
    again = refused(plane.v2.create_integration_response, **of, IntegrationResponseKey="/2../")
    assert again[:2] == (409, "ConflictException")
    plane.v2.delete_integration(**of)
    with plane.store.transaction(write=False) as tx:
        assert tx.scan("integration_response") == []


@pytest.mark.parametrize("key", ["", "x", "//", "/(/"])
def test_keys(plane: Control, key: str) -> None:
    status, _, message = refused(plane.v2.create_integration_response, **mock(plane), IntegrationResponseKey=key)
    assert (status, message.split(": ")[0]) == (400, "Invalid integration response key specified")


def test_http_apis_have_none(plane: Control) -> None:
    api_id = plane.http_api()
    of = {"ApiId": api_id, "IntegrationId": plane.v2.get_integrations(ApiId=api_id)["Items"][0]["IntegrationId"]}
    expected = bad("IntegrationResponses are currently not supported for this API protocol type.")
    assert refused(plane.v2.create_integration_response, **of, IntegrationResponseKey="$default") == expected
