"""The calls of Terraform's AWS provider, in its order: create and read, plan again, change, destroy.

Which calls a resource makes was read in the provider's source (internal/service/apigateway and lambda, 2025 and 2026):
after each creation it reads the thing back, dereferences some members without asking, and compares the rest with the
configuration, so that a member that comes back otherwise is a plan that never ends.
"""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server

NAME = "tf-function"
ROLE = "arn:aws:iam::123456789012:role/tf"


def _zip(answer: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr(
            "app.py", f"def handler(event, context):\n    return {{'statusCode': 200, 'body': {answer!r}}}\n"
        )
    return archive.getvalue()


def _gone(code: str, call: Any, **params: Any) -> None:
    """What the provider takes for "not there": the code by which it tells."""
    with pytest.raises(ClientError) as error:
        call(**params)
    assert error.value.response["Error"]["Code"] == code


class Terraform:
    """What a state file holds of the configuration below, and the provider's clients."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rest = server.client("apigateway")
        self.functions = server.client("lambda")
        self.api: dict[str, Any] = {}
        self.resource: dict[str, Any] = {}
        self.deployment = ""

    # aws_lambda_function
    def create_function(self) -> None:
        made = self.functions.create_function(
            FunctionName=NAME, Code={"ZipFile": _zip("one")}, Description="", Handler="app.handler", MemorySize=128,
            PackageType="Zip", Publish=False, Role=ROLE, Runtime="python3.11", Timeout=3, Tags={"by": "terraform"},
            Environment={"Variables": {"MODE": "b"}},
        )  # fmt: skip
        assert made["FunctionName"] == NAME
        self.functions.get_waiter("function_active_v2").wait(FunctionName=NAME)

    def read_function(self) -> dict[str, Any]:
        """resourceFunctionRead."""
        found: dict[str, Any] = self.functions.get_function(FunctionName=NAME)
        assert found["Code"]["RepositoryType"] == "S3"  # read without asking whether it is there
        assert "Concurrency" not in found
        versions = [
            version
            for page in self.functions.get_paginator("list_versions_by_function").paginate(
                FunctionName=NAME, MaxItems=10000
            )
            for version in page["Versions"]
        ]
        assert versions[-1]["FunctionArn"] == f"{found['Configuration']['FunctionArn']}:$LATEST"
        signing = self.functions.get_function_code_signing_config(FunctionName=NAME)
        assert "CodeSigningConfigArn" not in signing
        assert self.functions.list_tags(Resource=found["Configuration"]["FunctionArn"])["Tags"] == found["Tags"]
        return found

    # aws_lambda_permission
    def read_permission(self) -> dict[str, Any]:
        policy = json.loads(self.functions.get_policy(FunctionName=NAME)["Policy"])
        statement: dict[str, Any] = next(each for each in policy["Statement"] if each["Sid"] == "api")
        return statement

    # aws_api_gateway_rest_api
    def create_api(self) -> None:
        made = self.rest.create_rest_api(
            name="tf", description="by terraform", tags={"by": "terraform"}, binaryMediaTypes=["image/png"],
            endpointConfiguration={"types": ["REGIONAL"]}, minimumCompressionSize=100,
        )  # fmt: skip
        self.api = {"restApiId": made["id"]}

    def read_api(self) -> dict[str, Any]:
        """resourceRestAPIRead: the root is looked for among the resources."""
        found: dict[str, Any] = self.rest.get_rest_api(**self.api)
        pages = self.rest.get_paginator("get_resources").paginate(**self.api)
        roots = [item["id"] for page in pages for item in page["items"] if item["path"] == "/"]
        assert roots == [found["rootResourceId"]]
        return found

    # aws_api_gateway_resource, _method, _integration
    def create_method(self) -> None:
        parent = self.rest.get_rest_api(**self.api)["rootResourceId"]
        made = self.rest.create_resource(**self.api, parentId=parent, pathPart="orders")
        self.resource = self.api | {"resourceId": made["id"]}
        assert self.rest.get_resource(**self.resource)["path"] == "/orders"
        at = self.resource | {"httpMethod": "GET"}
        self.rest.put_method(**at, authorizationType="NONE", apiKeyRequired=False)
        found = self.rest.get_method(**at)
        assert (found["authorizationType"], found["apiKeyRequired"]) == ("NONE", False)
        function = self.functions.get_function(FunctionName=NAME)["Configuration"]["FunctionArn"]
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
        self.rest.put_integration(
            **at, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, connectionType="INTERNET",
            timeoutInMillis=29000,
        )  # fmt: skip
        found = self.rest.get_integration(**at)
        assert (found["type"], found["httpMethod"], found["uri"]) == ("AWS_PROXY", "POST", uri)
        assert (found["timeoutInMillis"], found["passthroughBehavior"]) == (29000, "WHEN_NO_MATCH")
        assert (found["cacheNamespace"], found["cacheKeyParameters"]) == (made["id"], [])
        assert found.get("connectionType", "INTERNET") == "INTERNET"

    # aws_api_gateway_deployment, _stage
    def deploy(self) -> str:
        """The provider sends empty members that the configuration does not have."""
        made = self.rest.create_deployment(**self.api, description="", variables={})
        found = self.rest.get_deployment(**self.api, deploymentId=made["id"])
        assert found["createdDate"].year > 2000
        assert "description" not in found
        return str(made["id"])

    def read_stage(self) -> dict[str, Any]:
        found: dict[str, Any] = self.rest.get_stage(**self.api, stageName="v1")
        return found

    def answer(self) -> str:
        url = f"{self.server.url}/_aws/execute-api/{self.api['restApiId']}/v1/orders"
        with urllib.request.urlopen(url, timeout=10) as reply:
            return str(reply.read().decode())


@pytest.fixture
def terraform(live: Server) -> Terraform:
    return Terraform(live)


def _apply(terraform: Terraform) -> None:
    assert (
        terraform.server.client("sts").get_caller_identity()["Account"] == "123456789012"
    )  # the provider's first call
    terraform.create_function()
    terraform.read_function()
    terraform.create_api()
    terraform.read_api()
    terraform.create_method()
    api_id = terraform.api["restApiId"]
    terraform.functions.add_permission(
        FunctionName=NAME, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*/*",
    )  # fmt: skip
    terraform.read_permission()
    terraform.deployment = terraform.deploy()
    terraform.rest.create_stage(
        **terraform.api, stageName="v1", deploymentId=terraform.deployment, variables={"a": "b"}, tags={"by": "tf"}
    )
    terraform.read_stage()


def _plan_is_empty(terraform: Terraform) -> None:
    """Everything reads as it was written."""
    api = terraform.read_api()
    assert (api["name"], api["description"], api["tags"]) == ("tf", "by terraform", {"by": "terraform"})
    assert (api["apiKeySource"], api["disableExecuteApiEndpoint"]) == ("HEADER", False)
    assert (api["binaryMediaTypes"], api["minimumCompressionSize"]) == (["image/png"], 100)
    assert api["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "ipv4"}
    assert api["createdDate"].year > 2000
    assert "policy" not in api
    function = terraform.read_function()
    configuration = function["Configuration"]
    assert function["Tags"] == {"by": "terraform"}
    assert {name: configuration[name] for name in ("Handler", "Runtime", "Role", "Timeout", "MemorySize")} == {
        "Handler": "app.handler", "Runtime": "python3.11", "Role": ROLE, "Timeout": 3, "MemorySize": 128,
    }  # fmt: skip
    assert configuration["Environment"] == {"Variables": {"MODE": "b"}}
    assert (configuration["Architectures"], configuration["EphemeralStorage"]) == (["x86_64"], {"Size": 512})
    assert configuration["TracingConfig"] == {"Mode": "PassThrough"}
    assert configuration["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{NAME}"}
    statement = terraform.read_permission()
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Resource"] == configuration["FunctionArn"]
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"].endswith("/*/*")
    stage = terraform.read_stage()
    assert (stage["deploymentId"], stage["variables"]) == (terraform.deployment, {"a": "b"})
    assert (stage["tags"], stage["tracingEnabled"]) == ({"by": "tf"}, False)
    assert (stage["cacheClusterEnabled"], "webAclArn" in stage) == (False, False)


def _change(terraform: Terraform) -> None:
    """A change to each, as the provider's updates send them; the new deployment comes before the old one goes."""
    rest, functions, api_id = terraform.rest, terraform.functions, terraform.api["restApiId"]
    rest.update_rest_api(
        restApiId=api_id,
        patchOperations=[
            {"op": "remove", "path": "/binaryMediaTypes/image~1png"},
            {"op": "add", "path": "/binaryMediaTypes/image~1jpeg"},
            {"op": "replace", "path": "/description", "value": ""},
            {"op": "replace", "path": "/endpointConfiguration/types/0", "value": "EDGE"},
            {"op": "replace", "path": "/minimumCompressionSize"},
        ],
    )
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api_id}"
    rest.untag_resource(resourceArn=arn, tagKeys=["by"])
    rest.tag_resource(resourceArn=arn, tags={"changed": "yes"})
    api = terraform.read_api()
    assert (api["binaryMediaTypes"], api["tags"]) == (["image/jpeg"], {"changed": "yes"})
    assert "description" not in api
    assert "minimumCompressionSize" not in api

    at = terraform.resource | {"httpMethod": "GET"}
    operations = [
        {"op": "add", "path": "/cacheKeyParameters/method.request.path.id", "value": ""},
        {"op": "replace", "path": "/timeoutInMillis", "value": "5000"},
    ]
    rest.update_integration(**at, patchOperations=operations)
    assert rest.get_integration(**at)["timeoutInMillis"] == 5000

    functions.update_function_configuration(FunctionName=NAME, MemorySize=256, Timeout=5)
    functions.get_waiter("function_updated_v2").wait(FunctionName=NAME)
    functions.update_function_code(FunctionName=NAME, ZipFile=_zip("two"), Publish=False)
    functions.get_waiter("function_updated_v2").wait(FunctionName=NAME)
    assert terraform.read_function()["Configuration"]["MemorySize"] == 256

    old, terraform.deployment = terraform.deployment, terraform.deploy()
    changes = [
        {"op": "replace", "path": "/deploymentId", "value": terraform.deployment},
        {"op": "remove", "path": "/variables/a"},
        {"op": "replace", "path": "/variables/c", "value": "d"},
    ]
    rest.update_stage(**terraform.api, stageName="v1", patchOperations=changes)
    rest.tag_resource(resourceArn=f"{arn}/stages/v1", tags={"more": "tags"})
    stage = terraform.read_stage()
    assert (stage["deploymentId"], stage["variables"]) == (terraform.deployment, {"c": "d"})
    assert stage["tags"] == {"by": "tf", "more": "tags"}
    rest.delete_deployment(**terraform.api, deploymentId=old)


def _method_settings(terraform: Terraform) -> None:
    """aws_api_gateway_method_settings: replaces on the way in, one remove on the way out."""
    at = terraform.api | {"stageName": "v1"}
    operations = [
        {"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"},
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "50"},
    ]
    terraform.rest.update_stage(**at, patchOperations=operations)
    found = terraform.read_stage()["methodSettings"]["*/*"]
    assert (found["metricsEnabled"], found["throttlingRateLimit"]) == (True, 50.0)
    terraform.rest.update_stage(**at, patchOperations=[{"op": "remove", "path": "/*/*"}])
    assert terraform.read_stage()["methodSettings"] == {}


def _destroy(terraform: Terraform) -> None:
    """Dependents first; each deletion is followed by the read that must find nothing."""
    rest, functions, api = terraform.rest, terraform.functions, terraform.api
    rest.delete_stage(**api, stageName="v1")
    _gone("NotFoundException", rest.get_stage, **api, stageName="v1")
    rest.delete_deployment(**api, deploymentId=terraform.deployment)
    _gone("NotFoundException", rest.get_deployment, **api, deploymentId=terraform.deployment)
    at = terraform.resource | {"httpMethod": "GET"}
    rest.delete_integration(**at)
    _gone("NotFoundException", rest.get_integration, **at)
    rest.delete_method(**at)
    _gone("NotFoundException", rest.get_method, **at)
    rest.delete_resource(**terraform.resource)
    _gone("NotFoundException", rest.get_resource, **terraform.resource)
    functions.remove_permission(FunctionName=NAME, StatementId="api")
    _gone("ResourceNotFoundException", functions.get_policy, FunctionName=NAME)
    rest.delete_rest_api(**api)
    _gone("NotFoundException", rest.get_rest_api, **api)
    functions.delete_function(FunctionName=NAME)
    _gone("ResourceNotFoundException", functions.get_function, FunctionName=NAME)
    # What is gone already is gone: the provider ignores these.
    _gone("NotFoundException", rest.delete_rest_api, **api)
    _gone("ResourceNotFoundException", functions.remove_permission, FunctionName=NAME, StatementId="api")
    _gone("ResourceNotFoundException", functions.delete_function, FunctionName=NAME)


def test_apply_plan_change_destroy(terraform: Terraform) -> None:
    _apply(terraform)
    assert terraform.answer() == "one"
    _plan_is_empty(terraform)
    _method_settings(terraform)
    _change(terraform)
    assert terraform.answer() == "two"
    _destroy(terraform)


def test_keys_and_plans(live: Server) -> None:
    """aws_api_gateway_api_key, _usage_plan with a method's throttle, _usage_plan_key: made, changed, destroyed."""
    rest = live.client("apigateway")
    made = rest.create_rest_api(name="tf-plans")
    api_id = made["id"]
    at = {"restApiId": api_id, "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE", apiKeyRequired=True)
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.create_deployment(restApiId=api_id, stageName="v1")
    stage = {"apiId": api_id, "stage": "v1"}
    key = {"apiKey": rest.create_api_key(name="tf", description="Managed by Terraform", enabled=True)["id"]}
    read = rest.get_api_key(**key, includeValue=True)
    assert (read["enabled"], len(read["value"])) == (True, 40)
    assert read["lastUpdatedDate"] >= read["createdDate"]
    throttle = {"burstLimit": 5, "rateLimit": 10.0}
    quota = {"limit": 20, "offset": 2, "period": "WEEK"}
    plan = {
        "usagePlanId": rest.create_usage_plan(
            name="tf", apiStages=[stage | {"throttle": {"//GET": throttle}}], quota=quota, throttle=throttle
        )["id"]
    }
    read = rest.get_usage_plan(**plan)
    assert (read["quota"], read["throttle"]) == (quota, throttle)
    assert read["apiStages"] == [stage | {"throttle": {"//GET": throttle}}]
    member = plan | {"keyId": key["apiKey"]}
    rest.create_usage_plan_key(**member, keyType="API_KEY")
    assert rest.get_usage_plan_key(**member)["name"] == "tf"

    named = f"{api_id}:v1"
    operations = [
        ("replace", "/description", ""), ("replace", "/productCode", "code"), ("remove", "/apiStages", named),
        ("add", "/apiStages", named), ("replace", f"/apiStages/{named}/throttle///GET/rateLimit", "2.5"),
        ("replace", f"/apiStages/{named}/throttle///GET/burstLimit", "1"), ("replace", "/quota/limit", "30"),
        ("replace", "/quota/offset", "0"), ("replace", "/quota/period", "MONTH"),
    ]  # fmt: skip
    patches = [{"op": op, "path": path, "value": value} for op, path, value in operations]
    read = rest.update_usage_plan(**plan, patchOperations=patches)
    assert read["apiStages"] == [stage | {"throttle": {"//GET": {"burstLimit": 1, "rateLimit": 2.5}}}]
    assert read["quota"] == {"limit": 30, "offset": 0, "period": "MONTH"}

    rest.delete_usage_plan_key(**member)
    _gone("NotFoundException", rest.get_usage_plan_key, **member)
    rest.update_usage_plan(**plan, patchOperations=[{"op": "remove", "path": "/apiStages", "value": named}])
    rest.delete_usage_plan(**plan)
    _gone("NotFoundException", rest.get_usage_plan, **plan)
    rest.delete_api_key(**key)
    _gone("NotFoundException", rest.get_api_key, **key, includeValue=True)
    rest.delete_rest_api(restApiId=api_id)
