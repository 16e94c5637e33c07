from __future__ import annotations

from tests.unit.control.support import Control


def test_what_nothing_is_said_of(plane: Control) -> None:
    api_id, root = plane.mock_api()
    at = {"restApiId": api_id, "resourceId": root, "httpMethod": "POST"}
    plane.rest.put_method(**at, authorizationType="NONE", requestParameters={"method.request.querystring.page": False})
    plane.rest.put_method_response(**at, statusCode="200", responseParameters={"method.response.header.X-Next": False})
    for location in ({"type": "RESOURCE"}, {"type": "RESPONSE"}, {"type": "METHOD", "method": "GET"}):
        plane.rest.create_documentation_part(restApiId=api_id, location=location, properties="{}")
    items = plane.rest.get_documentation_parts(restApiId=api_id, locationStatus="UNDOCUMENTED")["items"]
    models = [each for each in items if each["location"]["type"] == "MODEL"]
    assert [each for each in items if each not in models] == [
        {"location": {"type": "API"}},
        {"location": {"type": "METHOD", "path": "/", "method": "POST"}},
        {"location": {"type": "QUERY_PARAMETER", "path": "/", "method": "POST", "name": "page"}},
        {
            "location": {
                "type": "RESPONSE_HEADER",
                "path": "/",
                "method": "POST",
                "statusCode": "200",
                "name": "X-Next",
            }
        },
    ]
    only = plane.rest.get_documentation_parts(restApiId=api_id, locationStatus="UNDOCUMENTED", type="METHOD")
    assert len(only["items"]) == 1
