"""Program documents of WebSocket APIs."""

from __future__ import annotations

from gatewright.deploy.websocket_document import as_rest, for_links
from tests.plays.websocket_documents import backend, function, response, route, socket_document


def test_what_a_stage_serves_is_joined() -> None:
    document = socket_document(
        route("$connect", function(), AuthorizationType="CUSTOM", AuthorizerId="auth01"),
        route("talk", backend("HTTP", "http://a.test/", response("/2../"), Description="none"), two_way=True),
        authorizers=[
            {"AuthorizerId": "auth01", "AuthorizerType": "REQUEST", "Name": "none"},
            {"AuthorizerId": "other", "AuthorizerType": "REQUEST"},
        ],
        variables={"a": "b"},
        stage={
            "DefaultRouteSettings": {"ThrottlingRateLimit": 5.0, "LoggingLevel": "OFF"},
            "RouteSettings": {"talk": {"ThrottlingBurstLimit": 7}},
        },
    )
    assert document["type"] == "WEBSOCKET"
    assert document["api"] == {"ApiId": "abcdefghij", "RouteSelectionExpression": "$request.body.action"}
    assert document["stage"] == {
        "StageName": "v1",
        "StageVariables": {"a": "b"},
        "DefaultRouteSettings": {"ThrottlingRateLimit": 5.0, "LoggingLevel": "OFF"},
        "RouteSettings": {"talk": {"ThrottlingBurstLimit": 7}},
    }
    assert [each.get("answered") for each in document["routes"]] == [None, True]
    assert document["authorizers"] == [{"AuthorizerId": "auth01", "AuthorizerType": "REQUEST"}]
    assert document["integrations"][1] == {
        "IntegrationId": "int1",
        "IntegrationType": "HTTP",
        "IntegrationUri": "http://a.test/",
        "IntegrationMethod": "POST",
        "responses": [{"IntegrationResponseKey": "/2../"}],
    }


def test_only_models_that_are_needed_go_along() -> None:
    schema = '{"$ref": "https://apigateway.amazonaws.com/restapis/abcdefghij/models/Inner"}'
    models = [{"Name": "Outer", "Schema": schema}, {"Name": "Inner", "Schema": "{}"}, {"Name": "Other", "Schema": "{}"}]
    document = socket_document(route("talk", RequestModels={"$default": "Outer"}), models=models)
    assert sorted(document["models"]) == ["Inner", "Outer"]
    assert "models" not in socket_document(route("talk"), models=models)


def test_integrations_as_rest_apis_write_them() -> None:
    written = as_rest(
        backend(
            "HTTP",
            "http://a.test/",
            RequestParameters={
                "integration.request.header.A": "route.request.body.a",
                "integration.request.header.B": "'route.request.body.b'",
                "integration.request.header.C": "context.connectionId",
            },
            TimeoutInMillis=50,
            ConnectionType="VPC_LINK",
            ConnectionId="link01",
        )
    )
    assert written == {
        "type": "HTTP",
        "uri": "http://a.test/",
        "httpMethod": "POST",
        "connectionType": "VPC_LINK",
        "connectionId": "link01",
        "requestParameters": {
            "integration.request.header.A": "method.request.body.a",
            "integration.request.header.B": "'route.request.body.b'",
            "integration.request.header.C": "context.connectionId",
        },
        "timeoutInMillis": 50,
    }


def test_links_are_found_as_those_of_rest_apis() -> None:
    document = for_links(socket_document(route("talk", backend("HTTP", "http://a.test/")), variables={"a": "b"}))
    assert document["stage"] == {"variables": {"a": "b"}}
    assert document["resources"][0]["resourceMethods"]["int0"]["methodIntegration"]["uri"] == "http://a.test/"
