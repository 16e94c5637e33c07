"""Importing, serving and exporting OpenAPI documents through boto3 and real HTTP requests."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server

DOCUMENT = """
openapi: 3.1.0
info: {title: wired, version: 2026-01-01}
paths:
  /hello/{name}:
    get:
      operationId: hello
      responses:
        200: {description: 200 response}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default: {statusCode: 200, responseTemplates: {application/json: '{"hello": "you"}'}}
  /echo:
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://${stageVariables.backend}/echo
"""


class _Echo(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def echoing() -> Iterator[str]:
    """A backend on this machine; its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def api_id(rest: Any) -> Iterator[str]:
    made = rest.import_rest_api(body=DOCUMENT.encode(), failOnWarnings=True)
    yield made["id"]
    rest.delete_rest_api(restApiId=made["id"])


def call(live: Server, api_id: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    host = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    request = urllib.request.Request(f"{live.url}/v1{path}", data=body, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def refused(operation: Any, **params: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as error:
        operation(**params)
    response: Any = error.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def test_an_imported_api_answers(live: Server, rest: Any, api_id: str) -> None:
    with echoing() as backend:
        rest.create_deployment(restApiId=api_id, stageName="v1", variables={"backend": backend})
        assert call(live, api_id, "/hello/world") == (200, b'{"hello": "you"}')
        assert call(live, api_id, "/echo", b"what") == (200, b"what")


def test_a_document_put_over_it_is_served_with_the_next_deployment(live: Server, rest: Any, api_id: str) -> None:
    rest.create_deployment(restApiId=api_id, stageName="v1", variables={"backend": "localhost"})
    changed = DOCUMENT.replace("you", "all").replace("/echo:", "/other:")
    assert rest.put_rest_api(restApiId=api_id, body=changed.encode(), mode="overwrite")["version"] == "2026-01-01"
    assert call(live, api_id, "/hello/world") == (200, b'{"hello": "you"}')
    rest.create_deployment(restApiId=api_id, stageName="v1")
    assert call(live, api_id, "/hello/world") == (200, b'{"hello": "all"}')
    assert call(live, api_id, "/echo", b"what")[0] == 403


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
def test_an_export_can_be_imported(rest: Any, api_id: str, kind: str) -> None:
    rest.create_deployment(restApiId=api_id, stageName="v1", variables={"backend": "localhost"})
    asked = {"restApiId": api_id, "stageName": "v1", "exportType": kind, "parameters": {"extensions": "apigateway"}}
    for form in ("json", "yaml"):
        exported = rest.get_export(**asked, accepts=f"application/{form}")
        assert exported["contentType"] == "application/octet-stream"
        assert exported["contentDisposition"] == f'attachment; filename="{kind}_2026-01-01.{form}"'
        again = rest.import_rest_api(body=exported["body"].read(), failOnWarnings=True)
        try:
            assert methods(rest, again["id"]) == methods(rest, api_id)
        finally:
            rest.delete_rest_api(restApiId=again["id"])


def methods(rest: Any, api_id: str) -> Any:
    """Everything below an API's paths, ids apart."""
    items = rest.get_resources(restApiId=api_id, embed=["methods"])["items"]
    for item in items:
        for method in item.get("resourceMethods", {}).values():
            del method["methodIntegration"]["cacheNamespace"]
    return {item["path"]: item.get("resourceMethods") for item in items}


def test_refusals(rest: Any, api_id: str) -> None:
    assert refused(rest.import_rest_api, body=b"{") == (400, "Invalid OpenAPI input.")
    assert refused(rest.put_rest_api, restApiId=api_id, body=b"{") == (400, "Invalid OpenAPI input.")
    assert refused(rest.get_export, restApiId=api_id, stageName="no", exportType="swagger") == (
        404,
        "Invalid Stage identifier specified",
    )
    unknown = (404, "Invalid API identifier specified 123456789012:nothing")
    assert refused(rest.put_rest_api, restApiId="nothing", body=DOCUMENT.encode()) == unknown
    bad = json.dumps({"swagger": "2.0", "info": {"title": "x"}, "paths": {"/a$": {}}}).encode()
    status, message = refused(rest.import_rest_api, body=bad)
    assert (status, message.split("\n\t")[0]) == (400, "Errors found during import:")
    assert "Unable to create resource at path '/a$': " in message


def test_a_large_document(rest: Any) -> None:
    text = "x" * (5 * 1024 * 1024)
    document = {"openapi": "3.0.1", "info": {"title": "large", "version": "1"}, "paths": {}, "x-padding": text}
    made = rest.import_rest_api(body=json.dumps(document).encode())
    rest.delete_rest_api(restApiId=made["id"])
    status, message = refused(rest.import_rest_api, body=json.dumps(document | {"x-more": text}).encode())
    assert (status, "6291456 are allowed" in message) == (400, True)
