from __future__ import annotations

from tests.unit.control.support import Control

LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)


def test_a_clone_has_all_that_is_not_deployed(plane: Control) -> None:
    source, root = plane.mock_api(description="first", binaryMediaTypes=["image/png"], tags={"a": "b"})
    authorizer = plane.rest.create_authorizer(
        restApiId=source, name="a", type="TOKEN", authorizerUri=LAMBDA, identitySource="method.request.header.Auth"
    )["id"]
    pets = plane.rest.create_resource(restApiId=source, parentId=root, pathPart="pets")["id"]
    at = {"restApiId": source, "resourceId": pets, "httpMethod": "POST"}
    plane.rest.put_method(**at, authorizationType="CUSTOM", authorizerId=authorizer)
    plane.rest.put_integration(**at, type="MOCK")
    plane.rest.create_deployment(restApiId=source, stageName="v1")

    clone = plane.rest.create_rest_api(name="second", cloneFrom=source)
    assert clone["id"] != source
    assert (clone["name"], clone["description"], clone["binaryMediaTypes"]) == ("second", "first", ["image/png"])
    assert "tags" not in clone
    resources = {
        each["path"]: each for each in plane.rest.get_resources(restApiId=clone["id"], embed=["methods"])["items"]
    }
    assert set(resources) == {"/", "/pets"}
    assert resources["/"]["id"] == clone["rootResourceId"]
    assert resources["/pets"]["parentId"] == clone["rootResourceId"]
    method = resources["/pets"]["resourceMethods"]["POST"]
    assert method["methodIntegration"]["cacheNamespace"] == resources["/pets"]["id"]
    [copied] = plane.rest.get_authorizers(restApiId=clone["id"])["items"]
    assert method["authorizerId"] == copied["id"] != authorizer
    assert plane.rest.get_stages(restApiId=clone["id"])["item"] == []
