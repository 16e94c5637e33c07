from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, refused, shown

SCHEMA = '{"type": "object"}'


def test_a_model(plane: Control) -> None:
    api_id = plane.websocket_api()
    made = shown(plane.v2.create_model(ApiId=api_id, Name="Message", Schema=SCHEMA))
    assert made == {
        "ContentType": "application/json",
        "ModelId": made["ModelId"],
        "Name": "Message",
        "Schema": SCHEMA,
    }
    after = plane.v2.update_model(ApiId=api_id, ModelId=made["ModelId"], Name="Other", Description="d")
    assert (after["Name"], after["Description"], after["Schema"]) == ("Other", "d", SCHEMA)


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"Name": "a-b"}, 400, "Model name must be alphanumeric: a-b"),
        ({"Name": ""}, 400, "Model name must be non-empty"),
        ({"Schema": "[]"}, 400, "Invalid model specified"),
        ({"Name": "Taken"}, 409, "Model name already exists for this API"),
    ],
)
def test_what_is_refused(plane: Control, given: dict[str, Any], status: int, message: str) -> None:
    api_id = plane.websocket_api()
    plane.v2.create_model(ApiId=api_id, Name="Taken", Schema=SCHEMA)
    found = refused(plane.v2.create_model, ApiId=api_id, **{"Name": "a", "Schema": SCHEMA} | given)
    assert (found[0], found[2][: len(message)]) == (status, message)


def test_http_apis_have_none(plane: Control) -> None:
    expected = bad("Currently, Models are not permitted for APIs with a protocol type of HTTP")
    assert refused(plane.v2.create_model, ApiId=plane.http_api(), Name="a", Schema=SCHEMA) == expected


def test_one_in_use_stays(plane: Control) -> None:
    api_id = plane.websocket_api()
    at = {"ApiId": api_id, "ModelId": plane.v2.create_model(ApiId=api_id, Name="Used", Schema=SCHEMA)["ModelId"]}
    reference = f'{{"$ref": "https://apigateway.amazonaws.com/restapis/{api_id}/models/Used"}}'
    other = plane.v2.create_model(ApiId=api_id, Name="Other", Schema=reference)["ModelId"]
    route = plane.v2.create_route(ApiId=api_id, RouteKey="x", RequestModels={"m": "Used"})["RouteId"]
    assert refused(plane.v2.delete_model, **at)[2] == "Cannot delete model 'Used', is referenced in route: x"
    plane.v2.delete_route(ApiId=api_id, RouteId=route)
    assert refused(plane.v2.delete_model, **at)[2] == "Cannot delete model 'Used', is referenced in model: Other"
    plane.v2.delete_model(ApiId=api_id, ModelId=other)
    plane.v2.delete_model(**at)
    assert plane.v2.get_models(ApiId=api_id)["Items"] == []


def test_only_known_ones_can_be_named(plane: Control) -> None:
    api_id = plane.websocket_api()
    plane.v2.create_model(ApiId=api_id, Name="Known", Schema=SCHEMA)
    expected = bad("Invalid model identifier specified: Other")
    models = {"a": "Known", "b": "Other"}
    assert refused(plane.v2.create_route, ApiId=api_id, RouteKey="x", RequestModels=models) == expected
    at = {"ApiId": api_id, "RouteId": plane.v2.create_route(ApiId=api_id, RouteKey="x")["RouteId"]}
    assert refused(plane.v2.update_route, **at, RequestModels=models) == expected
    made = plane.v2.update_route(**at, RequestModels={"a": "Known"})
    assert made["RequestModels"] == {"a": "Known"}
    assert refused(plane.v2.create_route_response, **at, RouteResponseKey="$default", ResponseModels=models) == expected


def test_a_sample(plane: Control) -> None:
    api_id = plane.websocket_api()
    schema = '{"type": "object", "properties": {"a": {"type": "string"}}}'
    at = {"ApiId": api_id, "ModelId": plane.v2.create_model(ApiId=api_id, Name="A", Schema=schema)["ModelId"]}
    assert '"a" : "foo"' in plane.v2.get_model_template(**at)["Value"]
