"""Models through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

SCHEMA = '{"type": "object", "properties": {"a": {"type": "string"}}}'


def test_models(v2: Any, websocket_api: str) -> None:
    made = v2.create_model(ApiId=websocket_api, Name="Message", Schema=SCHEMA, ContentType="application/json")
    at = {"ApiId": websocket_api, "ModelId": made["ModelId"]}
    assert v2.get_model(**at)["Schema"] == SCHEMA
    assert '"a" : "foo"' in v2.get_model_template(**at)["Value"]
    assert v2.update_model(**at, Description="d")["Description"] == "d"
    assert [each["Name"] for each in v2.get_models(ApiId=websocket_api)["Items"]] == ["Message"]
    fails(400, "Model name must be alphanumeric: a b", v2.create_model, ApiId=websocket_api, Name="a b", Schema=SCHEMA)
    fails(400, "Invalid model", v2.update_model, **at, Schema="nonsense")
    v2.delete_model(**at)
    for operation in (v2.get_model, v2.get_model_template, v2.update_model, v2.delete_model):
        fails(404, f"Invalid Model identifier specified {made['ModelId']}", operation, **at)
    fails(404, "Invalid API identifier specified nothing", v2.get_models, ApiId="nothing")


def test_http_apis_have_none(v2: Any, http_api: str) -> None:
    expected = "Currently, Models are not permitted for APIs with a protocol type of HTTP"
    fails(400, expected, v2.create_model, ApiId=http_api, Name="Message", Schema=SCHEMA)
