"""`gatewright diff` and `gatewright check` beside a running node: what a deployment would change, and come to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.rest_support import Api
from tests.wire.support import Server


def command(server: Server, *words: str, env: dict[str, str] | None = None) -> tuple[int, Any]:
    """Run the real command with --json; its exit code and its answer, or what it says."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    words = (*words, "--json", "--data-dir", str(server.data))
    order = [sys.executable, "-m", "gatewright", *words]
    done = subprocess.run(order, env=clean | (env or {}), capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def _differences(said: Any) -> list[tuple[str, str, str]]:
    return [(each["change"], each["noun"], each["name"]) for each in said["deployments"][0]["differences"]]


def test_a_rest_api(live: Server) -> None:
    api = Api(live).method(
        "/", "GET", {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "http://127.0.0.1:9"}
    )
    api.deploy()
    assert command(live, "diff", api.id, "v1")[0] == 0
    api.method("/new", "ANY", {"type": "MOCK"})
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET"}
    patch = {"op": "replace", "path": "/uri", "value": "http://127.0.0.1:10"}
    api.client.update_integration(**place, patchOperations=[patch])
    code, said = command(live, "diff", api.id, "v1")
    assert (code, said["same"], said["api"]["type"]) == (1, False, "REST")
    assert _differences(said) == [
        ("changed", "Integration", "GET /"),
        ("added", "Resource", "/new"),
        ("added", "Method", "ANY /new"),
        ("added", "Integration", "ANY /new"),
    ]
    changed = said["deployments"][0]["differences"][0]["members"]
    assert changed == [{"path": "/uri", "before": "http://127.0.0.1:9", "after": "http://127.0.0.1:10"}]
    api.deploy()
    assert command(live, "diff", api.id, "v1")[0] == 0
    api.client.delete_rest_api(restApiId=api.id)
    code, said = command(live, "diff", api.id, "v1")
    assert (code, said) == (2, f"Error: there is no API with the id or name {api.id}\n")


def test_an_http_api_that_is_imported_anew_is_the_same(live: Server, v2: Any, http_api: str) -> None:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "wire", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "responses": {},
                    "x-amazon-apigateway-integration": {
                        "type": "http_proxy",
                        "httpMethod": "GET",
                        "uri": "http://127.0.0.1:9",
                        "payloadFormatVersion": "1.0",
                    },
                }
            }
        },
    }
    v2.reimport_api(ApiId=http_api, Body=json.dumps(document))
    v2.create_stage(ApiId=http_api, StageName="s")
    assert command(live, "diff", http_api, "s")[0] == 1  # without a deployment
    v2.create_deployment(ApiId=http_api, StageName="s")
    v2.reimport_api(ApiId=http_api, Body=json.dumps(document))
    assert command(live, "diff", http_api, "s") == (0, command(live, "diff", http_api, "s")[1])
    v2.update_api(ApiId=http_api, CorsConfiguration={"AllowOrigins": ["*"]})
    assert _differences(command(live, "diff", http_api, "s")[1]) == [("changed", "Api", "wire")]


def test_a_websocket_api(live: Server, v2: Any, websocket_api: str) -> None:
    made = v2.create_integration(ApiId=websocket_api, IntegrationType="MOCK")["IntegrationId"]
    target = f"integrations/{made}"
    route = v2.create_route(ApiId=websocket_api, RouteKey="$default", Target=target)["RouteId"]
    v2.create_stage(ApiId=websocket_api, StageName="s")
    v2.create_deployment(ApiId=websocket_api, StageName="s")
    assert command(live, "diff", websocket_api, "s")[0] == 0
    v2.create_route_response(ApiId=websocket_api, RouteId=route, RouteResponseKey="$default")
    assert _differences(command(live, "diff", websocket_api, "s")[1]) == [
        ("added", "RouteResponse", "$default $default")
    ]


def test_check_says_what_a_deployment_would(live: Server) -> None:
    """What `check` calls a problem is refused by CreateDeployment with the same words; it deploys nothing itself."""
    api = Api(live).method("/", "GET", {"type": "MOCK", "requestTemplates": {"application/json": "#if("}})
    api.method("/x", "GET", {"type": "MOCK"})
    code, said = command(live, "check", api.id)
    (finding,) = said["apis"][0]["findings"]
    assert (code, said["counts"]["problem"], finding["place"]) == (1, 1, "GET /")
    with pytest.raises(ClientError) as refused:
        api.deploy()
    assert refused.value.response["Error"]["Message"] == f"Gatewright cannot serve GET /: {finding['message']}"
    assert api.client.get_deployments(restApiId=api.id)["items"] == []
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET"}
    patch = {"op": "replace", "path": "/requestTemplates/application~1json", "value": '{"statusCode": 200}'}
    api.client.update_integration(**place, patchOperations=[patch])
    assert command(live, "check", api.id)[0] == 0
    api.deploy()
    api.client.delete_rest_api(restApiId=api.id)
