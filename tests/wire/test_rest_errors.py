"""Customised gateway responses through boto3 and real sockets."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

CORS = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
NO_API = "Invalid API identifier specified"


def call(server: Server, api: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request to the API; header names come lower-case."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, f"/_aws/execute-api/{api}{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def api(rest: Any) -> Iterator[str]:
    """GET / is a MOCK without an answer (500), GET /key wants a key (403), GET /iam a signature."""
    made = rest.create_rest_api(name="errors")
    api_id = made["id"]

    def method(path: str, **params: Any) -> None:
        parent = made["rootResourceId"]
        resource = rest.create_resource(restApiId=api_id, parentId=parent, pathPart=path)["id"] if path else parent
        at = {"restApiId": api_id, "resourceId": resource, "httpMethod": "GET"}
        rest.put_method(**at, **{"authorizationType": "NONE"} | params)
        rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})

    method("")
    method("key", apiKeyRequired=True)
    method("iam", authorizationType="AWS_IAM")
    yield api_id
    rest.delete_rest_api(restApiId=api_id)


def test_a_browser_can_read_every_error(live: Server, rest: Any, api: str) -> None:
    templates = {"application/json": '{"error":$context.error.messageString,"at":"$context.stage"}'}
    rest.put_gateway_response(
        restApiId=api, responseType="DEFAULT_4XX", responseParameters=CORS, responseTemplates=templates
    )
    rest.put_gateway_response(restApiId=api, responseType="DEFAULT_5XX", responseParameters=CORS, statusCode="503")
    rest.create_deployment(restApiId=api, stageName="v1")
    for path, status, kind in (
        ("/v1/none", 403, "MissingAuthenticationTokenException"),
        ("/v1/key", 403, "ForbiddenException"),
        ("/v1/iam", 403, None),
        ("/v1/", 503, "InternalServerErrorException"),
    ):
        got, headers, body = call(live, api, path)
        assert (got, headers["access-control-allow-origin"]) == (status, "*"), path
        assert kind in (None, headers["x-amzn-errortype"])
        if status == 403:
            assert json.loads(body)["at"] == "v1"
    status, headers, _ = call(live, api, "/none/")
    assert (status, "access-control-allow-origin" in headers) == (403, False)


def test_a_change_needs_a_deployment(live: Server, rest: Any, api: str) -> None:
    rest.create_deployment(restApiId=api, stageName="v1")
    patches = [{"op": "replace", "path": "/statusCode", "value": "404"}]
    of = {"restApiId": api, "responseType": "MISSING_AUTHENTICATION_TOKEN"}
    assert rest.update_gateway_response(**of, patchOperations=patches)["statusCode"] == "404"
    assert call(live, api, "/v1/none")[0] == 403
    rest.create_deployment(restApiId=api, stageName="v1")
    assert call(live, api, "/v1/none")[0] == 404
    rest.delete_gateway_response(**of)
    rest.create_deployment(restApiId=api, stageName="v1")
    assert call(live, api, "/v1/none")[0] == 403


def test_what_is_refused(rest: Any, api: str) -> None:
    of = {"restApiId": api, "responseType": "THROTTLED"}
    unknown = of | {"restApiId": "none"}
    items = rest.get_gateway_responses(restApiId=api)["items"]
    assert len(items) == 21
    assert rest.get_gateway_response(**of)["statusCode"] == "429"
    fails(404, NO_API, rest.get_gateway_responses, restApiId="none")
    fails(404, NO_API, rest.get_gateway_response, **unknown)
    fails(404, NO_API, rest.put_gateway_response, **unknown)
    fails(404, NO_API, rest.update_gateway_response, **unknown, patchOperations=[])
    fails(404, "Gateway response type not defined on api", rest.delete_gateway_response, **of)
    bad = [{"op": "replace", "path": "/wrong", "value": "x"}]
    fails(400, "Invalid patch path /wrong", rest.update_gateway_response, **of, patchOperations=bad)
    fails(400, "Member must satisfy enum value set", rest.get_gateway_response, **of | {"responseType": "NONE"})
