"""ExportApi."""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.openapi import text
from tests.unit.control.support import Control, bad, missing, refused

OAS = {"Specification": "OAS30", "OutputType": "JSON"}


def exported(plane: Control, api_id: str, **more: Any) -> Any:
    return orjson.loads(plane.v2.export_api(**{"ApiId": api_id} | OAS | more)["body"].read())


def test_the_latest_configuration_and_that_of_a_stage(plane: Control) -> None:
    api_id = plane.http_api(Version="7")
    plane.v2.create_stage(ApiId=api_id, StageName="v1")
    plane.v2.create_stage(ApiId=api_id, StageName="$default")
    plane.v2.create_deployment(ApiId=api_id, StageName="v1")
    plane.v2.create_deployment(ApiId=api_id, StageName="$default")
    plane.v2.create_route(ApiId=api_id, RouteKey="GET /new")
    assert list(exported(plane, api_id)["paths"]) == ["/new", "/orders"]
    for stage, base in (("v1", "v1"), ("$default", "")):
        tree = exported(plane, api_id, StageName=stage)
        assert list(tree["paths"]) == ["/orders"]
        assert tree["info"] == {"title": "api", "version": "7"}
        url = f"https://{api_id}.execute-api.us-east-1.amazonaws.com/{{basePath}}"
        assert tree["servers"] == [{"url": url, "variables": {"basePath": {"default": base}}}]


def test_forms_and_extensions(plane: Control) -> None:
    api_id = plane.http_api()
    tree = exported(plane, api_id)
    yaml = plane.v2.export_api(**{"ApiId": api_id} | OAS | {"OutputType": "YAML"}, ExportVersion="1.0")["body"].read()
    assert yaml.startswith(b'openapi: "3.0.1"')
    assert text.parse(yaml, {}) == tree
    assert tree["info"]["version"] == "2023-11-14 22:13:20UTC"
    assert tree["x-amazon-apigateway-importexport-version"] == "1.0"
    assert b"x-amazon" not in orjson.dumps(exported(plane, api_id, IncludeExtensions=False))
    assert exported(plane, api_id, IncludeExtensions=True) == tree


def test_what_is_refused(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="empty")
    asked = {"ApiId": api_id} | OAS
    export = plane.v2.export_api
    assert "enum value set: [OAS30]" in refused(export, **asked | {"Specification": "OAS31"})[2]
    assert "enum value set: [YAML, JSON]" in refused(export, **asked | {"OutputType": "XML"})[2]
    assert refused(export, **asked, ExportVersion="2.0") == bad("Invalid exportVersion specified. Must be one of [1.0]")
    assert refused(export, **asked, StageName="no") == missing("Invalid stage identifier specified")
    assert refused(export, **asked, StageName="empty") == bad("Stage empty has no deployment")
    assert refused(export, **asked | {"ApiId": "nothing"}) == missing("Invalid API identifier specified nothing")
    assert refused(export, **asked | {"ApiId": plane.websocket_api()}) == bad(
        "Export is not supported for WEBSOCKET protocolType"
    )
