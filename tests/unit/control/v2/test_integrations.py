from __future__ import annotations

from tests.unit.control.support import Control, missing, refused, shown

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f"


def test_a_function(plane: Control) -> None:
    api_id = plane.http_api()
    given = {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": "2.0"}
    made = shown(plane.v2.create_integration(ApiId=api_id, **given, PassthroughBehavior="WHEN_NO_MATCH"))
    assert made == given | {
        "ConnectionType": "INTERNET",
        "IntegrationId": made["IntegrationId"],
        "IntegrationMethod": "POST",
        "TimeoutInMillis": 30000,
    }


def test_mappings_are_merged_and_empty_ones_go(plane: Control) -> None:
    api_id = plane.http_api()
    at = {
        "ApiId": api_id,
        "IntegrationId": plane.url_integration(
            api_id,
            RequestParameters={"append:header.a": "1", "remove:header.b": "''"},
            ResponseParameters={"200": {"append:header.a": "1"}, "404": {"overwrite:statuscode": "200"}},
        ),
    }
    after = plane.v2.update_integration(
        **at, RequestParameters={"append:header.a": "", "overwrite:path": "/x"}, ResponseParameters={"200": {}}
    )
    assert after["RequestParameters"] == {"remove:header.b": "''", "overwrite:path": "/x"}
    assert after["ResponseParameters"] == {"404": {"overwrite:statuscode": "200"}}
    assert shown(plane.v2.get_integration(**at)) == shown(after)


def test_another_type(plane: Control) -> None:
    api_id = plane.websocket_api()
    made = plane.v2.create_integration(ApiId=api_id, IntegrationType="MOCK")
    at = {"ApiId": api_id, "IntegrationId": made["IntegrationId"]}
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    after = plane.v2.update_integration(**at, IntegrationType="AWS", IntegrationUri=uri)
    assert after["IntegrationResponseSelectionExpression"] == "${integration.response.body.errorMessage}"


def test_one_in_use_stays(plane: Control) -> None:
    api_id = plane.http_api()
    at = {"ApiId": api_id, "IntegrationId": plane.v2.get_integrations(ApiId=api_id)["Items"][0]["IntegrationId"]}
    assert refused(plane.v2.delete_integration, **at)[:2] == (409, "ConflictException")
    plane.v2.delete_route(ApiId=api_id, RouteId=plane.v2.get_routes(ApiId=api_id)["Items"][0]["RouteId"])
    plane.v2.delete_integration(**at)
    expected = missing(f"Invalid Integration identifier specified {at['IntegrationId']}")
    for operation in (plane.v2.get_integration, plane.v2.update_integration, plane.v2.delete_integration):
        assert refused(operation, **at) == expected
