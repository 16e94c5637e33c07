"""HTTP APIs from OpenAPI documents and back, through boto3, the real AWS CLI and HTTP requests."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import ROOT, Server
from tests.wire.test_rest_import import echoing

DOCUMENTS = ROOT / "tests" / "http_api_documents"
DOCUMENT = """
openapi: 3.1.0
info: {title: wired, version: 2026-01-01}
paths:
  /echo/{proxy+}:
    x-amazon-apigateway-any-method:
      responses: {}
      x-amazon-apigateway-integration: {$ref: '#/components/x-amazon-apigateway-integrations/backend'}
components:
  x-amazon-apigateway-integrations:
    backend:
      type: http_proxy
      httpMethod: ANY
      uri: http://${stageVariables.backend}/{proxy}
      payloadFormatVersion: 1.0
      responseParameters: {'200': {'overwrite:header.x-through': gateway}}
x-amazon-apigateway-cors: {allowOrigins: ['https://shop.example'], allowMethods: [POST]}
"""
OAS = {"Specification": "OAS30", "OutputType": "JSON"}


@pytest.fixture
def imported(v2: Any) -> Iterator[str]:
    made = v2.import_api(Body=DOCUMENT, FailOnWarnings=True)
    yield made["ApiId"]
    v2.delete_api(ApiId=made["ApiId"])


def call(live: Server, api_id: str, path: str, **headers: str) -> tuple[int, bytes, Any]:
    """Status, body and headers of a POST."""
    host = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    request = urllib.request.Request(f"{live.url}{path}", data=b"what", headers={"Host": host} | headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def test_an_imported_api_answers_and_a_reimported_one_at_once(live: Server, v2: Any, imported: str) -> None:
    with echoing() as backend:
        variables = {"backend": backend}
        v2.create_stage(ApiId=imported, StageName="$default", AutoDeploy=True, StageVariables=variables)
        status, body, headers = call(live, imported, "/echo/a", Origin="https://shop.example")
        assert (status, body, headers["x-through"]) == (200, b"what", "gateway")
        assert headers["access-control-allow-origin"] == "https://shop.example"
        changed = DOCUMENT.replace("/echo/", "/other/").replace("wired", "rewired")
        after = v2.reimport_api(ApiId=imported, Body=changed)
        assert (after["ApiId"], after["Name"]) == (imported, "rewired")
        assert after["ImportInfo"] == [
            "paths./other/{proxy+}.x-amazon-apigateway-any-method: key [responses] will be ignored by API Gateway"
        ]
        assert call(live, imported, "/other/a")[:2] == (200, b"what")
        assert call(live, imported, "/echo/a")[0] == 404


@pytest.mark.parametrize("name", ["functions.json", "migrated.yaml", "orders.yaml"])
def test_the_aws_cli(live: Server, v2: Any, tmp_path: Path, name: str) -> None:
    """Imported, exported to a file, and that put over another API: the same routes."""
    body = f"file://{DOCUMENTS / name}"
    made: Any = live.aws("apigatewayv2", "import-api", "--body", body, "--basepath", "prepend")
    assert made["ProtocolType"] == "HTTP"
    other = v2.create_api(Name="other", ProtocolType="HTTP")["ApiId"]
    try:
        for form in ("JSON", "YAML"):
            file = tmp_path / form
            where = ("--specification", "OAS30", "--output-type", form, str(file))
            live.aws("apigatewayv2", "export-api", "--api-id", made["ApiId"], *where)
            live.aws(
                "apigatewayv2", "reimport-api", "--api-id", other, "--fail-on-warnings", "--body", f"file://{file}"
            )
            assert routes(v2, other) == routes(v2, made["ApiId"])
    finally:
        for api_id in (other, made["ApiId"]):
            v2.delete_api(ApiId=api_id)


def routes(v2: Any, api_id: str) -> Any:
    """The routes of an API with their integrations, ids apart."""
    integrations = {each.pop("IntegrationId"): each for each in v2.get_integrations(ApiId=api_id)["Items"]}
    found = {}
    for route in v2.get_routes(ApiId=api_id)["Items"]:
        target = integrations.get(route.pop("Target", "").removeprefix("integrations/"))
        found[route["RouteKey"]] = {name: route[name] for name in route.keys() - {"RouteId", "AuthorizerId"}}, target
    return found


def test_what_a_stage_serves_is_exported(v2: Any, imported: str) -> None:
    v2.create_stage(ApiId=imported, StageName="v1", StageVariables={"backend": "localhost"})
    v2.create_deployment(ApiId=imported, StageName="v1")
    v2.create_route(ApiId=imported, RouteKey="GET /new")
    asked = {"ApiId": imported} | OAS
    assert set(json.loads(v2.export_api(**asked)["body"].read())["paths"]) == {"/echo/{proxy+}", "/new"}
    plain = v2.export_api(**asked, StageName="v1", IncludeExtensions=False)["body"].read()
    assert set(json.loads(plain)["paths"]) == {"/echo/{proxy+}"}


def test_what_is_refused(v2: Any, imported: str, websocket_api: str) -> None:
    for operation, at in ((v2.import_api, {}), (v2.reimport_api, {"ApiId": imported})):
        fails(400, "Invalid OpenAPI input.", operation, **at, Body="{")
        fails(400, "not by Swagger 2.0", operation, **at, Body="{swagger: '2.0', info: {title: x}}")
        several = DOCUMENT.replace("responses: {}", "security: [{a: []}, {b: []}]")
        fails(400, "/security': a route of an HTTP API has one security requirement", operation, **at, Body=several)
        wrong = DOCUMENT.replace("http_proxy", "mock")
        fails(400, "Warnings found during import:\n\tUnable to create integration for resource at path", operation,
              **at, Body=wrong, FailOnWarnings=True)  # fmt: skip
    fails(404, "Invalid API identifier specified nothing", v2.reimport_api, ApiId="nothing", Body=DOCUMENT)
    fails(404, "Invalid API identifier specified nothing", v2.export_api, ApiId="nothing", **OAS)
    fails(404, "Invalid stage identifier specified", v2.export_api, ApiId=imported, StageName="no", **OAS)
    fails(400, "not supported for WEBSOCKET", v2.reimport_api, ApiId=websocket_api, Body=DOCUMENT)
    fails(400, "not supported for WEBSOCKET", v2.export_api, ApiId=websocket_api, **OAS)
    fails(400, "enum value set", v2.export_api, ApiId=imported, Specification="OAS31", OutputType="JSON")
    assert [each["RouteKey"] for each in v2.get_routes(ApiId=imported)["Items"]] == ["ANY /echo/{proxy+}"]


def test_a_large_document(v2: Any) -> None:
    text = "x" * (5 * 1024 * 1024)
    document = {"openapi": "3.0.1", "info": {"title": "large", "version": "1"}, "paths": {}, "x-padding": text}
    v2.delete_api(ApiId=v2.import_api(Body=json.dumps(document))["ApiId"])
    fails(400, "6291456 are allowed", v2.import_api, Body=json.dumps(document | {"x-more": text}))
