from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, refused, shown

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f"
ROLE = "arn:aws:iam::111111111111:role/r"


def quick(plane: Control, **params: Any) -> tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The API's id, its only integration, its only route, its only stage."""
    api_id = plane.v2.create_api(Name="q", ProtocolType="HTTP", **params)["ApiId"]
    return api_id, *(
        getattr(plane.v2, operation)(ApiId=api_id)["Items"][0]
        for operation in ("get_integrations", "get_routes", "get_stages")
    )


def test_a_function(plane: Control) -> None:
    api_id, integration, route, stage = quick(plane, Target=FUNCTION, CredentialsArn=ROLE)
    assert integration == {
        "ApiGatewayManaged": True,
        "ConnectionType": "INTERNET",
        "CredentialsArn": ROLE,
        "IntegrationId": integration["IntegrationId"],
        "IntegrationMethod": "POST",
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": FUNCTION,
        "PayloadFormatVersion": "2.0",
        "TimeoutInMillis": 30000,
    }
    assert (route["RouteKey"], route["ApiGatewayManaged"]) == ("$default", True)
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert (stage["StageName"], stage["AutoDeploy"], stage["ApiGatewayManaged"]) == ("$default", True, True)
    assert stage["DeploymentId"]
    assert (api_id, "$default") in [call[:2] for call in plane.published.calls]


def test_a_url_under_a_key(plane: Control) -> None:
    _, integration, route, _ = quick(plane, Target="https://a.test/", RouteKey="GET /x")
    assert (integration["IntegrationType"], integration["IntegrationMethod"]) == ("HTTP_PROXY", "ANY")
    assert (integration["PayloadFormatVersion"], route["RouteKey"]) == ("1.0", "GET /x")


def test_what_is_managed_stays(plane: Control) -> None:
    api_id, integration, route, _ = quick(plane, Target=FUNCTION)
    stage = {"ApiId": api_id, "StageName": "$default"}
    assert refused(plane.v2.update_stage, **stage, Description="x")[0] == 400
    assert refused(plane.v2.delete_stage, **stage)[0] == 400
    assert refused(plane.v2.delete_integration, ApiId=api_id, IntegrationId=integration["IntegrationId"])[0] == 400
    at = {"ApiId": api_id, "RouteId": route["RouteId"]}
    assert refused(plane.v2.update_route, **at, RouteKey="GET /y")[0] == 400
    assert plane.v2.update_route(**at, OperationName="x")["OperationName"] == "x"


def test_an_update_of_the_api_edits_it(plane: Control) -> None:
    api_id, integration, route, stage = quick(plane, Target=FUNCTION)
    plane.v2.update_api(ApiId=api_id, Target="https://b.test/", RouteKey="ANY /{proxy+}", CredentialsArn=ROLE)
    after = shown(plane.v2.get_integration(ApiId=api_id, IntegrationId=integration["IntegrationId"]))
    assert (after["IntegrationUri"], after["IntegrationType"]) == ("https://b.test/", "HTTP_PROXY")
    assert plane.v2.get_route(ApiId=api_id, RouteId=route["RouteId"])["RouteKey"] == "ANY /{proxy+}"
    assert plane.v2.get_stages(ApiId=api_id)["Items"][0]["DeploymentId"] != stage["DeploymentId"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"RouteKey": "GET /"}, "Target is required when RouteKey or CredentialsArn is specified"),
        ({"Target": "nonsense"}, "Invalid lambda function ARN specified: nonsense"),
        ({"Target": "https://"}, "Invalid lambda function ARN specified: https://"),
        ({"Target": FUNCTION, "CredentialsArn": "x"}, "Invalid ARN specified in the request"),
        (
            {"Target": FUNCTION, "RouteKey": "x"},
            "The provided route key is not formatted properly for HTTP protocol. "
            'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
        ),
    ],
)
def test_what_is_refused(plane: Control, given: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_api, Name="q", ProtocolType="HTTP", **given) == bad(message)
    assert plane.v2.get_apis()["Items"] == []


def test_only_http_and_only_what_was_made_so(plane: Control) -> None:
    websocket = {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
    expected = bad("Quick create is not supported for WEBSOCKET protocolType")
    assert refused(plane.v2.create_api, Name="q", Target=FUNCTION, **websocket) == expected
    assert refused(plane.v2.update_api, ApiId=plane.http_api(), Target=FUNCTION)[0] == 400
