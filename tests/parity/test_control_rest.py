"""REST APIs, resources and stages against AWS's recorded answers (api.json, TestApiGatewayApiRestApi and following)."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import ACCOUNT, REGION, Control, patch


def recording(test: str) -> Recording:
    return Recording("api.json", test)


def by_path(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"items": sorted(answer["items"], key=itemgetter("path"))}


def test_list_and_delete_apis(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_list_and_delete_apis")
    first = plane.rest.create_rest_api(name="one", description="this is my api")
    aws.match("create-rest-api-1", first)
    plane.clock.advance(1)
    aws.match("create-rest-api-2", plane.rest.create_rest_api(name="two", description="this is my api2"))
    aws.match("get-rest-api-before-delete", plane.rest.get_rest_apis())
    aws.match("delete-rest-api", plane.rest.delete_rest_api(restApiId=first["id"]))
    aws.match("get-rest-api-after-delete", plane.rest.get_rest_apis())
    aws.done()


def test_get_api_case_insensitive(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_get_api_case_insensitive")
    made = plane.rest.create_rest_api(name="one", description="lower case api")
    made["endpointConfiguration"].pop("ipAddressType")  # recorded before AWS had it
    aws.match("create-rest-api", made)
    aws.refuses("get-api-upper-case", plane.rest.get_rest_api, restApiId=made["id"].upper())
    aws.done()


def test_create_with_optional_params(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_with_optional_params")
    create = plane.rest.create_rest_api
    aws.match("create-only-name", create(name="one"))
    aws.refuses("create-empty-desc", create, name="two", description="")
    aws.match("create-with-version", create(name="three", version="v1"))
    aws.match("create-with-empty-binary-media", create(name="four", binaryMediaTypes=[]))
    aws.refuses("string-compression-size", create, name="five", minimumCompressionSize=-1)
    aws.done()
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_with_binary_media_types")
    aws.match("create-with-binary-media", create(name="six", binaryMediaTypes=["image/png"]))
    aws.done()


def test_create_with_tags(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_with_tags")
    made = plane.rest.create_rest_api(name="one", description="this is my api", tags={"MY_TAG1": "MY_VALUE1"})
    aws.match("create-rest-api-w-tags", made)
    aws.match("get-rest-api-w-tags", plane.rest.get_rest_api(restApiId=made["id"]))
    aws.match("get-rest-apis-w-tags", plane.rest.get_rest_apis())
    aws.done()


def test_update_add_and_remove(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_operation_add_remove")
    api_id, _ = plane.api(description="this is my api")

    def update(*patches: dict[str, str]) -> Any:
        return plane.rest.update_rest_api(restApiId=api_id, patchOperations=list(patches))

    aws.match(
        "update-rest-api-add",
        update(patch("add", "/binaryMediaTypes/image~1png"), patch("add", "/binaryMediaTypes/image~1jpeg")),
    )
    aws.match("update-rest-api-replace", update(patch("replace", "/binaryMediaTypes/image~1png", "image/gif")))
    aws.match(
        "update-rest-api-remove",
        update(patch("remove", "/binaryMediaTypes/image~1gif"), patch("remove", "/description")),
    )
    aws.done()


def test_update_compression(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_compression")
    api_id, _ = plane.api(description="this is my api")

    def asked(op: str, value: str) -> dict[str, Any]:
        return {"restApiId": api_id, "patchOperations": [patch(op, "/minimumCompressionSize", value)]}

    update = plane.rest.update_rest_api
    aws.match("enable-compression", update(**asked("replace", "10")))
    aws.match("disable-compression", update(**asked("replace", "")))
    aws.match("set-compression-zero", update(**asked("replace", "0")))
    aws.refuses("set-negative-compression", update, **asked("replace", "-1"))
    aws.refuses("set-string-compression", update, **asked("replace", "test"))
    aws.refuses("unsupported-operation", update, **asked("add", "10"))
    aws.done()


def test_update_behaviour(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_behaviour")
    api_id, _ = plane.api(description="this is my api")
    update = plane.rest.update_rest_api
    first = patch("add", "/binaryMediaTypes/-", "image/png")
    aws.match("update-rest-api-array", update(restApiId=api_id, patchOperations=[first]))
    for op in ("add", "replace", "remove"):
        tried = patch(op, "/binaryMediaTypes", None if op == "remove" else "image/gif")
        aws.refuses(f"update-rest-api-{op}-base-path", update, restApiId=api_id, patchOperations=[tried])
    aws.done()
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_invalid_api_id")
    tried = patch("replace", "/apiKeySource", "AUTHORIZER")
    aws.refuses("not-found-update-rest-api", update, restApiId="api_id", patchOperations=[tried])
    aws.done()


def test_create_with_endpoint_configuration(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_with_endpoint_configuration")

    def tried(types: list[str], kind: str | None = None, **more: Any) -> dict[str, Any]:
        chosen = {"types": types} | ({"ipAddressType": kind} if kind else {})
        return {"name": "one", "endpointConfiguration": chosen} | more

    several = {"description": "", "minimumCompressionSize": -1}
    for key, params in {
        "create-with-empty-types": tried([]),
        "create-with-invalid-ip-address-type": tried(["EDGE"], "wrong"),
        "create-with-invalid-types": tried(["wrong"], "ipv4"),
        "create-with-invalid-ip-address-type-and-types": tried(["wrong"], "wrong"),
        "create-with-invalid-types-and-ip-address-type": tried(["wrong"], "wrong"),
        "create-with-multiple-errors-1": tried(["wrong"], "wrong", **several),
        "create-with-multiple-errors-2": tried(["EDGE"], "ipv4", **several),
        "create-with-two-types": tried(["EDGE", "REGIONAL"]),
    }.items():
        aws.refuses(key, plane.rest.create_rest_api, **params)
    create = plane.rest.create_rest_api
    aws.match("create-with-endpoint-config-dualstack", create(**tried(["EDGE"], "dualstack")))
    aws.match("create-with-endpoint-config-regional", create(**tried(["REGIONAL"], "ipv4")))
    aws.done()


def test_create_private_type(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_private_type")
    prefix = "create-with-private-type-and"
    for key, kind, more in (
        (f"{prefix}-ipv4-ip-address-type", "ipv4", {}),
        (f"{prefix}-wrong-ip-address-type", "wrong", {}),
        (f"{prefix}-ipv4-ip-address-type-and-empty-description", "ipv4", {"description": ""}),
    ):
        endpoint = {"types": ["PRIVATE"], "ipAddressType": kind}
        aws.refuses(key, plane.rest.create_rest_api, name="one", endpointConfiguration=endpoint, **more)
    aws.done()


def test_create_defaults(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_create_rest_api_verify_defaults")
    create = plane.rest.create_rest_api
    for kind in ("edge", "regional", "private"):
        made = create(name=kind, endpointConfiguration={"types": [kind.upper()]})
        aws.match(f"create-with-{kind}-default", made)
    aws.match("create-with-empty-default", create(name="empty"))
    aws.refuses(
        "create-with-empty-ip-address-type-and-wrong-type",
        create,
        name="wrong",
        description="",
        endpointConfiguration={"types": ["wrong"]},
    )
    aws.done()


def test_update_ip_address_type(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_ip_address_type")
    api_id, _ = plane.api()
    kind, types = "/endpointConfiguration/ipAddressType", "/endpointConfiguration/types/0"
    update = plane.rest.update_rest_api
    moves = [patch("replace", types, value) for value in ("EDGE", "REGIONAL", "PRIVATE")]
    aws.match("update-rest-api-replace-type", update(restApiId=api_id, patchOperations=moves))
    for key, tried in {
        "update-rest-api-replace-to-ipv4-within-private-type": patch("replace", kind, "ipv4"),
        "update-rest-api-wrong-ipAddressType": patch("replace", kind, "wrong"),
        "update-rest-api-wrong-type": patch("replace", types, "wrong"),
        "update-rest-api-invalid-operation-on-ipAddressType": patch("remove", kind, "dualstack"),
        "update-rest-api-invalid-operation-on-type": patch("remove", types, "EDGE"),
    }.items():
        aws.refuses(key, update, restApiId=api_id, patchOperations=[tried])
    last = [patch("replace", kind, "dualstack")]
    aws.match("update-rest-api-replace-ip-address-type", update(restApiId=api_id, patchOperations=last))
    aws.done()


def test_update_concatenates_errors(plane: Control) -> None:
    aws = recording("TestApiGatewayApiRestApi::test_update_rest_api_concatenation_of_errors")
    api_id, _ = plane.api()
    kind = patch("wrong", "/endpointConfiguration/ipAddressType", "dualstack")
    types = patch("wrong", "/endpointConfiguration/types/0", "EDGE")
    binary = patch("wrong", "/binaryMediaTypes", "image/gif")
    for key, tried in {
        "on-ipAddressType": [kind, kind],
        "on-type": [types, types],
        "on-type-and-on-ip-address-type": [kind, types, binary],
    }.items():
        aws.refuses(
            f"update-rest-api-wrong-operations-{key}",
            plane.rest.update_rest_api,
            restApiId=api_id,
            patchOperations=tried,
        )
    aws.done()


def test_resource_lifecycle(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_resource_lifecycle")
    api_id, root_id = plane.api()
    rest = plane.rest
    aws.match("rest-api-root-resource", rest.get_resources(restApiId=api_id))
    made = rest.create_resource(restApiId=api_id, parentId=root_id, pathPart="pets")
    aws.match("create-resource", made)
    at = {"restApiId": api_id, "resourceId": made["id"]}
    aws.match("rest-api-resources-after-create", by_path(rest.get_resources(restApiId=api_id)))
    below = rest.create_resource(restApiId=api_id, parentId=made["id"], pathPart="subpets")
    aws.match("create-subresource", below)
    aws.match("rest-api-resources-after-create-sub", by_path(rest.get_resources(restApiId=api_id)))
    renamed = rest.update_resource(**at, patchOperations=[patch("replace", "/pathPart", "dogs")])
    aws.match("update-path-part", renamed)
    aws.match("get-resp-after-update-path-part", rest.get_resource(**at))
    assert rest.get_resource(restApiId=api_id, resourceId=below["id"])["path"] == "/dogs/subpets"
    aws.match("del-resource", rest.delete_resource(**at))
    aws.match("rest-api-resources-after-delete", rest.get_resources(restApiId=api_id))
    aws.done()


def test_update_resource_behaviour(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_update_resource_behaviour")
    api_id, root_id = plane.api()
    rest = plane.rest
    pets = rest.create_resource(restApiId=api_id, parentId=root_id, pathPart="pets")["id"]

    def tried(resource_id: str, op: str, path: str, value: str | None = None) -> dict[str, Any]:
        return {"restApiId": api_id, "resourceId": resource_id, "patchOperations": [patch(op, path, value)]}

    update = rest.update_resource
    aws.refuses("nonexistent-resource", update, **tried("fake-resource", "replace", "/pathPart", "dogs"))
    aws.refuses("invalid-path-part", update, **tried(pets, "replace", "/invalid", "dogs"))
    aws.refuses("invalid-parent-id", update, **tried(pets, "replace", "/parentId", "fake-parent-id"))
    below = rest.create_resource(restApiId=api_id, parentId=pets, pathPart="subpets")
    aws.match("create-subresource", below)
    child = rest.create_resource(restApiId=api_id, parentId=below["id"], pathPart="pets")
    aws.match("create-subresource-child", child)
    aws.refuses("existing-future-sibling-path", update, **tried(child["id"], "replace", "/parentId", root_id))
    rest.delete_resource(restApiId=api_id, resourceId=child["id"])
    aws.refuses("update-parent-id-to-subresource-id", update, **tried(pets, "replace", "/parentId", below["id"]))
    aws.match("update-parent-id-to-root-id", update(**tried(below["id"], "replace", "/parentId", root_id)))
    aws.refuses("update-path-already-exists", update, **tried(below["id"], "replace", "/pathPart", "pets"))
    rest.delete_resource(restApiId=api_id, resourceId=pets)
    aws.match("resources-after-deletion", by_path(rest.get_resources(restApiId=api_id)))
    aws.refuses("remove-unsupported", update, **tried(below["id"], "remove", "/pathPart"))
    aws.refuses("add-unsupported", update, **tried(below["id"], "add", "/pathPart", "added-pets"))
    aws.done()


def test_update_resource_on_root(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_update_resource_on_root")
    api_id, root_id = plane.api()
    for key, path, value in (("path-part", "/pathPart", "dogs"), ("parent", "/parentId", root_id)):
        at = {"restApiId": api_id, "resourceId": root_id, "patchOperations": [patch("replace", path, value)]}
        aws.refuses(f"update-root-{key}", plane.rest.update_resource, **at)
    aws.done()


def test_delete_resource(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_delete_resource")
    api_id, root_id = plane.api()
    pets = plane.rest.create_resource(restApiId=api_id, parentId=root_id, pathPart="pets")["id"]
    below = plane.rest.create_resource(restApiId=api_id, parentId=pets, pathPart="subpets")["id"]
    aws.match("delete-resource", plane.rest.delete_resource(restApiId=api_id, resourceId=pets))
    aws.match("get-resources", plane.rest.get_resources(restApiId=api_id))
    aws.refuses("delete-subresource", plane.rest.delete_resource, restApiId=api_id, resourceId=below)
    aws.done()
    aws = recording("TestApiGatewayApiResource::test_create_resource_parent_invalid")
    tried = {"restApiId": api_id, "parentId": "fake-resource-id", "pathPart": "subpets"}
    aws.refuses("wrong-resource-parent-id", plane.rest.create_resource, **tried)
    aws.done()


def test_create_proxy_resource(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_create_proxy_resource")
    api_id, root_id = plane.api()

    def create(parent_id: str, part: str) -> Any:
        return plane.rest.create_resource(restApiId=api_id, parentId=parent_id, pathPart=part)

    aws.match("create-base-proxy-resource", create(root_id, "{proxy+}"))
    parent = create(root_id, "parent")["id"]
    aws.match("create-proxy-sibling-resource", parent)
    greedy = create(parent, "{proxy+}")
    aws.match("create-proxy-sibling-proxy-child-resource", greedy)
    child = create(parent, "child")
    aws.match("create-proxy-sibling-static-child-resource", child)
    aws.match("create-static-child-proxy-resource", create(child["id"], "{proxy+}"))
    aws.match("all-resources", by_path(plane.rest.get_resources(restApiId=api_id)))
    plane.rest.delete_resource(restApiId=api_id, resourceId=greedy["id"])
    variable = create(parent, "{child}")
    aws.match("create-proxy-sibling-dynamic-child-resource", variable)
    aws.match("create-dynamic-child-proxy-resource", create(variable["id"], "{proxy+}"))
    aws.match("all-resources-2", by_path(plane.rest.get_resources(restApiId=api_id)))
    aws.done()


def test_create_proxy_resource_validation(plane: Control) -> None:
    aws = recording("TestApiGatewayApiResource::test_create_proxy_resource_validation")
    api_id, root_id = plane.api()
    create = plane.rest.create_resource
    greedy = create(restApiId=api_id, parentId=root_id, pathPart="{proxy+}")
    aws.match("create-base-proxy-resource", greedy)
    for key, parent, part in (
        ("create-proxy-dynamic-sibling-resource", root_id, "{dynamic}"),
        ("create-proxy-static-child-resource", greedy["id"], "child"),
        ("create-proxy-dynamic-child-resource", greedy["id"], "{child}"),
    ):
        aws.refuses(key, create, restApiId=api_id, parentId=parent, pathPart=part)
    parent = create(restApiId=api_id, parentId=root_id, pathPart="parent")["id"]
    aws.match("create-greedy-child-resource", create(restApiId=api_id, parentId=parent, pathPart="{child+}"))
    aws.done()


def test_authorizers_of_no_api(plane: Control) -> None:
    aws = recording("TestApiGatewayApiAuthorizer::test_authorizer_crud_no_api")
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:myApiAuthorizer"
    aws.refuses(
        "wrong-rest-api-id-create-authorizer",
        plane.rest.create_authorizer,
        restApiId="test-fake-rest-id",
        name="fake-auth-name",
        type="TOKEN",
        authorizerUri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations",
        identitySource="method.request.header.Authorization",
    )
    aws.refuses("wrong-rest-api-id-get-authorizers", plane.rest.get_authorizers, restApiId="test-fake-rest-id")
    aws.done()


def test_stages_by_deployment(plane: Control) -> None:
    aws = recording("TestApiGatewayStage::test_get_stages_filters_by_deployment_id")
    api_id, _ = plane.mock_api()
    first = plane.rest.create_deployment(restApiId=api_id, stageName="stage1")["id"]
    second = plane.rest.create_deployment(restApiId=api_id, stageName="stage2")["id"]
    aws.match("all-stages", plane.rest.get_stages(restApiId=api_id))
    aws.match("stages-deploy1", plane.rest.get_stages(restApiId=api_id, deploymentId=first))
    aws.match("stages-deploy2", plane.rest.get_stages(restApiId=api_id, deploymentId=second))
    aws.done()


GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:access"


def staged(plane: Control, aws: Recording) -> dict[str, Any]:
    """An API with the stage `dev`, whose making is part of the recording."""
    api_id, _ = plane.mock_api()
    deployment = plane.rest.create_deployment(restApiId=api_id)
    aws.match("create-deployment", deployment)
    at = {"restApiId": api_id, "stageName": "dev"}
    aws.match("create-stage", plane.rest.create_stage(**at, deploymentId=deployment["id"], description="dev stage"))
    return at


def test_access_log_settings(plane: Control) -> None:
    aws = recording("TestApiGatewayStage::test_stage_access_log_settings")
    at = staged(plane, aws)
    fields = "$context.requestId $context.identity.sourceIp"
    for key, tried in {
        "dest-add": patch("add", "/accessLogSettings/destinationArn", GROUP),
        "dest-replace": patch("replace", "/accessLogSettings/destinationArn", f"{GROUP}a"),
        "format-add": patch("add", "/accessLogSettings/format", fields),
        "remove-all": patch("remove", "/accessLogSettings"),
    }.items():
        aws.match(f"update-stage-access-log-{key}", plane.rest.update_stage(**at, patchOperations=[tried]))
    aws.done()


def test_access_log_settings_validation(plane: Control) -> None:
    aws = recording("TestApiGatewayStage::test_stage_access_log_settings_validation")
    at = staged(plane, aws)
    update = plane.rest.update_stage
    for op in ("add", "remove", "replace"):
        for key, path in (("invalid-path", "/accessLogSettings/randomValue"), ("star-and", "/accessLogSettings/*")):
            aws.refuses(f"{key}-{op}", update, **at, patchOperations=[patch(op, path, "updated")])
    for op in ("add", "replace"):
        aws.refuses(f"root-and-{op}", update, **at, patchOperations=[patch(op, "/accessLogSettings", "test")])
    first = patch("add", "/accessLogSettings/destinationArn", GROUP)
    aws.match("update-stage-access-log-dest-add", update(**at, patchOperations=[first]))
    for member in ("destinationArn", "format"):
        tried = patch("replace", f"/accessLogSettings/{member}", "")
        aws.refuses(f"update-stage-access-log-{member}-empty", update, **at, patchOperations=[tried])
    tried = patch("remove", "/accessLogSettings/destinationArn")
    aws.refuses("update-stage-access-log-dest-remove", update, **at, patchOperations=[tried])
    aws.done()
